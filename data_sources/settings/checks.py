"""What pydantic cannot see: whether the sections of a configuration fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_sources.problems import Problem, listed, remedy
from data_sources.settings.access_checks import check_access
from data_sources.settings.catalog import DEFAULT_SCALES, as_words, dimension_ids, label_of, metric_of
from data_sources.settings.company import BenchmarkMetricSettings, MetricSettings
from data_sources.settings.datasets import ComparisonSettings, DatasetSettings
from data_sources.settings.one_select import not_one_select
from data_sources.settings.root import Settings
from metrics.metric import MetricKind
from metrics.slices import STAGE, TOUCHPOINT

EVERYONE = "Everyone"
"""What the filter bar calls all personas together."""
TAKEN = frozenset(
    {
        "week", "persona", "metric", "slice", "band", "response", "kpi", "search", "score", "order", "after", "by",
        "filters", "evidence", "share", "onward", "voices_controls", "slice_links", "back_to_voices", "next_story",
        "ask_again_at", "atom", "rows", "comments", "against", "across", "path", "grain", "seed", "place",
        "stage_words", "look", "rival", "figure_kind", "units_by", "weeks", "level", "competition_choices",
        "unit_links", "open_our_metric", "comparator_pages", "emotion_links", "every_gap", "expected_metrics",
        "expected_slices", "map_links", "path_all", "path_links", "strip_links", "strip_signals",
        "touchpoint_level_links", "walk_card", "walk_controls", "walk_draw", "walk_story", "signed_in_since",
        "open_pages", "noted_in_the_audit_log", "export_failed", "walk_drawn_for", "audit_act", "audit_before",
        "audit_choices", "audit_person", "sign_out", "signed_in",
    }
)  # fmt: skip
"""What no dimension can be called: parameters of the address and keys of widgets (components), which a filter would
share, and columns of the table of cells (data_sources/query.py)."""


def check(settings: Settings) -> list[Problem]:
    """Every place where two sections contradict each other, in the order of the file's sections."""
    return [
        *_sources(settings),
        *_datasets(settings),
        *_long_form(settings),
        *_comparisons(settings),
        *_promises(settings),
        *_benchmark_metrics(settings),
        *_metrics(settings),
        *_names(settings),
        *_twins(settings),
        *_rules(settings),
        *check_access(settings),
    ]


def _sources(settings: Settings) -> Iterator[Problem]:
    used = {dataset.source for dataset in settings.datasets().values()}
    used |= {settings.people.source} if settings.people is not None else set()
    for name, source in settings.sources.items():
        key = f"sources.{name}"
        if (source.url is None) == (source.folder is None):
            found = "has neither url nor folder." if source.url is None else "has both url and folder."
            near = remedy(name, set(settings.sources) - {name}, "Set exactly one of the two.")
            yield Problem(key, found, near if source.url is None else "Set exactly one of the two.")
        elif name not in used:
            yield Problem(key, "is used by no dataset.", "Remove it, or name it as a dataset's source.", grave=False)


def _datasets(settings: Settings) -> Iterator[Problem]:
    for role, dataset in settings.datasets().items():
        if dataset.source not in settings.sources:
            yield Problem(
                f"{role}.source",
                f"there is no source “{dataset.source}”.",
                remedy(dataset.source, settings.sources, f"Known sources: {listed(settings.sources)}."),
            )
        if (dataset.table is None) == (dataset.sql is None):
            found = "has neither table nor sql." if dataset.table is None else "has both table and sql."
            yield Problem(f"{role}.table", found, "Set exactly one of the two.")
        if dataset.sql is not None and (found := not_one_select(dataset.sql)):
            yield Problem(f"{role}.sql", found, "Write one SELECT in the source’s own dialect.")
        yield from _dimensions(settings, role, dataset)


def _dimensions(settings: Settings, role: str, dataset: DatasetSettings) -> Iterator[Problem]:
    known = dimension_ids(settings)
    for axis in dataset.dimensions:
        if axis in (STAGE, TOUCHPOINT):
            yield Problem(f"{role}.dimensions.{axis}", "is no dimension.", f"Set {role}.{axis} instead.")
        elif axis in TAKEN:
            cure = f"Call it otherwise, perhaps {axis}_name; its label may stay “{as_words(axis)}”."
            yield Problem(f"{role}.dimensions.{axis}", "is a word that addresses and sums use themselves.", cure)
        elif axis not in known:
            near = remedy(axis, known, f"Add [dimensions.{axis}], or map it in [responses.dimensions].")
            yield Problem(f"{role}.dimensions.{axis}", "responses have no such dimension.", near, grave=False)


def _long_form(settings: Settings) -> Iterator[Problem]:
    responses = settings.responses
    if responses.is_long and not (responses.metric_column and responses.score_column):
        absent = "score_column" if responses.metric_column else "metric_column"
        yield Problem(f"responses.{absent}", "is not set.", "The long form needs metric_column and score_column.")


def _comparisons(settings: Settings) -> Iterator[Problem]:
    for role in ("benchmarks", "expectations"):
        dataset = getattr(settings, role)
        if dataset is not None:
            yield from _comparison(settings, role, dataset)


def _comparison(settings: Settings, role: str, dataset: ComparisonSettings) -> Iterator[Problem]:
    if dataset.form == "figures":
        for key in ("metric", "value"):
            if not getattr(dataset, key):
                yield Problem(f"{role}.{key}", "is not set.", "Figures need the columns of metric and value.")
    elif not dataset.metrics:
        yield Problem(f"{role}.metrics", "is not set.", f"List [{role}.metrics]: metric id = column with the score.")
    also = settings.benchmark_metrics if role == "benchmarks" else ()
    yield from _known_metrics(settings, f"{role}.metrics", dataset.metrics, also)


def _promises(settings: Settings) -> Iterator[Problem]:
    """A delay has two ends, and pairs need answers of single customers."""
    responses, expectations = settings.responses, settings.expectations
    if bool(responses.promised) != bool(responses.actual):
        absent, there = ("actual", "promised") if responses.promised else ("promised", "actual")
        yield Problem(f"responses.{absent}", "is not set.", f"A delay needs it beside responses.{there}.")
    if expectations is not None and expectations.customer and expectations.form == "figures":
        found = "figures are of many customers, so none can be named."
        yield Problem("expectations.customer", found, 'Remove it, or set form = "responses" where a row is an answer.')


def _known_metrics(settings: Settings, key: str, names: object, also: Iterable[str] = ()) -> Iterator[Problem]:
    assert isinstance(names, dict | tuple)  # noqa: S101  the two shapes in which the file names metrics
    known = (*settings.metrics, *also)
    for name in names:
        if name not in known:
            otherwise = f"Configured: {listed(known)}."
            yield Problem(f"{key}.{name}", "there is no such metric.", remedy(name, known, otherwise))


def _benchmark_metrics(settings: Settings) -> Iterator[Problem]:
    """Metrics that only benchmarks hold need benchmarks, with rows of ourselves, and an id of their own."""
    benchmarks = settings.benchmarks
    for name, metric in settings.benchmark_metrics.items():
        if name in settings.metrics:
            cure = "Remove it here: figures of a KPI are compared without it; or give it another id."
            yield Problem(f"benchmark_metrics.{name}", "is also a metric.", cure)
        yield from _metric(f"benchmark_metrics.{name}", name, metric)
    if settings.benchmark_metrics and benchmarks is None:
        yield Problem("benchmark_metrics", "no [benchmarks] hold them.", "Add [benchmarks].", grave=False)
    elif settings.benchmark_metrics and benchmarks is not None and not benchmarks.own:
        found = "is not set, so nobody knows our own figures of [benchmark_metrics]."
        yield Problem("benchmarks.own", found, "Name the company of our own rows.", grave=False)
    if benchmarks is not None and benchmarks.rival and benchmarks.rival == benchmarks.own:
        yield Problem("benchmarks.rival", f"“{benchmarks.rival}” is this company itself.", "Name a competitor.")


def _metrics(settings: Settings) -> Iterator[Problem]:
    for name, metric in settings.metrics.items():
        yield from _metric(f"metrics.{name}", name, metric)
    headlines = [name for name, metric in settings.metrics.items() if metric.headline]
    if len(headlines) > 1:
        yield Problem("metrics", f"{listed(headlines)} all say headline.", "Leave headline = true on one.")
    if settings.verbatims is not None:
        yield from _known_metrics(settings, "verbatims.scores", settings.verbatims.scores)
    for i, event in enumerate(settings.event):
        yield from _known_metrics(settings, f"event.{i}.metrics", event.metrics)


def _metric(key: str, name: str, metric: MetricSettings | BenchmarkMetricSettings) -> Iterator[Problem]:
    scale = metric.scale or DEFAULT_SCALES.get(metric.kind)
    if scale is None:
        yield Problem(f"{key}.scale", f"a {metric.kind.value} needs one.", "Set scale = [lowest, highest].")
        return
    low, high = scale
    if low >= high:
        yield Problem(f"{key}.scale", f"{low:g} is not below {high:g}.", "Write the lowest score first.")
        return
    if isinstance(metric, MetricSettings) and metric.threshold is not None:
        if metric.kind not in (MetricKind.TOP_BOX, MetricKind.RATE):
            yield Problem(f"{key}.threshold", f"a {metric.kind.value} has none.", "Remove it, or use kind top_box.")
        elif not low < metric.threshold <= high:
            where = f"{metric.threshold:g} is not above {low:g} and up to {high:g}."
            yield Problem(f"{key}.threshold", where, "Set the first score that counts.")
    bottom, top = metric_of(name, metric).bounds
    for goal in ("target", "minimum", "aspiration"):
        value = getattr(metric, goal, None)
        if value is not None and not bottom <= value <= top:
            found = f"{value:g} is outside {bottom:g} to {top:g}."
            yield Problem(f"{key}.{goal}", found, "Set it in the unit that is shown on screen.")


def _names(settings: Settings) -> Iterator[Problem]:
    mapped = {axis for dataset in settings.datasets().values() for axis in dataset.dimensions}
    for axis in settings.dimensions:
        if axis not in mapped:
            near = remedy(
                axis, mapped - set(settings.dimensions), f"Add it to [responses.dimensions]: {axis} = column."
            )
            yield Problem(f"dimensions.{axis}", "no dataset maps it.", near, grave=False)
    for section, key, values in _orders(settings):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield Problem(section, f"“{value}” stands twice.", f"List each {key} once.")


def _twins(settings: Settings) -> Iterator[Problem]:
    """Labels that the reader and the address could not tell apart."""
    metrics = [(f"metrics.{name}", one.label or label_of(name)) for name, one in settings.metrics.items()]
    others = settings.benchmark_metrics.items()
    metrics += [(f"benchmark_metrics.{name}", one.label or label_of(name)) for name, one in others]
    personas = [(f"personas.{name}", one.label or as_words(name)) for name, one in settings.personas.items()]
    for pairs in (metrics, [("everybody together", EVERYONE), *personas], list(_axis_labels(settings))):
        first: dict[str, str] = {}
        for key, label in pairs:
            if label in first:
                yield Problem(f"{key}.label", f"“{label}” is also {first[label]}.", "Give each a label of its own.")
            first.setdefault(label, key)


def _axis_labels(settings: Settings) -> Iterator[tuple[str, str]]:
    """What the axes are called that one chooses from: two of a name would be one choice."""
    for name in dimension_ids(settings):
        own = settings.dimensions.get(name)
        yield f"dimensions.{name}", (own.label if own else None) or as_words(name)
    if settings.responses.stage:
        yield "stages", settings.stages.label or as_words(STAGE)
    if settings.responses.touchpoint:
        yield "touchpoints", settings.touchpoints.label or as_words(TOUCHPOINT)


def _orders(settings: Settings) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "stages.order", STAGE, settings.stages.order
    yield "touchpoints.order", TOUCHPOINT, settings.touchpoints.order
    for name, axis in settings.dimensions.items():
        yield f"dimensions.{name}.values", "value", axis.values


def _rules(settings: Settings) -> Iterator[Problem]:
    known = (*dimension_ids(settings), STAGE, TOUCHPOINT)
    for name, persona in settings.personas.items():
        for axis, values in persona.rule.items():
            key = f"personas.{name}.rule.{axis}"
            if axis not in known:
                near = remedy(axis, known, f"Known: {listed(known)}.")
                yield Problem(key, "there is no such dimension.", near)
                continue
            configured = settings.dimensions[axis].values if axis in settings.dimensions else ()
            for value in values:
                if configured and value not in configured:
                    near = remedy(value, configured, f"{as_words(axis)} has: {listed(configured)}.")
                    yield Problem(key, f"there is no value “{value}”.", near)
