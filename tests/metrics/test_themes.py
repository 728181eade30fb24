"""Themes: the dictionary's table of matches, and impact as METHODS §7 defines it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.metric import Metric, MetricKind
from metrics.sums import Sums
from metrics.themes import Origin, by_dictionary, by_topic, impact, themes

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
STARS = Metric("stars", "Stars", MetricKind.MEAN, (1, 5))


def nps_scores(promoters: int, passives: int, detractors: int) -> list[float]:
    return [10.0] * promoters + [8.0] * passives + [0.0] * detractors


def test_impact_has_the_sign_of_what_the_theme_does() -> None:
    """METHODS §7: +50 in all, +40 without the theme: it lifts by 10. The other way round it drags."""
    mention, rest = nps_scores(10, 0, 0), nps_scores(30, 11, 9)
    scores = np.array(mention + rest)
    values = NPS.values(scores)
    assert values[10:].mean() == pytest.approx(42)
    theme = themes(NPS, scores, {"helpful": np.arange(60) < 10}, Origin.PHRASE, 8)[0]
    assert theme.impact.value == pytest.approx(values.mean() - values[10:].mean())
    assert theme.impact.value > 0

    whole, theirs = Sums(100, 5_000.0, 500_000.0), Sums(20, 1_800.0, 180_000.0)
    assert (whole.total - theirs.total) / 80 == 40
    assert impact(NPS, whole, theirs).value == pytest.approx(10)
    whole, theirs = Sums(100, 4_000.0, 400_000.0), Sums(20, 0.0, 0.0)
    assert (whole.total - theirs.total) / 80 == 50
    drag = impact(NPS, whole, theirs)
    assert drag.value == pytest.approx(-10)
    assert drag.lower is not None
    assert drag.upper is not None
    assert drag.lower < -10 < drag.upper < 0


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=2, max_size=60))
def test_impact_is_the_whole_minus_the_whole_without(rows: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in rows])
    mentions = np.array([held for _, held in rows])
    theme = themes(STARS, scores, {"x": mentions}, Origin.TOPIC, 1)[0]
    assert theme.count == mentions.sum()
    assert theme.share == mentions.mean()
    if mentions.any() and not mentions.all():
        assert theme.impact.value == pytest.approx(scores.mean() - scores[~mentions].mean())
        assert theme.value.value == pytest.approx(scores[mentions].mean())
    else:
        assert theme.impact.value is None


def test_too_few_mentions_carry_no_number_and_come_last() -> None:
    scores = np.array(nps_scores(10, 10, 10))
    found = themes(NPS, scores, {"few": np.arange(30) < 7, "many": np.arange(30) < 8}, Origin.TOPIC, 8)
    assert [(t.label, t.few, t.count) for t in found] == [("many", False, 8), ("few", True, 7)]
    assert found[1].value.value is found[1].impact.value is None
    assert found[1].sums.n == 0


def test_a_comment_without_a_score_counts_as_a_mention_only() -> None:
    scores = np.array([10.0, np.nan, 0.0, 0.0])
    theme = themes(NPS, scores, {"x": np.array([True, True, False, False])}, Origin.TOPIC, 1)[0]
    assert (theme.count, theme.sums.n, theme.value.value) == (2, 1, 100)
    assert themes(NPS, np.array([]), {"x": np.array([], dtype=bool)}, Origin.TOPIC, 0)[0].share == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Waiting for ages", {"Waiting"}),
        ("I WAITED.", {"Waiting"}),
        ("await news", set()),
        ("the queue!", {"Waiting"}),
        ("queues", set()),
        ("kept on  hold", {"Waiting"}),
        ("on-hold again", {"Waiting"}),
        ("hold on", set()),
        ("£42 refund, after a wait", {"Waiting", "Money"}),
        ("", set()),
    ],
)
def test_the_dictionary(text: str, found: set[str]) -> None:
    dictionary = {"Waiting": ["wait*", "queue", "on hold"], "Money": ["refund", "!!"]}
    assert {label for label, held in by_dictionary([text], dictionary).items() if held[0]} == found


def test_topics_as_mapped() -> None:
    found = by_topic(["a", None, "", "b", "a"])
    assert {label: held.tolist() for label, held in found.items()} == {
        "a": [True, False, False, False, True],
        "b": [False, False, False, True, False],
    }
