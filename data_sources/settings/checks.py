"""What pydantic cannot see: whether the sections of a configuration fit together."""

from __future__ import annotations

from collections.abc import Iterator

from data_sources.problems import Problem, listed, remedy
from data_sources.settings.catalog import DEFAULT_SCALES, as_words, dimension_ids, label_of, metric_of
from data_sources.settings.company import MetricSettings
from data_sources.settings.datasets import ComparisonSettings, DatasetSettings
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
        "stage_words", "rival", "kind", "unit", "weeks", "level",
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
        *_metrics(settings),
        *_names(settings),
        *_twins(settings),
        *_rules(settings),
    ]


def _sources(settings: Settings) -> Iterator[Problem]:
    used = {dataset.source for dataset in settings.datasets().values()}
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
    yield from _known_metrics(settings, f"{role}.metrics", dataset.metrics)


def _known_metrics(settings: Settings, key: str, names: object) -> Iterator[Problem]:
    assert isinstance(names, dict | tuple)  # noqa: S101  the two shapes in which the file names metrics
    for name in names:
        if name not in settings.metrics:
            otherwise = f"Configured: {listed(settings.metrics)}."
            yield Problem(f"{key}.{name}", "there is no such metric.", remedy(name, settings.metrics, otherwise))


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


def _metric(key: str, name: str, metric: MetricSettings) -> Iterator[Problem]:
    scale = metric.scale or DEFAULT_SCALES.get(metric.kind)
    if scale is None:
        yield Problem(f"{key}.scale", f"a {metric.kind.value} needs one.", "Set scale = [lowest, highest].")
        return
    low, high = scale
    if low >= high:
        yield Problem(f"{key}.scale", f"{low:g} is not below {high:g}.", "Write the lowest score first.")
        return
    if metric.threshold is not None:
        if metric.kind not in (MetricKind.TOP_BOX, MetricKind.RATE):
            yield Problem(f"{key}.threshold", f"a {metric.kind.value} has none.", "Remove it, or use kind top_box.")
        elif not low < metric.threshold <= high:
            where = f"{metric.threshold:g} is not above {low:g} and up to {high:g}."
            yield Problem(f"{key}.threshold", where, "Set the first score that counts.")
    bottom, top = metric_of(name, metric).bounds
    for goal in ("target", "minimum", "aspiration"):
        value = getattr(metric, goal)
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
    named = {
        "metrics": [(name, metric.label or label_of(name)) for name, metric in settings.metrics.items()],
        "personas": [("", EVERYONE), *((name, one.label or as_words(name)) for name, one in settings.personas.items())],
    }
    for section, pairs in named.items():
        first: dict[str, str] = {}
        for name, label in pairs:
            if label in first:
                found = f"“{label}” is also {f'{section}.{first[label]}' if first[label] else 'everybody together'}."
                yield Problem(f"{section}.{name}.label", found, "Give each a label of its own.")
            first.setdefault(label, name)


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
