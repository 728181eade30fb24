"""The weekly review: what happened to our customers, is it signal or noise, why (METHODS §9)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metrics.contributions import Contribution
from metrics.estimate import HELD_BACK, NO_ESTIMATE, Assurance, Comparator, Direction, Estimate, Verdict
from metrics.limits import ProcessBehaviour
from metrics.metric import Metric
from metrics.periods import Period


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with all it must carry: the week's estimate, the change against the usual level (`change`,
    with its interval; `usual` is that level), the verdict, which way it points and why in words."""

    metric: Metric
    estimate: Estimate
    usual: Estimate
    change: Estimate
    verdict: Verdict
    direction: Direction
    why: str
    p: float | None = None
    """Probability of a departure at least this large if nothing had changed, before the scan's correction."""
    weeks: int = 1
    """How many of the last weeks the departure was seen over (1, 3 or 8)."""
    level: Estimate = NO_ESTIMATE
    """The last `weeks` weeks together; the week's estimate where that is 1."""
    shift: Estimate = NO_ESTIMATE
    """`level` minus `usual`: what a headline says when a departure took several weeks to show."""
    step: float | None = None
    """The week minus the week before: whether the number moved now, or had moved before and stays there."""


def held_back(reading: Reading) -> Reading:
    """The reading without its numbers: too few answers, or a hidden slice beside it would follow by subtraction."""
    nothing = Estimate(None, None, None, reading.estimate.n, HELD_BACK)
    return replace(
        reading, estimate=nothing, change=NO_ESTIMATE, level=NO_ESTIMATE, shift=NO_ESTIMATE,
        verdict=Verdict.TOO_FEW, direction=Direction.NONE, why="too few to show", p=None, step=None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A KPI card: the reading, its chart, the three comparators and the assurance against the target."""

    reading: Reading
    chart: ProcessBehaviour
    periods: tuple[Period, ...]
    comparators: tuple[Comparator, ...]
    assurance: Assurance


@dataclass(frozen=True, slots=True)
class Mover:
    """A slice that moved: `where` names it axis by axis, `contribution` what it explains of the change of the
    whole, `reading` its own score."""

    where: tuple[tuple[str, str], ...]
    reading: Reading
    contribution: Contribution

    @property
    def label(self) -> str:
        """ "Delivery & installation · North"."""
        return " · ".join(value for _, value in self.where)


@dataclass(frozen=True, slots=True)
class WeeklyReview:
    """Everything the landing page says. `headline` is the sentence said aloud; `chosen` the KPI it opens on; `movers`
    are its slices with a signal of their own, ranked by the points they explain; `elsewhere` those of the other KPIs,
    clearest first; `silent` the slices that used to answer and have stopped. `breakdown` and `rest` add up to `change`
    of the chosen KPI along `axes`. `scanned` is how many slices (of all KPIs) were looked at before anything was called
    a signal, `signals` how many KPIs, slices and mix shifts are told; `mix_shift` says so in a sentence when slices and
    total disagree, else ""."""

    week: Period
    headline: str
    subline: str
    chosen: Metric
    cards: tuple[Card, ...]
    movers: tuple[Mover, ...]
    breakdown: tuple[Contribution, ...]
    rest: Contribution | None
    scanned: int
    signals: int
    mix_shift: str = ""
    elsewhere: tuple[Mover, ...] = ()
    silent: tuple[Mover, ...] = ()
    axes: tuple[str, ...] = ()
    change: float = 0.0

    @property
    def card(self) -> Card:
        """The card of the chosen KPI."""
        return next(card for card in self.cards if card.reading.metric.id == self.chosen.id)
