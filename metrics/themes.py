"""What customers talk about: themes with their share, their score and what they do to the metric.

A theme is a topic that the company maps, an entry of its dictionary, or a phrase found in the words themselves
(metrics/phrases.py). Impact (METHODS §7): the metric minus the metric without the responses that mention the theme;
positive lifts it, negative drags it down (both turned round where lower is better, which the page says).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.intervals import difference, estimate
from metrics.metric import Metric
from metrics.search import plain
from metrics.sums import NOTHING, FloatArray, Sums

BoolArray = npt.NDArray[np.bool_]
PREFIX = "*"


class Origin(StrEnum):
    """Where a theme comes from."""

    TOPIC = "topic"
    DICTIONARY = "dictionary"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme among `of` comments. `sums` are those of the responses that mention it and gave a score (`value` is
    the metric among them, `impact` what they do to the whole). `few`: fewer than may be shown, so there are no
    numbers. `mentions` marks the comments, in the order they were given."""

    label: str
    origin: Origin
    count: int
    of: int
    sums: Sums
    value: Estimate
    impact: Estimate
    few: bool
    mentions: BoolArray = field(repr=False, compare=False)

    @property
    def share(self) -> float:
        """Share of the comments that mention it, 0–1; 0 where there are no comments."""
        return self.count / self.of if self.of else 0.0


def themes(
    metric: Metric, scores: FloatArray, found: Mapping[str, BoolArray], origin: Origin, fewest: int
) -> tuple[Theme, ...]:
    """Themes from who mentions what, the heaviest impact first, then those with too few mentions.

    `scores` has one place per comment, NaN where none was given; every array in `found` marks the comments of one
    theme. A theme with fewer than `fewest` mentions (at least 1) carries no number: a score of three people is not
    shown.
    """
    values = metric.values(scores) - metric.centre
    whole = _sums(values)

    def theme(label: str, mentions: BoolArray) -> Theme:
        count = int(mentions.sum())
        if count < max(fewest, 1):
            return Theme(label, origin, count, len(mentions), NOTHING, NO_ESTIMATE, NO_ESTIMATE, True, mentions)
        theirs = _sums(values[mentions])
        value, effect = estimate(metric, theirs), impact(metric, whole, theirs)
        return Theme(label, origin, count, len(mentions), theirs, value, effect, False, mentions)

    made = [theme(label, mentions) for label, mentions in found.items()]
    return tuple(
        sorted(made, key=lambda theme: (theme.few, -abs(theme.impact.value or 0.0), -theme.count, theme.label))
    )


def impact(metric: Metric, whole: Sums, theirs: Sums) -> Estimate:
    """The whole minus the whole without `theirs` (a part of it), in the metric's unit.

    M − M₋ₜ = w(mₜ − m₋ₜ) with w = nₜ/n, so its interval is that of the difference between those who mention the
    theme and the others, times w. No value where nobody or everybody mentions it. +50 in all and +40 without the
    theme is +10: it lifts.
    """
    rest = Sums(whole.n - theirs.n, whole.total - theirs.total, whole.squares - theirs.squares)
    if theirs.n == 0 or rest.n == 0:
        return NO_ESTIMATE
    weight = theirs.n / whole.n
    apart = difference(metric, theirs, rest)
    value, lower, upper = (None if x is None else weight * x for x in (apart.value, apart.lower, apart.upper))
    return Estimate(value, lower, upper, theirs.n, f"share mentioning × ({apart.method})")


def by_topic(topics: Sequence[str | None]) -> dict[str, BoolArray]:
    """Who mentions what by a mapped topic column; a comment without a topic mentions none."""
    names = sorted({topic for topic in topics if topic})
    held = np.array([topic or "" for topic in topics], dtype=object)
    return {name: np.asarray(held == name, dtype=np.bool_) for name in names}


def by_dictionary(texts: Sequence[str], dictionary: Mapping[str, Sequence[str]]) -> dict[str, BoolArray]:
    """Who mentions what by a dictionary of theme → words and phrases: whole words, case and punctuation not
    counting; a `*` at the end of an entry also finds longer words ("wait*" finds "waiting")."""
    padded = [f" {plain(text)} " for text in texts]
    found = {}
    for label, entries in dictionary.items():
        needles = [needle for entry in entries if (needle := _needle(entry))]
        found[label] = np.array([any(needle in text for needle in needles) for text in padded], dtype=np.bool_)
    return found


def _needle(entry: str) -> str:
    """What to look for in a padded text: " queue " or " wait"; "" for an entry of punctuation only."""
    words = plain(entry)
    if not words:
        return ""
    return f" {words}" if entry.rstrip().endswith(PREFIX) else f" {words} "


def _sums(values: FloatArray) -> Sums:
    """Sums of centred values, NaN left out."""
    given = values[~np.isnan(values)]
    return Sums(len(given), float(given.sum()), float((given * given).sum()))
