"""From a dataset's profile to problems: what would make a number wrong, and what is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from data_sources.problems import Problem, did_you_mean, listed
from data_sources.profile import MOST_VALUES, DatasetProfile
from data_sources.settings.catalog import metric_of
from data_sources.settings.datasets import BenchmarksSettings, ComparisonSettings, DatasetSettings, ResponsesSettings
from data_sources.settings.root import Settings
from metrics.figures import ADEQUATE, DESIRED, PROMISED, SELF
from metrics.kinds import KINDS
from metrics.slices import STAGE, TOUCHPOINT

TOLERATED = 0.01
"""Share of rows with a fault above which a number is taken to be wrong: one in a hundred off the scale is a typing
error here and there, more is a scale that does not fit."""
LEVELS = (DESIRED, ADEQUATE, PROMISED, SELF)


def findings(
    settings: Settings, configured: DatasetSettings, profile: DatasetProfile, now: datetime
) -> Iterator[Problem]:
    """Every problem that a profile shows."""
    if not profile.rows:
        yield Problem(profile.role, "has no rows.", "Check its table or sql.", grave=profile.role == "responses")
        return
    yield from _times(settings, profile, now)
    yield from _identity(configured, profile)
    yield from _scores(settings, configured, profile)
    yield from _axes(settings, configured, profile)
    yield from _metric_names(settings, configured, profile)
    if isinstance(configured, ComparisonSettings):
        yield from _comparison(configured, profile)


def _times(settings: Settings, profile: DatasetProfile, now: datetime) -> Iterator[Problem]:
    key, rows = f"{profile.role}.time", profile.rows or 1
    if profile.type_of("time") is None:
        return
    if profile.odd_times:
        found = f"text that is no ISO 8601 time: {_rows(profile.odd_times)}."
        yield Problem(key, found, "Write times as 2026-01-31 23:59:59 in sql, or leave these rows out there.")
    nulls = next((column.nulls for column in profile.columns if column.word == "time"), None)
    if nulls:
        found = f"no time, so in no week: {_rows(nulls)}."
        yield Problem(key, found, "Map a column that is always filled.", grave=nulls / rows > TOLERATED)
    if profile.future:
        found = f"in the future, so left out until then: {_rows(profile.future)}."
        yield Problem(key, found, "Check the clock and time_zone.", grave=profile.future / rows > TOLERATED)
    if profile.last is not None:
        limits = settings.thresholds
        allowed = limits.benchmark_stale_days if profile.role in ("benchmarks", "expectations") else limits.stale_days
        age = (now - profile.last).days
        if age > allowed:
            found = f"the last row is of {profile.last:%Y-%m-%d}, {age} days ago: stale."
            yield Problem(key, found, "See whether the feed has stopped.", grave=False)


def _identity(configured: DatasetSettings, profile: DatasetProfile) -> Iterator[Problem]:
    if profile.duplicates:
        named = {"customers": "customer"}.get(profile.role, "id" if hasattr(configured, "id") else "table")
        found = f"repeated, so counted more than once: {_rows(profile.duplicates)}."
        yield Problem(f"{profile.role}.{named}", found, "Use sql with DISTINCT or the newest row of each.")


def _scores(settings: Settings, configured: DatasetSettings, profile: DatasetProfile) -> Iterator[Problem]:
    for name, scores in profile.scores.items():
        is_metric = isinstance(configured, ResponsesSettings)
        key = f"metrics.{name}" if is_metric else f"{profile.role}.{configured.SCORES}.{name}"
        low, high = metric_of(name, settings.metrics.get(name) or settings.benchmark_metrics[name]).scale
        given = scores.answered + scores.off_scale
        if not given:
            found = "not one row has a score."
            yield Problem(f"{key}.column" if is_metric else key, found, "Check the column.", grave=is_metric)
        elif scores.off_scale:
            extremes = [f"{value:g}" for value in (scores.lowest, scores.highest) if value is not None]
            span = f" (found {' to '.join(extremes)})" if extremes else ""
            found = f"off the scale {low:g}–{high:g}{span}, so not counted: {_rows(scores.off_scale)}."
            grave = scores.off_scale / given > TOLERATED
            yield Problem(f"{key}.scale" if is_metric else key, found, "Correct the scale or the data.", grave=grave)


def _axes(settings: Settings, configured: DatasetSettings, profile: DatasetProfile) -> Iterator[Problem]:
    orders = {STAGE: ("stages", settings.stages.order), TOUCHPOINT: ("touchpoints", settings.touchpoints.order)}
    orders |= {f"dim:{name}": (f"dimensions.{name}", axis.values) for name, axis in settings.dimensions.items()}
    for word, found in profile.values.items():
        key, known = orders.get(word, ("", ()))
        if len(found) >= MOST_VALUES and (word in orders or word.startswith("dim:")):
            many = f"has {MOST_VALUES} values or more."
            yield Problem(f"{profile.role}.{configured.place(word)}", many, "Map a coarser column.", grave=False)
        if known:
            yield from _unknown_values(key, known, found, profile.role)


def _unknown_values(
    key: str, known: tuple[str, ...], found: dict[str | None, int] | object, role: str
) -> Iterator[Problem]:
    assert isinstance(found, dict)  # noqa: S101
    for value, rows in found.items():
        if value is not None and value not in known:
            near = did_you_mean(value, known) or "Add it to the list, or correct the data."
            yield Problem(key, f"{role} have “{value}” in {_rows(rows)}.", near, grave=False)
    absent = [value for value in known if value not in found]
    if absent and role == "responses":
        yield Problem(key, f"no response has {listed(f'“{value}”' for value in absent)}.", "", grave=False)


def _metric_names(settings: Settings, configured: DatasetSettings, profile: DatasetProfile) -> Iterator[Problem]:
    """The long form and tables of figures name metrics in their rows."""
    if isinstance(configured, ResponsesSettings) and configured.is_long:
        known = {metric.column: name for name, metric in settings.metrics.items()}
        word, verb = "metric_column", "is counted in no metric"
    elif isinstance(configured, ComparisonSettings) and configured.form == "figures":
        also = settings.benchmark_metrics if profile.role == "benchmarks" else ()
        known, word, verb = {name: name for name in (*settings.metrics, *also)}, "metric", "is shown nowhere"
    else:
        return
    found = profile.values.get(word, {})
    for value, rows in found.items():
        if value is not None and value not in known:
            absent = [column for column in known if column not in found]
            near = did_you_mean(value, absent) or f"Add a metric for it, or leave it out. Configured: {listed(known)}."
            yield Problem(f"{profile.role}.{word}", f"“{value}” ({_rows(rows)}) {verb}.", near, grave=False)


def _comparison(configured: ComparisonSettings, profile: DatasetProfile) -> Iterator[Problem]:
    for level in profile.values.get("level", {}):
        if level and level not in LEVELS:
            near = did_you_mean(level, LEVELS) or f"Levels are {listed(LEVELS)}."
            yield Problem(f"{profile.role}.level", f"there is no level “{level}”.", near)
    if isinstance(configured, BenchmarksSettings) and configured.own:
        companies = [company for company in profile.values.get("company", {}) if company]
        if configured.own not in companies:
            near = did_you_mean(configured.own, companies) or f"There are: {listed(companies)}."
            yield Problem("benchmarks.own", f"no row has the company “{configured.own}”.", near)
    yield from _rival_and_kinds(configured, profile)


def _rival_and_kinds(configured: ComparisonSettings, profile: DatasetProfile) -> Iterator[Problem]:
    """A rival without a row is no rival; a kind that nobody knows is comparable with nothing."""
    rival = getattr(configured, "rival", None)
    companies = [company for company in profile.values.get("company", {}) if company]
    if rival and rival not in companies:
        near = did_you_mean(rival, companies) or f"There are: {listed(companies)}."
        yield Problem("benchmarks.rival", f"no row has the company “{rival}”.", near, grave=False)
    for kind in profile.values.get("kind", {}):
        if kind and kind not in KINDS:
            near = did_you_mean(kind, KINDS) or f"Kinds are {listed(KINDS)}."
            yield Problem(f"{profile.role}.kind", f"there is no kind “{kind}”.", near, grave=False)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
