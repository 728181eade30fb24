"""One customer's story, from as many sources as know something, opened by a response and never by a customer's id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data_sources import timeline_rows as timeline
from data_sources import voice_rows as rows
from data_sources.connections import Sources
from data_sources.errors import NotFilterable, Unavailable
from data_sources.keys import Keys, raw, stored, text_of
from data_sources.masking import masker_of
from data_sources.pseudonyms import Pseudonyms
from data_sources.query import answered, commented, in_scope
from data_sources.tables import Dataset
from data_sources.told import NOBODY, Row, dimensions, number, said, text
from metrics.access import SIGHTS, Right
from metrics.bands import band_of
from metrics.catalog import Catalog
from metrics.metric import Metric
from metrics.people import CustomerStory, TimelineEntry
from metrics.slices import TOUCHPOINT, Scope
from metrics.story import with_feelings

WITHOUT = {
    "journey_events": "what happened between the surveys (configure [journey_events])",
    "customers": "value and tenure (configure [customers])",
    "outcomes": "what the customer did in the end (configure [outcomes])",
}
"""What a story lacks where a role is not configured."""


class NoSuchStory(Exception):  # noqa: N818  named for what is the case
    """No story for this response in this scope: unknown, or not for this viewer's filters and rules. Which of the
    two is not told."""

    def __init__(self) -> None:
        super().__init__("There is no such response among those you are looking at: widen the filters, or go back.")


@dataclass(frozen=True, slots=True)
class _Opened:
    """The response that a story is opened by: its dataset and its row."""

    dataset: Dataset
    row: Row


class Timelines:
    """The company's customers, one at a time. Everything raises Unavailable where the responses give no answer;
    another role that fails is named in the story's `missing`."""

    def __init__(
        self,
        sources: Sources,
        datasets: Mapping[str, Dataset],
        catalog: Catalog,
        names: Pseudonyms,
        currency: str = "",
        *,
        sight: frozenset[Right] = SIGHTS,
    ) -> None:
        self._sources = sources
        self._datasets = datasets
        self._catalog = catalog
        self._names = names
        self._currency = currency
        self._sight = sight
        self._keys = Keys(sources)
        self._masker = masker_of(catalog)

    def story_of(self, response: str, scope: Scope) -> CustomerStory:
        """The story of the customer who gave this response. The response must be in the whole scope; the rest of
        the timeline obeys the viewer's row rules, not the filters: a story is told to its end.

        Raises NoSuchStory.
        """
        opened = self._opened(response, scope)
        customer, allowed = opened.row.get("customer"), scope.unfiltered()
        missing = [what for role, what in WITHOUT.items() if role not in self._datasets]
        if customer is None:
            missing.append("anything else: the response names no customer")
            return self._story(opened.row, {}, self._said_here(opened), response, missing)
        parts = [self._said_here(opened), *(self._said_by(customer, allowed, *said) for said in timeline.SAID)]
        who: Row = {}
        for role in self._datasets.keys() & WITHOUT.keys():
            with _telling(missing):
                found = self._known(role, customer, allowed)
                if role in timeline.READERS:
                    told = found if Right.SEE_VALUE in self._sight else timeline.without_money(found)
                    parts.append(timeline.READERS[role](told, self._currency))
                else:
                    who = found[0] if found else {}
        return self._story(opened.row, who, [entry for part in parts for entry in part], response, missing)

    def customer_of(self, response: str, scope: Scope) -> str | None:
        """The id of the customer who gave this response, for the audit log and for no page; None where it names none.
        Raises NoSuchStory."""
        customer = self._opened(response, scope).row.get("customer")
        return None if customer is None else text_of(customer)

    def journey_of(self, customer: object, stretch: timeline.Stretch, scope: Scope) -> CustomerStory:
        """One journey of a customer whom a page has drawn (data_sources/journeys), never one that an address names:
        the events and answers of that stretch in the scope, and what the customers' table says of them under the
        viewer's rules."""
        missing = [WITHOUT["customers"]] if "customers" not in self._datasets else []
        events = self._datasets["journey_events"]
        his = sa.and_(self._keys.equals(events, "customer", customer), stretch.near(events))
        parts = [timeline.as_events(self._run(events, timeline.events(events, his, scope)))]
        for role, kind in timeline.SAID:
            with _telling(missing):
                parts += [self._said_by(customer, scope, role, kind, stretch)]
        who: Row = {}
        with _telling(missing):
            found = self._known("customers", customer, scope.unfiltered()) if "customers" in self._datasets else []
            who = found[0] if found else {}
        entries = [entry for part in parts for entry in part if stretch.holds(entry)]
        return self._story({"customer": customer}, who, entries, None, missing)

    def similar(self, response: str, scope: Scope, metric: Metric) -> str | None:
        """The next response with a similar story: another customer's comment, about the same touchpoint, with a
        score of the same band, before this one (after the earliest one the newest again, so that going on and on
        passes every such response of other customers); the same mapped topic where there is another one with it.
        None where there is none. Raises NoSuchStory."""
        opened = self._opened(response, scope)
        for same_topic in (True, False):
            conditions = self._alike(opened, scope, metric, same_topic)
            if conditions is None:
                continue
            for further in (self._before(opened), sa.true()):
                found = self._run(opened.dataset, self._first(opened.dataset, sa.and_(conditions, further)))
                if found:
                    return text_of(found[0]["id"])
        return None

    # -- opening ----------------------------------------------------------------------------------------------

    def _opened(self, response: str, scope: Scope) -> _Opened:
        """The response by its id, under the scope, in SQL. Comments of their own are asked first: their ids are
        the ones on the page."""
        for role in ("verbatims", "responses"):
            dataset = self._datasets.get(role)
            if dataset is None:
                continue
            told = rows.columns(dataset, self._catalog, self._catalog.metrics)
            statement = (
                sa.select(*told)
                .select_from(dataset.from_clause)
                .where(self._keys.equals(dataset, "id", response), in_scope(dataset, scope))
                .limit(len(self._catalog.metrics))
            )
            found = self._run(dataset, statement)
            if found:
                return _Opened(dataset, _one_row(found))
        raise NoSuchStory

    def _alike(self, opened: _Opened, scope: Scope, metric: Metric, same_topic: bool) -> sa.ColumnElement[bool] | None:
        """Comments of other customers like the opened one; None where the topic is asked for and it has none."""
        dataset, row = opened.dataset, opened.row
        conditions = [in_scope(dataset, scope), commented(dataset), dataset["customer"].is_not(None)]
        if row.get("customer") is not None:
            conditions.append(sa.not_(self._keys.equals(dataset, "customer", row["customer"])))
        conditions.append(sa.not_(self._keys.equals(dataset, "id", text_of(row["id"]))))
        if TOUCHPOINT in dataset:
            place = row.get(TOUCHPOINT)
            column = dataset[TOUCHPOINT]
            conditions.append(column.is_(None) if place is None else column == raw(place))
        if rows.scored(dataset, metric):
            given = number(row.get(f"{rows.SCORE}{metric.id}"))
            conditions.append(answered(dataset, metric))
            if given is not None:
                conditions.append(rows.in_band(dataset, metric, band_of(metric, given)))
        if same_topic:
            if text(row.get("topic")) is None:
                return None
            conditions.append(dataset["topic"] == raw(row["topic"]))
        return sa.and_(*conditions)

    def _before(self, opened: _Opened) -> sa.ColumnElement[bool]:
        time, name = stored(opened.dataset["time"]), opened.dataset["id"]
        at = raw(opened.row[rows.RAW_TIME])
        return sa.or_(time < at, sa.and_(time == at, name < raw(opened.row["id"])))

    def _first(self, dataset: Dataset, condition: sa.ColumnElement[bool]) -> sa.Executable:
        statement = sa.select(dataset["id"].label("id")).select_from(dataset.from_clause).where(condition)
        return statement.order_by(dataset["time"].desc(), dataset["id"].desc()).limit(1)

    # -- telling ----------------------------------------------------------------------------------------------

    def _said_here(self, opened: _Opened) -> timeline.Entries:
        """The response that led here, which is told however long ago it was."""
        kind = timeline.COMMENT if opened.dataset.role == "verbatims" else timeline.SURVEY
        return timeline.as_answers([opened.row], self._catalog, kind)

    def _said_by(
        self, customer: object, scope: Scope, role: str, kind: str, stretch: timeline.Stretch | None = None
    ) -> timeline.Entries:
        """A customer's responses, or comments of their own."""
        dataset = self._datasets.get(role)
        if dataset is None:
            return []
        near = sa.true() if stretch is None else stretch.near(dataset)
        his = sa.and_(self._keys.equals(dataset, "customer", customer), near)
        found = self._run(dataset, timeline.answers(dataset, self._catalog, his, scope))
        return timeline.as_answers(found, self._catalog, kind)

    def _known(self, role: str, customer: object, scope: Scope) -> list[Row]:
        """What a role beside the responses has about the customer."""
        dataset = self._datasets[role]
        his = self._keys.equals(dataset, "customer", customer)
        if role in timeline.READERS:
            return self._run(dataset, timeline.events(dataset, his, scope))
        return self._run(dataset, timeline.profile(dataset, self._catalog, his, scope))

    def _story(
        self, row: Row, who: Row, entries: timeline.Entries, response: str | None, missing: list[str]
    ) -> CustomerStory:
        merged, bounded = timeline.merged(entries, response)
        told = timeline.impersonal(merged, self._masker)
        customer, since = row.get("customer"), who.get("since")
        known = dimensions(row, self._catalog)
        known |= {axis: value for axis, value in dimensions(who, self._catalog).items() if value is not None}
        ended = [entry.what for entry in told if entry.kind == timeline.OUTCOME]
        personas = self._catalog.personas_of({axis: value for axis, value in known.items() if value is not None})
        return CustomerStory(
            pseudonym=NOBODY if customer is None else self._names.of(text_of(customer)),
            dimensions=known,
            personas=tuple(persona.label for persona in personas),
            value=number(who.get("value")) if Right.SEE_VALUE in self._sight else None,
            value_unit=self._currency,
            since=since if isinstance(since, datetime) else None,
            outcome=said(who.get("outcome"), self._masker) or (ended[-1] if ended else None),
            timeline=with_feelings(self._readable(told), self._catalog.metrics),
            here=response,
            missing=tuple(sorted(missing)),
            bounded=bounded,
        )

    def _readable(self, told: tuple[TimelineEntry, ...]) -> tuple[TimelineEntry, ...]:
        return told if Right.SEE_COMMENTS in self._sight else timeline.wordless(told)

    def _run(self, dataset: Dataset, statement: sa.Executable) -> list[Row]:
        found: list[Row] = self._sources.run(dataset.source, statement).to_pylist()
        return found


@contextmanager
def _telling(missing: list[str]) -> Iterator[None]:
    """A role that cannot be asked is said to be missing; the rest of the story is told."""
    try:
        yield
    except (Unavailable, NotFilterable) as error:
        missing.append(str(error))


def _one_row(found: list[Row]) -> Row:
    """The rows of one response (long form) as one: whatever any of them has."""
    row: dict[str, object] = {}
    for part in reversed(found):
        row |= {name: value for name, value in part.items() if value is not None or name not in row}
    return row
