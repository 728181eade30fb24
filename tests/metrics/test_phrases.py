"""Key phrases: what was planted is found under the name customers gave it; where nothing differs nothing is found."""

from __future__ import annotations

import random

import numpy as np

from metrics.metric import Metric, MetricKind
from metrics.phrases import telling_phrases

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
_VOCABULARY = """
router engineer bill price app website signal phone line contract form letter branch queue helpdesk broadband
mobile speed box cable text email advice order visit offer plan tariff screen menu
"""
WORDS = _VOCABULARY.split()


def chatter(rng: random.Random, size: int) -> list[str]:
    """Comments of random words: nothing to find."""
    return [" ".join(rng.choices(WORDS, k=rng.randint(4, 12))) + "." for _ in range(size)]


def test_a_helpful_employee_is_found_by_name() -> None:
    rng = random.Random(1)
    texts, scores = chatter(rng, 600), [float(rng.choice([0, 5, 7, 8, 9, 10])) for _ in range(600)]
    thanks = [
        "Wanda sorted it.",
        "thanks to Wanda",
        "ask for Wanda at the desk",
        "so kind, Wanda was",
        "wanda is lovely",
    ]
    texts += [f"{rng.choice(thanks)} {chatter(rng, 1)[0]}" for _ in range(40)]
    found = telling_phrases(NPS, texts, np.array(scores + [10.0] * 40), 8)
    assert next(iter(found)) == "Wanda"
    assert found["Wanda"].sum() == 40
    assert found["Wanda"][600:].all()


def test_what_the_slice_says_more_than_elsewhere_is_found_as_a_phrase() -> None:
    rng = random.Random(2)
    here = chatter(rng, 200) + [f"{t} no one turned up" for t in chatter(rng, 60)]
    found = telling_phrases(NPS, here, np.full(260, 5.0), 8, elsewhere=chatter(rng, 800))
    assert any("turned" in phrase for phrase in found)
    assert all(held.sum() == 60 for phrase, held in found.items() if "turned" in phrase)
    again = telling_phrases(NPS, here, np.full(260, 5.0), 8, elsewhere=chatter(rng, 800), known=list(found))
    assert not set(again) & set(found)


def test_where_nothing_differs_nothing_is_found() -> None:
    rng, names = random.Random(3), 0
    for _ in range(20):
        texts = chatter(rng, 300)
        scores = np.array([float(rng.choice([0, 8, 10])) for _ in texts])
        names += len(telling_phrases(NPS, texts, scores, 8, elsewhere=chatter(rng, 300)))
    assert names <= 2, "about 150 phrases × 3 contrasts × 20: 0.6 expected by chance"


def test_few_or_no_comments_are_no_error() -> None:
    assert telling_phrases(NPS, [], np.array([]), 8) == {}
    assert telling_phrases(NPS, ["the and of"] * 20, np.array([0.0, 10.0] * 10), 8) == {}
    assert telling_phrases(NPS, ["one comment"], np.array([np.nan]), 8, elsewhere=["another"]) == {}
    assert telling_phrases(NPS, ["!!!", "???"], np.array([0.0, 10.0]), 0) == {}


def test_a_phrase_begins_and_ends_with_a_word_that_says_something() -> None:
    rng = random.Random(4)
    here = [f"{t} a complete waste of my time it was" for t in chatter(rng, 60)]
    found = telling_phrases(NPS, here, np.full(60, 0.0), 8, elsewhere=chatter(rng, 300))
    assert next(iter(found)) == "complete waste", "longer than either word, and as often said"
    assert not any(phrase.split()[-1] in ("of", "my", "the", "a") for phrase in found)
