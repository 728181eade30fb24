"""A small company whose customers make journeys: rows, configuration, and the journeys that plain Python finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.room import Room
from data_sources.settings import load_settings
from data_sources.view import View
from metrics.access import OWNER
from metrics.journeys import LONGEST_PATH, StepGrain
from metrics.periods import Period
from metrics.slices import EVERYTHING, NOT_RECORDED, Scope
from tests.data_sources.engines import make_source

STAGES = ("explore", "purchase", "use", "renew")
TOUCHPOINTS = ("app", "call centre", "sales", "website")
SUCCEEDED = ("resolved", "bought")
WEEK = Period(date(2026, 5, 4), date(2026, 5, 11))
"""The last of the twelve weeks looked at; the events run on for seven more."""
START = WEEK.end - timedelta(weeks=12)
GAP = 10
FIRST = datetime(2025, 12, 1)
STAGE_SHARES = [0.25, 0.25, 0.2, 0.15, 0.1, 0.05]
OUTCOMES, OUTCOME_SHARES = [None, "", "resolved", "bought", "gave up"], [0.5, 0.1, 0.15, 0.1, 0.15]


def event_rows(seed: int = 1, customers: int = 90) -> pd.DataFrame:
    """Thirty weeks of events: bursts of a customer's events close together, many at the same instant, some exactly
    the gap apart, on the window's edges, without stage, touchpoint, outcome or customer, and one customer with one
    event."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int | None, datetime, str | None]] = [(999, datetime(2026, 3, 3, 12), "case-999")]
    for customer in range(customers):
        at = FIRST + timedelta(hours=int(rng.integers(0, 24 * 60)))
        for burst in range(int(rng.integers(1, 7))):
            for _ in range(int(rng.integers(1, 13))):
                case = None if rng.random() < 0.1 else f"case-{customer}-{burst}"
                rows.append((customer, at, case))
                at += timedelta(hours=int(rng.choice([0, 0, 1, 24, 24 * 3, 24 * GAP])))
            at += timedelta(hours=int(rng.integers(24 * GAP - 24, 24 * 40)))
    edges = [START, WEEK.end, START - timedelta(days=GAP), WEEK.end - timedelta(days=GAP)]
    rows += [(2_000 + place, datetime.combine(edge, datetime.min.time()), None) for place, edge in enumerate(edges)]
    rows += [(None, datetime(2026, 4, 1), "case-x")] * 3
    size = len(rows)
    return pd.DataFrame(
        {
            "event_id": rng.permutation(size) + 1,
            "customer": pd.array([row[0] for row in rows], "Int64"),
            "at": pd.Series([row[1] for row in rows]).dt.as_unit("us"),
            "case_name": [row[2] for row in rows],
            "stage": rng.choice(np.array([*STAGES, None, "elsewhere"], dtype=object), size, p=STAGE_SHARES),
            "touchpoint": rng.choice(np.array([*TOUCHPOINTS, None, ""], dtype=object), size),
            "outcome": rng.choice(np.array(OUTCOMES, dtype=object), size, p=OUTCOME_SHARES),
            "region": rng.choice(np.array(["North", "South", None], dtype=object), size, p=[0.6, 0.3, 0.1]),
        }
    )  # fmt: skip


def answer_rows(events: pd.DataFrame, seed: int = 2, size: int = 900) -> pd.DataFrame:
    """Answers of the same customers, many at the very instant of an event or a day around it."""
    rng = np.random.default_rng(seed)
    known = events[events["customer"].notna()].reset_index(drop=True)
    near = known.iloc[rng.integers(0, len(known), size)].reset_index(drop=True)
    hours = rng.choice([0, 0, 1, -1, 24, 24 * 9, 24 * GAP, 24 * GAP + 1], size)
    nps = rng.integers(0, 11, size).astype(float)
    nps[rng.random(size) < 0.1] = np.nan
    nps[:5] = 12
    return pd.DataFrame(
        {
            "response_id": np.arange(size) + 5_000,
            "customer": near["customer"],
            "at": near["at"] + pd.to_timedelta(hours, unit="h"),
            "stage": rng.choice(STAGES, size),
            "touchpoint": rng.choice(TOUCHPOINTS, size),
            "region": rng.choice(np.array(["North", "South", None], dtype=object), size),
            "nps": nps,
            "stars": np.round(rng.uniform(1, 5, size), 1),
            "said": [f"words {i}" if i % 3 == 0 else None for i in range(size)],
        }
    )


CONFIG = """
company = "Test"
time_zone = "UTC"
currency = "£"
{source}
[responses]
source = "{answers}"
table = "{answer_prefix}responses"
id = "response_id"
customer = "customer"
time = "at"
stage = "stage"
touchpoint = "touchpoint"
comment = "said"
dimensions = {{ region = "region" }}
[journey_events]
source = "db"
table = "{prefix}events"
customer = "customer"
time = "at"
dimensions = {{ region = "region" }}
gap_days = {gap}
{events}
[metrics.nps]
kind = "nps"
column = "nps"
[metrics.stars]
kind = "mean"
column = "stars"
scale = [1, 5]
[stages]
order = ["explore", "purchase", "use", "renew"]
[cube]
folder = "{folder}"
[thresholds]
show_number = {fewest}
show_comments = {fewest}
"""
COLUMNS = {"id": "event_id", "journey": "case_name", "stage": "stage", "touchpoint": "touchpoint", "outcome": "outcome"}


@dataclass(frozen=True)
class Company:
    """How the same rows are configured: the columns of the events that are mapped, and what counts as success."""

    mapped: tuple[str, ...] = ("id", "stage", "touchpoint", "outcome")
    succeeded: tuple[str, ...] = SUCCEEDED
    fewest: int = 1

    @property
    def events(self) -> str:
        mapped = "".join(f'{word} = "{COLUMNS[word]}"\n' for word in self.mapped)
        return mapped + (f"succeeded = {list(self.succeeded)}\n" if self.succeeded else "")


COMPANIES = {
    "ids": Company(),
    "no ids, no success": Company(("stage", "touchpoint", "outcome"), ()),
    "named": Company(("id", "journey", "stage", "touchpoint", "outcome")),
}


def room_of(
    kind: str,
    company: Company,
    rows: tuple[pd.DataFrame, pd.DataFrame],
    folder: Path,
    request: pytest.FixtureRequest,
    *,
    apart: bool = False,
) -> Room:
    """A room on events and answers; `apart` puts the answers into a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    events, answers = rows
    tables = {"events": events} if apart else {"events": events, "responses": answers}
    source = make_source(kind, tables, folder, request)
    others = make_source("folder", {"responses": answers}, folder, request, name="surveys") if apart else source
    text = CONFIG.format(
        source=source.section + (others.section if apart else ""), answers="surveys" if apart else "db",
        answer_prefix=others.prefix, prefix=source.prefix, gap=GAP, events=company.events, folder=folder / "cube",
        fewest=company.fewest,
    )  # fmt: skip
    path = folder / "cx.toml"
    path.write_text(text)
    return Room(load_settings(path), lambda: datetime(2026, 7, 1))


def view_of(room: Room, scope: Scope | None = None, metric: str = "nps") -> View:
    return View(room, WEEK, scope or EVERYTHING, room.catalog.metric(metric), OWNER)


# -- what plain Python finds ------------------------------------------------------------------------------------------


@dataclass
class Found:
    """One journey: its events in order, and the answers given on it."""

    customer: int
    name: str
    events: list[dict[str, object]]
    until: datetime | None = None
    answers: list[dict[str, object]] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        return self.events[0]["at"]  # type: ignore[return-value]

    @property
    def ended(self) -> datetime:
        return self.events[-1]["at"]  # type: ignore[return-value]

    @property
    def outcome(self) -> bool | None:
        known = [event["outcome"] for event in self.events if event["outcome"]]
        return known[-1] in SUCCEEDED if known else None

    @property
    def open(self) -> bool:
        return self.ended >= datetime.combine(WEEK.end - timedelta(days=GAP), datetime.min.time())

    def walk(self, grain: StepGrain) -> list[tuple[str, int | None]]:
        """Steps with the rank of their first event's stage."""
        steps: list[tuple[str, int | None]] = []
        for event in self.events:
            step = str(event[grain.value])
            if not steps or steps[-1][0] != step:
                stage = event["stage"]
                steps.append((step, STAGES.index(str(stage)) if stage in STAGES else None))
        return steps

    def path(self, grain: StepGrain) -> tuple[tuple[str, ...], bool]:
        steps = tuple(step for step, _ in self.walk(grain))
        return steps[:LONGEST_PATH], len(steps) > LONGEST_PATH


def everything_of(scope: Scope) -> tuple[Callable[[dict[str, object]], bool], Callable[[dict[str, object]], bool]]:
    """Whether a row exists at all (rules, filters on customers), and whether it is what stage and touchpoint filters
    ask for."""

    def meets(row: dict[str, object], kept: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
        return all((NOT_RECORDED if row[axis] is None else row[axis]) in values for axis, values in kept)

    journey = tuple(pair for pair in scope.filters.kept if pair[0] in ("stage", "touchpoint"))
    others = tuple(pair for pair in scope.filters.kept if pair not in journey)

    def exists(row: dict[str, object]) -> bool:
        return meets(row, others) and any(meets(row, rule.kept) for rule in scope.rules)

    return exists, lambda row: meets(row, journey)


def found(events: pd.DataFrame, answers: pd.DataFrame, company: Company, scope: Scope) -> list[Found]:
    """Every journey that began in the window, from all the events up to its end."""
    exists, touched = everything_of(scope)
    rows = [row for row in _rows(events) if row["customer"] is not None and _before_end(row) and exists(row)]
    rows.sort(key=lambda row: _order(row, company))
    every: list[Found] = []
    latest: dict[tuple[object, str], Found] = {}
    for row in rows:
        name = str(row["case_name"] or "") if "journey" in company.mapped else ""
        key = (row["customer"], name)
        known = latest.get(key)
        if known is None or (not name and row["at"] - known.ended > timedelta(days=GAP)):
            latest[key] = known = Found(int(str(row["customer"])), name, [])
            every.append(known)
        known.events.append({word: row[word] for word in row if word != "raw"})
    every.sort(key=lambda journey: (journey.customer, journey.began, journey.name))
    for one, following in pairwise(every):
        one.until = following.began if following.customer == one.customer else None
    for row in _rows(answers):
        if exists(row) and _before_end(row):
            _given(row, every)
    start = datetime.combine(START, datetime.min.time())
    kept = [journey for journey in every if journey.began >= start and any(touched(event) for event in journey.events)]
    for event in (event for journey in kept for event in journey.events):
        event.update({word: event[word] or NOT_RECORDED for word in ("stage", "touchpoint")})
    return kept


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    plain = frame.astype(object).where(frame.notna(), None)
    rows = plain.to_dict("records")
    for row in rows:
        row["at"] = pd.Timestamp(row["at"]).to_pydatetime()
    return rows


def _before_end(row: dict[str, object]) -> bool:
    return row["at"] < datetime.combine(WEEK.end, datetime.min.time())  # type: ignore[operator]


def _order(row: dict[str, object], company: Company) -> tuple[object, ...]:
    stage = row["stage"] or NOT_RECORDED
    rank = STAGES.index(str(stage)) if stage in STAGES else len(STAGES)
    words = (row["touchpoint"] or NOT_RECORDED, stage, row["outcome"] or NOT_RECORDED)
    return (row["at"], rank, *((row["event_id"],) if "id" in company.mapped else words))


def _given(row: dict[str, object], every: list[Found]) -> None:
    """The answer goes to the one journey it was given on."""
    at: datetime = row["at"]  # type: ignore[assignment]
    for journey in every:
        if (
            journey.customer == row["customer"]
            and journey.began <= at <= journey.ended + timedelta(days=GAP)
            and (journey.until is None or at < journey.until)
        ):
            journey.answers.append(row)
