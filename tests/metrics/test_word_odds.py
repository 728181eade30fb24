"""Log-odds of words with an informative prior: the published formula by hand, what the search finds, and silence by
chance."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.search import matches, parse
from metrics.word_odds import PRIOR_COMMENTS, contrast, shares, z_scores


def z(first: int, n: int, second: int, m: int, share: float, *, prior: float = PRIOR_COMMENTS) -> float:
    return float(z_scores(np.array([first]), n, np.array([second]), m, np.array([share]), prior=prior)[0])


def test_z_is_monroe_colaresi_and_quinns_by_hand() -> None:
    """Equations 16, 19 and 22 (doi:10.1093/pan/mpn018), computed by hand: 20 of 100 against 5 of 80 comments, a word
    that one comment in ten holds, prior 50: α = 5, so 25 : 125 against 10 : 120. δ = ln 0.2 − ln 0.08333 = 0.87547,
    σ² = 0.04 + 0.008 + 0.1 + 0.00833 = 0.15633, ζ = 0.87547 / 0.39539 = 2.2142."""
    delta, variance = log(25 / 125) - log(10 / 120), 1 / 25 + 1 / 125 + 1 / 10 + 1 / 120
    assert delta == pytest.approx(0.87547, abs=1e-5)
    assert variance == pytest.approx(0.156333, abs=1e-6)
    assert z(20, 100, 5, 80, 0.1, prior=50) == pytest.approx(delta / sqrt(variance)) == pytest.approx(2.2142, abs=1e-4)


@given(st.integers(0, 40), st.integers(0, 60), st.floats(0.01, 0.99), st.floats(0.5, 500))
def test_the_other_way_round_is_the_negative_and_equal_shares_are_nothing(a, b, share, prior) -> None:
    assert z(a, 40, b, 60, share, prior=prior) == pytest.approx(-z(b, 60, a, 40, share, prior=prior))
    assert z(a, 40, a, 40, share, prior=prior) == pytest.approx(0)


@given(st.integers(3, 40), st.floats(0.05, 0.6))
def test_a_heavy_prior_silences_what_a_light_one_says(held, share) -> None:
    assert abs(z(held, 40, 0, 40, share, prior=1e7)) < 0.2


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_prior_without_odds_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="prior share is 0 or 1"):
        z(1, 10, 2, 10, share)


def test_shares_stay_off_both_ends() -> None:
    assert shares(["late", "never"], ["late"] * 9).tolist() == [9.5 / 10, 0.5 / 10]


HAPPY = ["The engineer was friendly and quick."] * 30 + ["Fine."] * 30
UNHAPPY = ["The call-centre kept me waiting again."] * 30 + ["Fine."] * 30


def test_each_side_tells_its_own_words_and_one_word_of_those_that_say_the_same() -> None:
    found = contrast(HAPPY, UNHAPPY, HAPPY + UNHAPPY, fewest=8)
    assert len(found.these) == len(found.those) == 1, "all words of a side stand in the same comments"
    assert found.these[0].count == 30
    assert found.those[0].other == 0
    assert {word.text for word in found.these} <= {"engineer", "friendly", "quick", "friendly quick"}
    assert found.those[0].z == pytest.approx(found.these[0].z)


def test_a_phrase_stands_for_its_words_and_searches_as_one() -> None:
    unhappy = [f"{word} call centre" for word in ("bad", "worst", "slow", "dreadful") for _ in range(10)]
    happy = ["lovely people"] * 40
    found = contrast(happy, unhappy, happy + unhappy, fewest=8)
    assert [word.text for word in found.those][:1] == ["call centre"]
    assert found.those[0].search == '"call centre"'


def test_one_ranting_comment_is_one_comment() -> None:
    rant = ["never " * 500] + ["It was fine."] * 39
    assert not contrast(rant, ["It was fine."] * 40, rant, fewest=1).these


def test_a_word_of_fewer_comments_than_may_be_shown_is_not_told() -> None:
    these, those = ["refund please"] * 7 + ["hm"] * 10, ["hm"] * 400
    assert contrast(these, those, these + those, fewest=7).these
    assert not contrast(these, those, these + those, fewest=8).these


def test_what_begins_longer_words_most_of_the_time_is_not_told() -> None:
    these = ["appointment missed"] * 20 + ["app"] * 9 + ["so so"] * 30
    told = {word.text for word in contrast(these, ["so so"] * 60, these, fewest=5).these}
    assert not told & {"app"}
    assert any("appointment" in word or "missed" in word for word in told)


def test_stop_words_apostrophes_and_numbers_say_nothing() -> None:
    these = ["I don't don’t 42 42nd the nie bardzo"] * 40
    assert contrast(these, ["ok"] * 40, these, fewest=5).these == ()


def test_words_of_other_scripts_are_words() -> None:
    these, those = ["سروس بہت خراب"] * 30, ["bardzo szybko"] * 30
    found = contrast(these, those, these + those, fewest=5)
    assert found.these
    assert [word.text for word in found.those] == ["szybko"]


@pytest.mark.parametrize(("these", "those"), [([], []), (["x"], []), ([], ["late"] * 9), (["", " — "], ["..."] * 9)])
def test_nothing_to_compare(these: list[str], those: list[str]) -> None:
    found = contrast(these, those, [*these, *those], fewest=1)
    assert (found.these, found.those, found.compared) == ((), (), 0)


TEXTS = st.lists(
    st.lists(st.sampled_from(["late", "later", "Refund", "on", "hold", "holding", "ok,", "Ünder"]), max_size=6).map(
        " ".join
    ),
    min_size=1,
    max_size=30,
)


@given(TEXTS, TEXTS)
def test_the_comments_counted_are_the_comments_the_search_finds(these, those) -> None:
    """metrics/search.py is what SQL is tested against (tests/data_sources/test_word_match.py)."""
    heavy = [*these, *["refund, on-hold; late"] * 30]
    found = contrast(heavy, those, [*heavy, *those], fewest=3)
    for side, own, others in ((found.these, heavy, those), (found.those, those, heavy)):
        for word in side:
            search = parse(word.search)
            assert word.count == sum(matches(text, search) for text in own) >= 3
            assert word.other == sum(matches(text, search) for text in others)


def test_by_chance_almost_nothing_is_told() -> None:
    """Comments dealt at random onto two sides: at most one deal in twenty may tell any word (the false discovery rate
    where every discovery is false)."""
    rng = np.random.default_rng(11)
    vocabulary = np.array([f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(200)])
    often = 1 / np.arange(1, 201)
    told = 0
    for _ in range(60):
        texts = [" ".join(rng.choice(vocabulary, 12, p=often / often.sum())) for _ in range(240)]
        found = contrast(texts[:90], texts[90:], texts, fewest=3)
        told += bool(found.these or found.those)
        assert found.compared > 50
    assert told <= 3
