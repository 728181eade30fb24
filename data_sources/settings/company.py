"""What the company measures and how it speaks: metrics, dimensions, stages, personas, events, thresholds, themes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from data_sources.settings.section import Name, Section, Words
from metrics.catalog import Thresholds
from metrics.metric import Better, MetricKind

Count = Annotated[int, Field(ge=0)]
_DEFAULTS = Thresholds()


class MetricSettings(Section):
    """One KPI. The order in the file is the order of the cards."""

    kind: MetricKind
    """How a score becomes the number shown: "nps" (% 9–10 minus % 0–6), "top_box" (% at or above `threshold`),
    "net" (% 6–7 minus % 1–3), "mean", "rate" (% of yes)."""
    column: Words
    """Column with the score; in the long form, what `metric_column` holds for this metric."""
    label: str | None = None
    """What it is called on screen. Without it, the id in capitals (up to four letters) or as words."""
    scale: tuple[float, float] | None = None
    """Lowest and highest possible score; a score off it counts as not answered and is reported. Without it:
    nps 0–10, net 1–7, rate 0–1; the others must say."""
    better: Better = Better.HIGHER
    """Which way is better: "higher" or "lower"."""
    threshold: float | None = None
    """top_box and rate: the first score that counts. Without it, the highest of the scale."""
    target: float | None = None
    """What the company wants to reach, in the unit shown."""
    minimum: float | None = None
    """What customers must have at least."""
    aspiration: float | None = None
    """What to aim for."""
    owner: str = ""
    """Who answers for it: a role, not a name."""
    definition: str = ""
    """The question asked and how it is counted, for the screen."""
    headline: bool = False
    """The weekly review opens on this one; without any, on the first."""


class BenchmarkMetricSettings(Section):
    """A figure that only [benchmarks] hold, of us as of competitors: awareness, a mystery shopper's score."""

    kind: MetricKind
    """As for [metrics]; "rate" for shares such as awareness."""
    label: str | None = None
    """What it is called on screen. Without it, the id in capitals (up to four letters) or as words."""
    scale: tuple[float, float] | None = None
    """Lowest and highest possible score. Without it: nps 0–10, net 1–7, rate 0–1; the others must say."""
    better: Better = Better.HIGHER
    """Which way is better: "higher" or "lower"."""
    target: float | None = None
    """What the company wants to reach, in the unit shown."""
    owner: str = ""
    """Who answers for it: a role, not a name."""
    definition: str = ""
    """What is counted, for the screen."""


class AxisSettings(Section):
    """A dimension's label and the order of its values."""

    label: str | None = None
    """What it is called on screen; without it, the id as words."""
    values: tuple[Words, ...] = ()
    """Its values in the order of the screen. A value found beside them is a problem."""


class OrderSettings(Section):
    """Stages or touchpoints in their order: `stages = ["awareness", …]` or `[stages]` with `order`."""

    order: tuple[Words, ...] = ()
    """The values as the data has them, first to last. A value found beside them is a problem."""
    label: str | None = None
    """What the axis is called on screen."""

    @model_validator(mode="before")
    @classmethod
    def _plain_list(cls, value: object) -> object:
        return {"order": value} if isinstance(value, list | tuple) else value


class PersonaSettings(Section):
    """A persona: a name for the customers that a rule finds."""

    label: str | None = None
    """What the persona is called on screen; without it, the id as words."""
    rule: dict[Name, tuple[Words, ...]]
    """Dimension id = values; a customer is meant who has one of the values on every dimension named."""


class EventSettings(Section):
    """`[[event]]`: something that happened on a day and is drawn into the charts."""

    day: date
    """The day."""
    label: Words
    """What happened, in a few words."""
    rebase: bool = False
    """Whether the process behaviour limits start anew on that day."""
    metrics: tuple[Name, ...] = ()
    """Ids of the metrics it concerns; empty means all."""


class ThresholdSettings(Section):
    """When a number may be shown, and when data is old."""

    show_number: Count = _DEFAULTS.show_number
    """Answers a slice needs before its number is shown."""
    show_comments: Count = _DEFAULTS.show_comments
    """Answers a slice needs before its comments are shown."""
    low_n: Count = _DEFAULTS.low_n
    """Below this many answers a number is marked "too few"."""
    competitor_n: Count = _DEFAULTS.competitor_n
    """Below this many answers a competitor's figure is marked."""
    stale_days: Count = _DEFAULTS.stale_days
    """Days after which data without a new row is "stale"."""
    benchmark_stale_days: Count = _DEFAULTS.benchmark_stale_days
    """The same for benchmarks and expectations."""


class CubeSettings(Section):
    """The sums kept in memory."""

    folder: str | None = None
    """Where they are kept between starts; without it, the user's cache folder. Relative to cx.toml."""
    cell_limit: Annotated[int, Field(ge=1)] | None = None
    """The most cells to hold; over it, the widest dimension is left out and asked of the database instead. Without
    it, what the source's driver delivers in some seconds: 3000000 as Arrow (DuckDB and folders, Snowflake, Databricks),
    100000 through PyHive (Spark), 500000 from all others."""
    reread_weeks: Count = 4
    """How many of the newest weeks are read again at each refresh, for answers that come late."""
    refresh_minutes: Annotated[float, Field(ge=0)] = 15.0
    """Minutes between refreshes; 0 never refreshes by itself."""
    warm_views: Count = 40
    """How many views of the weekly review a server makes ready after its start and after each refresh, before anybody
    asks: the whole company's first, then one filter value each. 0 makes none ready."""
