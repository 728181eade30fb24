"""Journeys of a company in memory: what the journey page's panels are given in their tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import cast

from streamlit.testing.v1 import AppTest

from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.intervals import estimate
from metrics.journey_counts import share
from metrics.journeys import Journeys, Path, StepGrain, Turn, Walk
from metrics.metric import Metric
from metrics.people import CustomerStory, TimelineEntry
from metrics.periods import Grain, Period
from metrics.sums import Sums
from tests.pages.company import NPS

TWELVE_WEEKS = Period(date(2026, 8, 24), date(2026, 11, 16), Grain.WEEK)
FEW = Estimate(None, None, None, 3, "held back")


def path(*steps: str, journeys: int, of: int = 100, succeeded: int | None = None, **given: object) -> Path:
    """A path whose answers split evenly between promoters and detractors."""
    score = estimate(NPS, Sums(journeys, 0.0, 10_000.0 * journeys))
    success = NO_ESTIMATE if succeeded is None else share(succeeded, journeys)
    made = {"score": score, "success": success, "share": share(journeys, of), "customers": journeys, "longer": False}
    return Path(steps, journeys=journeys, **{**made, **given})  # type: ignore[arg-type]


STRAIGHT = path("purchase", "use", journeys=60, succeeded=54)
BACK = path("purchase", "use", "purchase", journeys=25, succeeded=5)
LONG = path("*use*", "[x](javascript:1)", journeys=8, longer=True, score=FEW)
HIDDEN = Path(("secret", "detour"), False, 0, 0, NO_ESTIMATE, NO_ESTIMATE, NO_ESTIMATE, hidden=True)
TURNS = (
    Turn("use", "", 50, 80, share(50, 80)),
    Turn("use", "purchase", 25, 80, share(25, 80)),
    Turn("purchase", "", 12, 40, share(12, 40)),
)


def journeys(**given: object) -> Journeys:
    """A hundred journeys of ninety customers."""
    made = {
        "period": TWELVE_WEEKS, "gap_days": 30, "grain": StepGrain.STAGE, "journeys": 100, "customers": 90, "open": 12,
        "paths": (STRAIGHT, BACK, LONG, HIDDEN), "elsewhere": 7, "turns": TURNS,
    }  # fmt: skip
    return Journeys(**{**made, **given})  # type: ignore[arg-type]


class Walks:
    """Stands for data_sources.journeys.walk, and remembers what it was asked for."""

    def __init__(self, of: int = 5, answers: bool = True) -> None:
        self.of, self.answers = of, answers
        self.asked: list[tuple[str, StepGrain, int, int]] = []

    def __call__(
        self, view: object, metric: Metric, *, path: str = "", grain: StepGrain, seed: int, place: int,
        noted: set[str],
    ) -> Walk | None:  # fmt: skip
        self.asked.append((path, grain, seed, place))
        return Walk(self._story(place % self.of), place % self.of, self.of, seed, False) if self.of else None

    def _story(self, place: int) -> CustomerStory:
        start = datetime(2026, 11, 2, 9, 30)
        said = TimelineEntry(
            start + timedelta(days=5), "response", "use", "call centre", "Answered a survey", {"nps": 2}, 2.0,
            "Third *time*. [x](javascript:1)", "R7" if self.answers else None,
        )  # fmt: skip
        events = (
            TimelineEntry(start, "event", "purchase", "website", "Order placed", outcome="completed"),
            TimelineEntry(start + timedelta(days=4), "event", "use", "delivery", "Slot missed"),
        )
        here = "R7" if self.answers else None
        return CustomerStory(
            f"Heron-{place}", {"region": "North"}, (), 1140.0, "£", datetime(2020, 3, 1), None, (*events, said), here
        )


def address(at: AppTest) -> dict[str, str]:
    """The parameters of the address: AppTest keeps what a test sets as lists and what the app sets as text."""
    return {name: value if isinstance(value, str) else value[-1] for name, value in at.query_params.items()}


def last(walks: Walks) -> tuple[str, StepGrain, int, int]:
    """What was asked last: path, grain, seed, place."""
    return cast("tuple[str, StepGrain, int, int]", walks.asked[-1])
