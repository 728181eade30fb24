"""Who is affected: distinct customers per touchpoint and what they are worth, counted by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from data_sources import query
from data_sources.errors import NotFilterable
from data_sources.tables import Dataset
from data_sources.view import View
from metrics.access import NotPermitted, Right
from metrics.broken import People
from metrics.catalog import Axis
from metrics.customer_value import mean_value
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slices import NOT_RECORDED
from metrics.sums import Sums

PLACE, CUSTOMERS, KNOWN, TOTAL, SQUARES = "place", "customers", "known", "total", "squares"


@dataclass(frozen=True, slots=True)
class Affected:
    """People by place of the axis; `counted` says what makes a customer count, `notes` what is not known and why."""

    people: Mapping[str, People]
    counted: str
    notes: tuple[str, ...] = ()


def people_affected(view: View, metric: Metric, axis: Axis, period: Period) -> Affected:
    """Distinct customers with a journey event at each place of the axis in the period and scope; where no events are
    configured, or they do not record what the scope asks, distinct customers who answered there. Not additive, so
    pushed down. Fewer customers than thresholds.show_number are not counted out. Raises Unavailable."""
    events, responses = view.room.datasets.get("journey_events"), view.room.datasets["responses"]
    counted, notes = f"customers who answered there in {period.text()}", []
    found: Affected | None = None
    if events is not None:
        try:
            people, worth = _read(view, events, axis, period, sa.true())
        except NotFilterable as error:
            notes.append(f"{str(error).rstrip('.')}; until then customers who answered are counted instead.")
        else:
            found = Affected(people, f"customers with an event there in {period.text()}", worth)
    if found is None:
        people, worth = _read(view, responses, axis, period, query.answered(responses, metric))
        found = Affected(people, counted, (*notes, *worth))
    return found


def _read(
    view: View, dataset: Dataset, axis: Axis, period: Period, condition: sa.ColumnElement[bool]
) -> tuple[dict[str, People], tuple[str, ...]]:
    worth, notes = _worth(view, dataset)
    statement = affected(dataset, axis.id, query.in_period(dataset, period), query.in_scope(dataset, view.scope),
                         condition, worth=worth)  # fmt: skip
    rows = view.room.sources.run(dataset.source, statement).to_pylist()
    fewest = view.fewest
    return {str(row[PLACE]): _people(row, fewest) for row in rows if row[PLACE] != NOT_RECORDED}, notes


def _worth(view: View, dataset: Dataset) -> tuple[tuple[Dataset, sa.ColumnElement[bool]] | None, tuple[str, ...]]:
    """The customers' values, where they can be joined, and which of them this viewer may see: row rules count, the
    filters have chosen the customers already. Else one sentence that says why not."""
    if not view.viewer.may(Right.SEE_VALUE):
        return None, (str(NotPermitted(Right.SEE_VALUE)),)
    customers = view.room.datasets.get("customers")
    if customers is None or "value" not in customers:
        return None, ("What these customers are worth is not known: name customers.value in cx.toml.",)
    if customers.source != dataset.source:
        why = f"[customers] is in “{customers.source}” and {dataset.role.replace('_', ' ')} in “{dataset.source}”"
        return None, (f"What these customers are worth is not known: {why}, and they cannot be joined.",)
    try:
        return (customers, query.in_scope(customers, view.scope.unfiltered())), ()
    except NotFilterable as error:
        return None, (f"What these customers are worth is not known: {error}",)


def affected(
    dataset: Dataset,
    axis: str,
    *conditions: sa.ColumnElement[bool],
    worth: tuple[Dataset, sa.ColumnElement[bool]] | None,
) -> query.Statement:
    """One row a place: `place`, `customers` (distinct), and over those with a known yearly value `known`, `total` and
    `squares`. Rows without a customer or a place do not count."""
    place, customer = query.axis_column(dataset, axis), dataset["customer"]
    seen = (
        sa.select(place.label(PLACE), customer.label("customer"))
        .select_from(dataset.from_clause)
        .where(*conditions, place.is_not(None), customer.is_not(None))
        .distinct()
        .cte("seen")
    )
    joined: sa.FromClause = seen
    value: sa.ColumnElement[object] | sa.Null = sa.null()
    if worth is not None:
        customers, visible = worth
        value = customers["value"]
        joined = seen.outerjoin(customers.from_clause, sa.and_(customers["customer"] == seen.c.customer, visible))
    known = sa.cast(value, sa.Double)
    return (
        sa.select(
            seen.c.place.label(PLACE),
            sa.cast(sa.func.count(sa.distinct(seen.c.customer)), sa.BigInteger).label(CUSTOMERS),
            sa.cast(sa.func.count(known), sa.BigInteger).label(KNOWN),
            sa.cast(sa.func.sum(known), sa.Double).label(TOTAL),
            sa.cast(sa.func.sum(known * known), sa.Double).label(SQUARES),
        )
        .select_from(joined)
        .group_by(seen.c.place)
    )


def _people(row: Mapping[str, int | float | None], fewest: int) -> People:
    customers = int(row[CUSTOMERS] or 0)
    if customers < fewest:
        return People()
    sums = Sums(int(row[KNOWN] or 0), float(row[TOTAL] or 0.0), float(row[SQUARES] or 0.0))
    return People(customers, mean_value(sums, fewest))
