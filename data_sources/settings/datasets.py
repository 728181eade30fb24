"""`[responses]`, `[verbatims]`, …: which table plays which role, and which of its columns means what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from data_sources.settings.section import Name, Section, Words

FigureKind: TypeAlias = Literal["relationship", "transactional", "benchmark study", "mystery shop"]
"""Kinds of figures that must not stand on one line: they ask other people, at other moments, other things."""


class DatasetSettings(Section):
    """A table or a SELECT that plays a role."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    """The keys of this section that name a column."""
    SCORES: ClassVar[str] = "scores"
    """The key of this section that maps metrics to columns."""

    source: Words
    """Which of [sources] holds it."""
    table: str | None = None
    """Its table or view, with its schema where it has one ("survey.responses"). Either this or `sql`."""
    sql: str | None = None
    """A SELECT in the source's own dialect, where a join or a clean-up is needed. Either this or `table`."""
    dimensions: dict[Name, Words] = Field(default_factory=dict)
    """Dimension id = column, for every dimension this dataset records."""

    def mapped(self) -> dict[str, str]:
        """Role word → column, for every column this section names: "time", "dim:region", "score:nps"."""
        named = {key: getattr(self, key) for key in self.COLUMNS}
        columns = {key: column for key, column in named.items() if column}
        return columns | {f"dim:{axis}": column for axis, column in self.dimensions.items()}

    def place(self, role_word: str) -> str:
        """Where in this section a role word is configured: "dim:region" → "dimensions.region"."""
        kind, _, name = role_word.partition(":")
        if not name:
            return role_word
        return f"dimensions.{name}" if kind == "dim" else f"{self.SCORES}.{name}"


class ResponsesSettings(DatasetSettings):
    """Survey answers: wide (a row a response, a column a question) or long (a row an answer)."""

    COLUMNS = (
        "id", "customer", "time", "stage", "touchpoint", "comment", "topic", "sentiment", "language",
        "metric_column", "score_column", "promised", "actual",
    )  # fmt: skip

    id: Words
    """Column that names the response, unique (long form: unique together with the metric)."""
    customer: Words
    """Column that names the customer; only a pseudonym of it is ever shown."""
    time: Words
    """Column with the time of the answer, in company time."""
    stage: str | None = None
    """Column with the stage of the customer's journey."""
    touchpoint: str | None = None
    """Column with the touchpoint the answer is about."""
    comment: str | None = None
    """Column with the customer's own words."""
    topic: str | None = None
    """Column with a theme already given to the comment; without it, themes come from [themes]."""
    sentiment: str | None = None
    """Column with a sentiment from −1 to 1; without it, English comments are scored here."""
    language: str | None = None
    """Column with the comment's language ("en"); without it, the language is detected."""
    metric_column: str | None = None
    """Long form: column that says which metric the row answers."""
    score_column: str | None = None
    """Long form: column with the score."""
    promised: str | None = None
    """Column with the day that something was promised for (a delivery, an installation)."""
    actual: str | None = None
    """Column with the day it came; empty while it has not."""
    kind: FigureKind | None = None
    """What kind of survey this is. Named, our numbers are held against figures of the same kind only."""

    @property
    def is_long(self) -> bool:
        """Whether each row is one answer to one metric."""
        return bool(self.metric_column or self.score_column)


class VerbatimsSettings(DatasetSettings):
    """Comments that live apart from the responses, perhaps in another source."""

    COLUMNS = ("id", "customer", "time", "stage", "touchpoint", "comment", "topic", "sentiment", "language")

    id: Words
    """Column that names the comment, unique."""
    customer: Words
    """Column that names the customer."""
    time: Words
    """Column with the time of the comment."""
    comment: Words
    """Column with the customer's own words."""
    stage: str | None = None
    """Column with the stage of the customer's journey."""
    touchpoint: str | None = None
    """Column with the touchpoint."""
    topic: str | None = None
    """Column with a theme already given to the comment."""
    sentiment: str | None = None
    """Column with a sentiment from −1 to 1."""
    language: str | None = None
    """Column with the comment's language."""
    scores: dict[Name, Words] = Field(default_factory=dict)
    """Metric id = column with the score that came with the comment."""

    def mapped(self) -> dict[str, str]:
        """Role word → column, scores among them."""
        return super().mapped() | {f"score:{metric}": column for metric, column in self.scores.items()}


class JourneyEventsSettings(DatasetSettings):
    """What happened to customers: visits, calls, orders, deliveries."""

    COLUMNS = ("id", "customer", "time", "stage", "touchpoint", "what", "outcome", "journey")

    customer: Words
    """Column that names the customer."""
    time: Words
    """Column with the time it happened."""
    id: str | None = None
    """Column that names the event, unique."""
    stage: str | None = None
    """Column with the stage of the journey."""
    touchpoint: str | None = None
    """Column with the touchpoint."""
    what: str | None = None
    """Column that says what happened, in words."""
    outcome: str | None = None
    """Column that says how it ended."""
    journey: str | None = None
    """Column that names the journey an event belongs to (an order, a case). Without it, a journey is a customer's
    events with no more than `gap_days` between them."""
    gap_days: Annotated[int, Field(ge=1)] = 30
    """Days without an event after which a journey is over."""
    succeeded: tuple[Words, ...] = ()
    """The outcomes that mean that the customer reached what they came for."""


class CustomersSettings(DatasetSettings):
    """One row a customer."""

    COLUMNS = ("customer", "value", "since", "outcome")

    customer: Words
    """Column that names the customer, unique."""
    value: str | None = None
    """Column with what the customer is worth a year, in `currency`."""
    since: str | None = None
    """Column with the day the customer came."""
    outcome: str | None = None
    """Column that says whether the customer stayed ("kept", "left")."""


class ComparisonSettings(DatasetSettings):
    """What benchmarks and expectations have in common."""

    SCORES = "metrics"

    form: Literal["figures", "responses"] = "figures"
    """"figures": a row a published or measured figure; "responses": a row an answer, summed up here."""
    time: Words
    """Column with the figure's or answer's day."""
    metric: str | None = None
    """Figures: column with the metric's id."""
    value: str | None = None
    """Figures: column with the value, in the metric's unit (points, per cent, or the mean)."""
    n: str | None = None
    """Figures: column with the number of answers behind the value."""
    publisher: str | None = None
    """Column with who published it."""
    publisher_name: str | None = None
    """Who published it, where it is the same for all."""
    kind: str | None = None
    """Column with the kind of figure: "relationship", "transactional", "benchmark study", "mystery shop"."""
    kind_name: FigureKind | None = None
    """The kind of figure, where it is the same for all."""
    touchpoint: str | None = None
    """Column with the touchpoint it holds for; empty means all."""
    metrics: dict[Name, Words] = Field(default_factory=dict)
    """Responses: metric id = column with the score."""

    def mapped(self) -> dict[str, str]:
        """Role word → column, scores among them."""
        return super().mapped() | {f"score:{metric}": column for metric, column in self.metrics.items()}


class BenchmarksSettings(ComparisonSettings):
    """What competitors reach."""

    COLUMNS = ("company", "time", "metric", "value", "n", "publisher", "kind", "touchpoint")

    company: Words
    """Column with the competitor."""
    own: str | None = None
    """What this company is called in that column, so that it is no rival of itself."""
    rival: str | None = None
    """The competitor to be held against on every KPI, beside the best one."""


class ExpectationsSettings(ComparisonSettings):
    """What customers expect."""

    COLUMNS = ("time", "metric", "value", "n", "level", "publisher", "kind", "touchpoint", "customer")

    level: str | None = None
    """Column with the level of expectation: "desired" (hoped for), "adequate" (put up with), "promised" (what the
    company says it gives), "self" (what the company believes it gives)."""
    customer: str | None = None
    """Responses: column with the customer, in the same source as the responses; gaps are then paired."""


class OutcomesSettings(DatasetSettings):
    """What customers did in the end: renewed, bought again, left."""

    COLUMNS = ("customer", "time", "outcome", "amount")

    customer: Words
    """Column that names the customer."""
    time: Words
    """Column with the day."""
    outcome: Words
    """Column that says what the customer did."""
    amount: str | None = None
    """Column with the money involved, in `currency`."""


class EventsSettings(DatasetSettings):
    """Declared events in a table: releases, strikes, price changes. Beside or instead of [[event]]."""

    COLUMNS = ("day", "label", "rebase", "metric")

    day: Words
    """Column with the day."""
    label: Words
    """Column with what happened, as the charts print it."""
    rebase: str | None = None
    """Column that is true where new limits start on that day."""
    metric: str | None = None
    """Column with the metric it concerns; empty means all."""
