"""A company in memory for page tests: pandas rows, the cube made of them, and a room that holds no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa

from data_sources import query
from data_sources.audit_chain import Seals
from data_sources.comment_rows import IN
from data_sources.cube.coding import coded, measure_names
from data_sources.cube.store import Cube, CubeSlice, months_of
from data_sources.errors import Unavailable
from data_sources.masking import masker_of
from data_sources.memo import Memo
from data_sources.paging import Given, HeardOf
from data_sources.room import Room
from data_sources.settings.access import AccessSettings
from data_sources.timelines import NoSuchStory
from data_sources.verbatims import Sample, VerbatimPage
from data_sources.view import View
from data_sources.voice_rows import RAW_TIME
from metrics.access import OWNER, Right, Viewer
from metrics.bands import band
from metrics.catalog import Axis, Catalog, Thresholds
from metrics.metric import Metric, MetricKind
from metrics.people import CustomerStory, TimelineEntry, Verbatim
from metrics.periods import Grain, Period, atoms
from metrics.slice_of import Slice
from metrics.slices import EVERYTHING, Rules, Scope
from metrics.sums import SumsTable

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10), target=30, owner="Chief Customer Officer", definition="0–10.")
EASE = Metric("ease", "Ease", MetricKind.NET, (1, 7))
FIRST, WEEKS, WEEKLY = date(2025, 1, 6), 40, 200
DOWN = Unavailable("warehouse", "does not answer", "Start it.")


def rows(weekly: int = WEEKLY, seed: int = 3) -> pd.DataFrame:
    """Forty weeks in which nothing happens: the same number of answers a week, in four slices of the same size."""
    rng = np.random.default_rng(seed)
    size = WEEKS * weekly
    place = np.arange(size)
    return pd.DataFrame(
        {
            "response": [f"A{i}" for i in place],
            "week": place // weekly,
            "region": np.where(place % 2, "North", "South"),
            "segment": np.where(place // 2 % 2, "Families", "Students"),
            "touchpoint": "sales",
            "nps": rng.choice([0, 5, 7, 8, 9, 10], size, p=[0.1, 0.2, 0.2, 0.1, 0.2, 0.2]),
            "ease": rng.integers(1, 8, size),
            "text": [f"They rang back after {i} minutes." if i % 4 == 0 else "" for i in place],
        }
    )


def weeks() -> tuple[Period, ...]:
    return tuple(Period(FIRST + timedelta(weeks=i), FIRST + timedelta(weeks=i + 1), Grain.WEEK) for i in range(WEEKS))


CATALOG = Catalog(
    "Smallville",
    (NPS, EASE),
    (Axis("region", "Region", ("North", "South")), Axis("segment", "Segment", ("Families", "Students"))),
    touchpoints=Axis("touchpoint", "Touchpoint", ("sales",)),
    thresholds=Thresholds(),
)


def cube_of(answers: pd.DataFrame, catalog: Catalog = CATALOG) -> Cube:
    """The cube that the builder would have made of these rows, summed by pandas."""
    axes = [axis.id for axis in catalog.axes]
    atom_of = atoms(weeks())
    starts = np.array([atom.start for atom in atom_of], dtype="datetime64[D]")
    monday = np.array([week.start for week in weeks()], dtype="datetime64[D]")[answers["week"].to_numpy()]
    frame = answers.assign(
        atom=np.searchsorted(starts, monday, side="right") - 1,
        **{query.ROWS: 1, query.COMMENTS: (answers["text"] != "").astype(int)},
        nps__n=1, nps__up=(answers["nps"] >= 9).astype(int), nps__down=(answers["nps"] <= 6).astype(int),
        ease__n=1, ease__up=(answers["ease"] >= 6).astype(int), ease__down=(answers["ease"] <= 3).astype(int),
    )  # fmt: skip
    names = list(measure_names((NPS, EASE)))
    summed = frame.groupby(["atom", *axes], as_index=False)[names].sum()
    tables = [
        pa.Table.from_pandas(summed[summed["atom"] == i][[*axes, *names]], preserve_index=False).cast(
            pa.schema([*((axis, pa.string()) for axis in axes), *((name, pa.int64()) for name in names)])
        )
        for i in range(len(atom_of))
    ]
    on_cube = [catalog.axis(axis) for axis in axes]
    newest = datetime.combine(weeks()[int(answers["week"].max())].last_day, datetime.min.time())
    return Cube((NPS, EASE), weeks(), atom_of, coded(tables, on_cube, (NPS, EASE)), last=newest, read_at=newest)


@dataclass
class Words:
    """Comments from the rows; with `down` no comment can be read. It is its own `rows`: nothing is hidden behind it."""

    given: pd.DataFrame
    down: bool = False
    fewest_answers = CATALOG.thresholds.show_comments
    masker = masker_of(CATALOG)

    def _rows(self, slice_: Slice) -> pd.DataFrame:
        if self.down:
            raise DOWN.again()
        first, end = ((day - FIRST).days // 7 for day in (slice_.period.start, slice_.period.end))
        kept = self.given[self.given["week"].between(first, end - 1)]
        for axis, values in slice_.scope.filters.kept:
            kept = kept[kept[axis].isin(values)]
        if slice_.band:
            wanted = band(slice_.metric, slice_.band)
            kept = kept[[wanted.holds(score) for score in kept[slice_.metric.id]]]
        return kept

    def _said(self, slice_: Slice) -> pd.DataFrame:
        found = self._rows(slice_)
        return found[found["text"] != ""]

    @property
    def rows(self) -> Words:
        return self

    def knows_score(self, slice_: Slice) -> bool:
        return True

    def answers(self, slices: Sequence[Slice]) -> tuple[int, ...]:
        return tuple(len(self._rows(slice_.all_bands())) for slice_ in slices)

    def heard_of(self, slice_: Slice, search: object = None) -> HeardOf:
        whole = self._rows(slice_.all_bands())
        counted = [
            (score, len(rows), int((rows["text"] != "").sum())) for score, rows in whole.groupby(slice_.metric.id)
        ]
        return HeardOf(tuple(Given(float(str(one[0])), *one[1:]) for one in counted), len(self._said(slice_)))

    def keys(self, slices: Sequence[Slice], count: int) -> pa.Table:
        """As CommentRows.keys: the comments of the first slice, marked where they lie in the others."""
        said = self._said(slices[0]).head(count)
        columns = {"id": said["response"].astype(str), RAW_TIME: said["week"], "score": said[slices[0].metric.id]}
        for i, slice_ in enumerate(slices[1:], 1):
            columns[f"{IN}{i}"] = said["response"].isin(self._said(slice_)["response"]).astype(int)
        return pa.table({name: pa.array(column.to_list()) for name, column in columns.items()})

    def by_id(self, slice_: Slice, search: object, keys: Sequence[Mapping[str, object]]) -> dict[str, Verbatim]:
        said = self._said(slice_)
        wanted = said[said["response"].astype(str).isin([str(key["id"]) for key in keys])]
        return {told.id: told for told in (self._verbatim(row, slice_.metric.id) for row in wanted.to_dict("records"))}

    def page(self, slice_: Slice, search: object = None, order: object = None, **_: object) -> VerbatimPage:
        found = self._rows(slice_)
        hidden = len(found) < self.fewest_answers
        said = self._said(slice_).head(20).to_dict("records")
        items = () if hidden else tuple(self._verbatim(row, slice_.metric.id) for row in said)
        return VerbatimPage(items, None, len(found), hidden)

    def sample(self, slice_: Slice, search: object = None, **_: object) -> Sample:
        said = self._said(slice_)
        scores = said[slice_.metric.id].to_numpy(dtype=float)
        return Sample(tuple(said["text"]), scores, (None,) * len(said), len(said), hidden=len(said) < 8)

    def _verbatim(self, row: Mapping[str, object], metric: str) -> Verbatim:
        time = datetime.combine(FIRST + timedelta(weeks=int(str(row["week"]))), datetime.min.time())
        return Verbatim(
            str(row["response"]), f"Heron-{row['response']}", time, str(row["text"]),
            {metric: float(str(row[metric]))}, touchpoint="sales", dimensions={"region": str(row["region"])},
        )  # fmt: skip


@dataclass
class Stories:
    """One customer who was let down twice; another response is nobody's."""

    down: bool = False

    def story_of(self, response: str, scope: Scope) -> CustomerStory:
        if self.down:
            raise DOWN.again()
        if response != "A1":
            raise NoSuchStory
        moments = [
            TimelineEntry(datetime(2025, 9, 1, 9), "event", "purchase", "sales", "Order placed"),
            TimelineEntry(datetime(2025, 9, 8, 9), "response", "use", "sales", "", {"nps": 9}, 6.4, "Went well.", "A0"),
            TimelineEntry(datetime(2025, 9, 20, 9), "response", "use", "sales", "", {"nps": 0}, 1.0, "*Awful*.", "A1"),
        ]
        return CustomerStory(
            "Heron-1", {"region": "North"}, ("First home",), 624.0, "£", datetime(2020, 3, 1), "kept",
            tuple(moments), "A1", ("outcomes: none are configured",),
        )  # fmt: skip

    def customer_of(self, response: str, scope: Scope) -> str | None:
        self.story_of(response, scope)
        return "the customer of A1"

    def similar(self, response: str, scope: Scope, metric: Metric) -> str | None:
        return "A7"


class Log:
    """What was noted: (person, act, place, many, about). With `trouble` nothing can be."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str, int | None, Mapping[str, str]]] = []
        self.trouble: Unavailable | None = None
        self.seals = Seals(b"key")

    def note(
        self, person: str, act: str, place: str = "", many: int | None = None, about: Mapping[str, str] | None = None
    ) -> int:
        if self.trouble is not None:
            raise self.trouble
        self.notes.append((person, act, place, many, about or {}))
        return len(self.notes)


@dataclass
class FakeRoom:
    """What a page asks of a room, from memory."""

    answers_given: pd.DataFrame
    today: datetime
    words: Words
    told: Stories = field(default_factory=Stories)
    catalog: Catalog = CATALOG
    troubles: dict[str, str] = field(default_factory=dict)
    failures: int = 0
    trouble: object = None
    audit: Log = field(default_factory=Log)
    answers: Memo[object] = field(default_factory=lambda: Memo(64))
    settings: object = field(
        default_factory=lambda: SimpleNamespace(themes={"Waiting": ("rang back",)}, access=AccessSettings())
    )

    def __post_init__(self) -> None:
        self._cube = cube_of(self.answers_given, self.catalog)

    def cube(self) -> Cube:
        return self._cube

    def now(self) -> datetime:
        return self.today

    def closed_weeks(self) -> tuple[Period, ...]:
        return self._cube.weeks

    @property
    def months(self) -> tuple[Period, ...]:
        return months_of(self._cube)

    def figures(self, role: str) -> dict[str, tuple[object, ...]]:
        return {}

    def catalog_of(self, rules: Rules) -> Catalog:
        return self.catalog

    def slice(self, periods: Sequence[Period], scope: Scope, by: Sequence[str] = ()) -> CubeSlice:
        return self._cube.over(periods, scope)

    def sums(self, metric: Metric, periods: Sequence[Period], scope: Scope, by: Sequence[str] = ()) -> SumsTable:
        return self.slice(periods, scope).sums(metric, by)

    def verbatims(self, viewer: Viewer) -> Words:
        viewer.require(Right.SEE_COMMENTS)
        return self.words

    def timelines(self, viewer: Viewer) -> Stories:
        viewer.require(Right.SEE_TIMELINE)
        return self.told


def view(
    answers: pd.DataFrame | None = None,
    scope: Scope | None = None,
    *,
    down: bool = False,
    today: datetime | None = None,
    unknown: tuple[str, ...] = (),
    catalog: Catalog = CATALOG,
) -> View:
    """The newest week of such a company, as a page gets it."""
    given = rows() if answers is None else answers
    now = today or datetime.combine(weeks()[-1].end, datetime.min.time()) + timedelta(hours=9)
    room = FakeRoom(given, now, Words(given, down), Stories(down), catalog)
    return View(cast("Room", room), weeks()[-1], scope or EVERYTHING, NPS, OWNER, unknown)
