"""What each role knows about one customer, as timeline entries: at most the newest LONGEST of each, and one more to
tell that there are more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import sqlalchemy as sa

from data_sources import voice_rows as rows
from data_sources.dialects import moment
from data_sources.keys import text_of
from data_sources.masking import Masker
from data_sources.query import in_scope
from data_sources.tables import Dataset
from data_sources.told import Row, number, said, scores, text
from metrics.catalog import Catalog
from metrics.people import TimelineEntry
from metrics.slices import STAGE, TOUCHPOINT, Scope

LONGEST = 200
"""Entries of a timeline: the newest are read and the page says so. Nobody reads more, and no customer may cost more."""
SURVEY, COMMENT, EVENT, OUTCOME = "response", "comment", "event", "outcome"
SAID = (("responses", SURVEY), ("verbatims", COMMENT))
"""The roles that hold what customers say, and what an entry of each is."""
SURVEY_WORDS, COMMENT_WORDS, EVENT_WORDS = "Answered a survey", "Left a comment", "Contact"
TOLD_OF_EVENTS = ("time", STAGE, TOUCHPOINT, "what", "outcome", "amount")
RANKS = (EVENT, SURVEY, COMMENT, OUTCOME)
"""At the same instant what happened comes before what was said about it."""

Condition: TypeAlias = sa.ColumnElement[bool]
Entries: TypeAlias = list[TimelineEntry]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a customer's timeline: events from `began` to `ended`, answers up to `answered`, all inclusive;
    of one named journey only ("" are events that name none), or of any where `journey` is None."""

    began: datetime
    ended: datetime
    answered: datetime
    journey: str | None = None

    def near(self, dataset: Dataset) -> Condition:
        """The rows of its days: by midnights, which every way of storing a time compares alike. `holds` is exact."""
        last = max(self.ended, self.answered).date() + timedelta(days=1)
        here = sa.and_(dataset["time"] >= moment(self.began.date()), dataset["time"] < moment(last))
        if self.journey is not None and "journey" in dataset:
            return sa.and_(here, sa.func.coalesce(sa.cast(dataset["journey"], sa.Text()), "") == self.journey)
        return here

    def holds(self, entry: TimelineEntry) -> bool:
        """Whether an entry belongs to it."""
        return self.began <= entry.time <= (self.ended if entry.kind == EVENT else self.answered)


def answers(dataset: Dataset, catalog: Catalog, customer: Condition, scope: Scope) -> rows.Rows:
    """A customer's responses (or comments of their own), the newest first. In the long form a response has a row a
    metric, and the limit grows with it."""
    limit = (LONGEST + 1) * (len(catalog.metrics) if "metric_column" in dataset else 1)
    statement = sa.select(*rows.columns(dataset, catalog, catalog.metrics)).select_from(dataset.from_clause)
    return _newest(statement, dataset, customer, scope).limit(limit)


def events(dataset: Dataset, customer: Condition, scope: Scope) -> rows.Rows:
    """A customer's journey events or outcomes, the newest first."""
    told = [dataset[word].label(word) for word in TOLD_OF_EVENTS if word in dataset]
    return _newest(sa.select(*told).select_from(dataset.from_clause), dataset, customer, scope).limit(LONGEST + 1)


def profile(dataset: Dataset, catalog: Catalog, customer: Condition, scope: Scope) -> rows.Rows:
    """One row about the customer: value, since, outcome and dimensions, as far as they are recorded."""
    told = [dataset[word].label(word) for word in ("customer", "value", "since", "outcome") if word in dataset]
    told += [
        dataset[f"{rows.DIMENSION}{axis.id}"].label(f"{rows.DIMENSION}{axis.id}")
        for axis in catalog.dimensions
        if f"{rows.DIMENSION}{axis.id}" in dataset
    ]
    return sa.select(*told).select_from(dataset.from_clause).where(customer, in_scope(dataset, scope)).limit(1)


def _newest(statement: rows.Rows, dataset: Dataset, customer: Condition, scope: Scope) -> rows.Rows:
    time = dataset["time"]
    return statement.where(customer, in_scope(dataset, scope), time.is_not(None)).order_by(time.desc())


def as_answers(found: Sequence[Row], catalog: Catalog, kind: str) -> Entries:
    """One entry a response: rows of the same response (long form) are one moment with all its scores."""
    entries: dict[str, TimelineEntry] = {}
    for row in found:
        response = text_of(row["id"])
        known = entries.get(response)
        if known is not None:
            entries[response] = replace(known, scores={**known.scores, **scores(row, catalog)})
            continue
        entries[response] = TimelineEntry(
            time=moment_of(row),
            kind=kind,
            stage=text(row.get(STAGE)),
            touchpoint=text(row.get(TOUCHPOINT)),
            what=SURVEY_WORDS if kind == SURVEY else COMMENT_WORDS,
            scores=scores(row, catalog),
            comment=text(row.get("comment")),
            response=response,
        )
    return list(entries.values())


def as_events(found: Sequence[Row], _currency: str = "") -> Entries:
    """Journey events; an event without words is called by its touchpoint."""
    return [
        TimelineEntry(
            time=moment_of(row),
            kind=EVENT,
            stage=text(row.get(STAGE)),
            touchpoint=text(row.get(TOUCHPOINT)),
            what=text(row.get("what")) or text(row.get(TOUCHPOINT)) or EVENT_WORDS,
            outcome=text(row.get("outcome")),
        )
        for row in found
    ]


def as_outcomes(found: Sequence[Row], currency: str) -> Entries:
    """What the customer did in the end: "renewed (£420)"."""
    entries = []
    for row in found:
        amount = number(row.get("amount"))
        money = "" if amount is None else f" ({currency}{amount:,.0f})"
        what = f"{text(row.get('outcome')) or OUTCOME}{money}"
        entries.append(TimelineEntry(moment_of(row), OUTCOME, None, None, what[:1].upper() + what[1:]))
    return entries


def impersonal(entries: Sequence[TimelineEntry], masker: Masker) -> tuple[TimelineEntry, ...]:
    """The same entries without personal data in what customers, agents and systems wrote."""
    return tuple(
        replace(
            entry,
            what=masker.masked(entry.what),
            comment=said(entry.comment, masker),
            outcome=said(entry.outcome, masker),
        )
        for entry in entries
    )


def wordless(entries: Sequence[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """The same entries without what the customer wrote, for a viewer who may not read comments."""
    return tuple(replace(entry, comment=None) for entry in entries)


def without_money(found: Sequence[Row]) -> list[Row]:
    """Outcomes without their amounts, for a viewer who may not see what customers are worth."""
    return [{name: value for name, value in row.items() if name != "amount"} for row in found]


def merged(entries: Entries, here: str | None) -> tuple[tuple[TimelineEntry, ...], bool]:
    """All entries in order of time, a comment of its own joined to the response it came with; the newest LONGEST
    and the one that led here; and whether some were left out."""
    together = _joined(entries)
    together.sort(key=lambda entry: (entry.time, RANKS.index(entry.kind), entry.response or ""))
    kept = together[-LONGEST:]
    lost = [entry for entry in together[:-LONGEST] if here is not None and entry.response == here]
    return (*lost, *kept), len(together) > LONGEST


def _joined(entries: Entries) -> Entries:
    """Each response and each comment once; a comment with the id of a response is part of it."""
    surveys = {entry.response: entry for entry in entries if entry.kind == SURVEY}
    comments = {entry.response: entry for entry in entries if entry.kind == COMMENT}
    for response in surveys.keys() & comments.keys():
        survey, comment = surveys[response], comments.pop(response)
        both = {**comment.scores, **survey.scores}
        surveys[response] = replace(survey, comment=survey.comment or comment.comment, scores=both)
    others = [entry for entry in entries if entry.kind not in (SURVEY, COMMENT)]
    return [*surveys.values(), *comments.values(), *others]


def moment_of(row: Row) -> datetime:
    """The row's time."""
    time = row["time"]
    if not isinstance(time, datetime):
        raise TypeError(f"a timeline row has no time but {type(time).__name__}")
    return time


READERS: Mapping[str, Callable[[Sequence[Row], str], Entries]] = {"journey_events": as_events, "outcomes": as_outcomes}
"""How the rows of the roles beside responses and comments become entries."""
