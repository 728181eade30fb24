"""The doctor: the whole configuration read against the live databases, every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from data_sources import profile
from data_sources.audit import kept_with_care
from data_sources.connections import Sources
from data_sources.errors import RefusedQuery, Unavailable
from data_sources.findings import findings
from data_sources.journeys.findings import journey_findings
from data_sources.people_findings import people_findings
from data_sources.problems import Problem, listed, remedy
from data_sources.profile import ColumnProfile, DatasetProfile, Type
from data_sources.settings.catalog import metric_of
from data_sources.settings.checks import check
from data_sources.settings.company import BenchmarkMetricSettings, MetricSettings
from data_sources.settings.datasets import ComparisonSettings, DatasetSettings, ResponsesSettings
from data_sources.settings.root import Settings
from data_sources.tables import Dataset, datasets, from_clause_of
from metrics.metric import Metric
from metrics.slices import STAGE, TOUCHPOINT

PATIENCE_SECONDS = 300.0
"""The doctor reads whole tables, so it may take longer than a page's query."""
TIMES = ("time", "since", "day")


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found: a profile of every dataset, and problems, grave ones first."""

    profiles: tuple[DatasetProfile, ...]
    problems: tuple[Problem, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing would make a number wrong."""
        return not any(problem.grave for problem in self.problems)


def examine(settings: Settings, sources: Sources, now: datetime | None = None) -> Examination:
    """Examine every dataset; one that fails is a problem of its own and hides none of the others."""
    present = now or settings.now()
    problems = [*check(settings), *kept_with_care(settings), *people_findings(settings, sources)]
    profiles = []
    for role, dataset in datasets(settings).items():
        patient = _Patient(settings, sources, dataset, settings.datasets()[role], present)
        profiles.append(patient.examined())
        problems += patient.problems
    unique = {problem.text(): problem for problem in problems}
    return Examination(tuple(profiles), tuple(sorted(unique.values(), key=lambda problem: not problem.grave)))


class _Patient:
    """One dataset under examination."""

    def __init__(
        self, settings: Settings, sources: Sources, dataset: Dataset, configured: DatasetSettings, now: datetime
    ) -> None:
        self.settings, self.sources, self.dataset, self.configured, self.now = (
            settings, sources, dataset, configured, now,
        )  # fmt: skip
        self.problems: list[Problem] = []
        self.role = dataset.role
        known: dict[str, MetricSettings | BenchmarkMetricSettings] = {**settings.benchmark_metrics, **settings.metrics}
        self.metrics = {name: metric_of(name, metric) for name, metric in known.items()}

    def examined(self) -> DatasetProfile:
        """The profile, as far as the database answers; what is wrong is added to `problems`."""
        place = self.configured.table or "sql"
        so_far = DatasetProfile(self.role, self.configured.source, place)
        try:
            live = self._run(profile.any_column(self._bare())).column_names
        except Unavailable as error:
            self.problems.append(self._unreadable(error))
            return replace(so_far, trouble=str(error))
        present = self._mapped_and_there(live)
        try:
            so_far = self._counted(so_far, present)
        except Unavailable as error:
            self.problems.append(Problem(self.role, f"{error.what}.", error.remedy))
            return replace(so_far, trouble=str(error))
        self.problems += findings(self.settings, self.configured, so_far, self.now)
        self.problems += journey_findings(self.configured, so_far)
        return so_far

    # -- reachable, there, mapped -----------------------------------------------------------------------------

    def _run(self, statement: sa.Executable) -> pa.Table:
        return self.sources.run(self.configured.source, statement, PATIENCE_SECONDS)

    def _bare(self) -> sa.FromClause:
        in_folder = self.settings.sources[self.configured.source].folder is not None
        return from_clause_of(self.configured, self.role, {}, in_folder)

    def _unreadable(self, error: Unavailable) -> Problem:
        """A source that is down, a table that is not there, or SQL that the source refuses."""
        if not isinstance(error, RefusedQuery):
            return Problem(f"sources.{self.configured.source}", f"{error.what}.", error.remedy)
        table = self.configured.table
        if table is None:
            return Problem(f"{self.role}.sql", f"{error.what}.", "Correct the SELECT.")
        try:
            known = self.sources.tables(self.configured.source)
        except Unavailable:
            known = ()
        if table in known or not known:
            return Problem(f"{self.role}.table", f"{error.what}.", "Let the app's user read it.")
        return Problem(
            f"{self.role}.table", f"there is no table “{table}”.", remedy(table, known, f"There are: {listed(known)}.")
        )

    def _mapped_and_there(self, live: list[str]) -> tuple[str, ...]:
        """The role words whose column exists; the others are problems."""
        present = []
        for word, column in self._columns().items():
            if column in live:
                present.append(word)
            else:
                near = remedy(column, live, f"There are: {listed(live)}.")
                self.problems.append(Problem(self._key(word), f"there is no column “{column}”.", near))
        return tuple(present)

    def _columns(self) -> dict[str, str]:
        """Role word → column, with the metrics' own columns where responses are wide."""
        mapped = self.configured.mapped()
        if isinstance(self.configured, ResponsesSettings) and not self.configured.is_long:
            mapped |= {f"score:{name}": metric.column for name, metric in self.settings.metrics.items()}
        return mapped

    def _key(self, word: str) -> str:
        if isinstance(self.configured, ResponsesSettings) and word.startswith("score:"):
            return f"metrics.{word.removeprefix('score:')}.column"
        return f"{self.role}.{self.configured.place(word)}"

    # -- counted ----------------------------------------------------------------------------------------------

    def _counted(self, so_far: DatasetProfile, present: tuple[str, ...]) -> DatasetProfile:
        if not present:
            return so_far
        types = profile.types_of(self._run(profile.sample(self.dataset, present)))
        unusable = self._wrong_types(types)
        time = next((word for word in TIMES if word in present and self._is_time(types[word])), None)
        scores = self._countable_scores({word: kind for word, kind in types.items() if word not in unusable})
        row = self._run(
            profile.counts(
                self.dataset,
                present,
                scores,
                time=time,
                text_time=time is not None and types[time] is Type.TEXT,
                now=self.now,
            )
        ).to_pylist()[0]
        rows, columns = profile.whole(row["rows"]), self._columns()
        return replace(
            so_far,
            rows=rows,
            first=profile.time_or_none(row.get("first")),
            last=profile.time_or_none(row.get("last")),
            future=None if time is None else profile.whole(row["future"]),
            odd_times=profile.whole(row.get("odd")),
            columns=tuple(
                ColumnProfile(word, columns[word], types[word], rows - profile.whole(row[f"has:{word}"]))
                for word in present
            ),
            scores={word.removeprefix("score:"): profile.score_profile(row, word) for word in scores},
            duplicates=self._duplicates(present),
            values={word: self._values(word) for word in self._axes(present, types)},
        )

    def _sqlite(self) -> bool:
        return self.sources.engine(self.configured.source).dialect.name == "sqlite"

    def _is_time(self, kind: Type) -> bool:
        return kind in (Type.TIME, Type.UNKNOWN) or (kind is Type.TEXT and self._sqlite())

    def _wrong_types(self, types: dict[str, Type]) -> set[str]:
        """The role words whose column holds what the role cannot use; each is a problem."""
        wrong = {word: needed for word, kind in types.items() if (needed := self._needed(word, kind))}
        for word, needed in wrong.items():
            cure = f'Use sql = "select …" and make it {needed} there.'
            self.problems.append(Problem(self._key(word), f"holds {types[word].plural}, not {needed}.", cure))
        return set(wrong)

    def _needed(self, word: str, kind: Type) -> str:
        """What a role needs where its column holds something else, "" where it is right."""
        if word in (*TIMES, "promised", "actual"):
            return "" if self._is_time(kind) else "a time"
        if word.startswith("score:") or word in ("score_column", "value", "amount", "n"):
            mixed = kind is Type.TEXT and self._sqlite() and self._some_numbers(word)
            return "" if mixed or kind in (Type.NUMBER, Type.UNKNOWN) else "a number"
        if word in (STAGE, TOUCHPOINT, "comment") or word.startswith("dim:"):
            return "" if kind in (Type.TEXT, Type.UNKNOWN) else "text"
        return ""

    def _some_numbers(self, word: str) -> bool:
        """Whether a SQLite column of mixed types has a number (numbers sort before texts); its texts are then
        counted as off the scale."""
        lowest = sa.type_coerce(sa.func.min(self.dataset.columns[word]), sa.types.NullType())
        found = self._run(sa.select(lowest.label("lowest")).select_from(self.dataset.from_clause)).to_pylist()
        return isinstance(found[0]["lowest"], int | float)

    def _countable_scores(self, types: dict[str, Type]) -> dict[str, Metric]:
        """Role words of scores that can be compared with a scale, with their metric."""
        held = dict(types)
        if isinstance(self.configured, ResponsesSettings) and self.configured.is_long:
            column = types.get("score_column", Type.OTHER) if "metric_column" in types else Type.OTHER
            held |= {f"score:{name}": column for name in self.settings.metrics}
        usable = (Type.NUMBER, Type.UNKNOWN, *((Type.TEXT,) if self._sqlite() else ()))
        return {
            word: self.metrics[word.removeprefix("score:")]
            for word, kind in held.items()
            if word.startswith("score:") and kind in usable
        }

    def _duplicates(self, present: tuple[str, ...]) -> int | None:
        keys = tuple(self._identity())
        if not keys or any(key not in present for key in keys):
            return None
        return profile.whole(self._run(profile.duplicates(self.dataset, keys)).to_pylist()[0]["extra"])

    def _identity(self) -> Iterator[str]:
        """What no two rows may share."""
        mapped = self.configured.mapped()
        match self.configured:
            case ResponsesSettings():
                yield from ("id", "metric_column") if self.configured.is_long else ("id",)
            case ComparisonSettings(form="figures"):
                yield from (word for word in mapped if word not in ("value", "n", "publisher"))
            case ComparisonSettings():
                return
            case _:
                yield from ("customer",) if self.role == "customers" else ("id",) if "id" in mapped else ()

    def _axes(self, present: tuple[str, ...], types: dict[str, Type]) -> list[str]:
        """Role words whose values are looked through."""
        closed = [STAGE, TOUCHPOINT, "metric_column", "metric", "level", "company", "kind"]
        closed += ["outcome"] if getattr(self.configured, "succeeded", ()) else []
        return [
            word for word in present if types[word] is not Type.BOOLEAN and (word in closed or word.startswith("dim:"))
        ]

    def _values(self, word: str) -> dict[str | None, int]:
        rows = self._run(profile.values(self.dataset, word)).to_pylist()
        return {None if row["value"] is None else str(row["value"]): profile.whole(row["size"]) for row in rows}
