"""How many gave which score, in the bands that the metric counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.metric import Metric, MetricKind

HEIGHT = 240
WHOLE = ""
"""The only band of a mean: it counts no bands."""
SCHEMA = schema(text="part score band name role text share", numbers="n")


@dataclass(frozen=True, slots=True)
class Band:
    """Scores that count alike: an id for the address, its name on screen, and its colour's role."""

    id: str
    label: str
    role: str


NPS_BANDS = (
    Band("detractors", "Detractors", g.EXPECTATION),
    Band("passives", "Passives", g.ROUTINE),
    Band("promoters", "Promoters", g.US),
)
NET_BANDS = (Band("low", "Low", g.EXPECTATION), Band("middle", "Middle", g.ROUTINE), Band("high", "High", g.US))
SHARE_BANDS = (Band("not_satisfied", "Not satisfied", g.ROUTINE), Band("satisfied", "Satisfied", g.US))
RATE_BANDS = (Band("no", "No", g.ROUTINE), Band("yes", "Yes", g.US))
MEAN_BANDS = (Band(WHOLE, "", g.US),)


def bands_of(metric: Metric) -> tuple[Band, ...]:
    """The bands of a metric, from the worst value to the best."""
    match metric.kind:
        case MetricKind.NPS:
            return NPS_BANDS
        case MetricKind.NET:
            return NET_BANDS
        case MetricKind.TOP_BOX:
            return SHARE_BANDS
        case MetricKind.RATE:
            return RATE_BANDS
        case MetricKind.MEAN:
            return MEAN_BANDS


def band_of(metric: Metric, score: float) -> Band:
    """The band that a score counts in."""
    bands, rule = bands_of(metric), metric.rule
    if rule.high is None:
        return bands[0]
    if score >= rule.high:
        return bands[-1]
    return bands[0] if rule.low is None or score <= rule.low else bands[1]


def chart(metric: Metric, counts: Mapping[float, int]) -> Chart:
    """Responses by score; a click picks {"band": id}. Whole scores that nobody gave are shown as none."""
    data = table(metric, counts)
    return Chart(spec(), data, alt_sentence(metric, counts), HEIGHT, "score_distribution", partial(_behind, data))


@lru_cache
def spec() -> Spec:
    """The picture, the same for every metric."""
    base = g.base()
    axis = alt.Axis(
        title=None, labelAngle=0, labelFontSize=g.TEXT_SIZE, labelColor=g.MUTED_TEXT, labelPadding=6,
        domain=True, domainColor=g.GRID, ticks=False, grid=False, labelOverlap="greedy",
    )  # fmt: skip
    x = alt.X("score:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1))
    y = alt.Y("n:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    bars = base.transform_filter(g.part("score"))
    heads = base.transform_filter(g.part("band"))
    tips = [
        alt.Tooltip("score:N", title="Score"),
        alt.Tooltip("text:N", title="Responses"),
        alt.Tooltip("share:N", title="Share"),
        alt.Tooltip("name:N", title="Band"),
    ]
    layers = alt.layer(
        bars.mark_bar().encode(x=x, y=y, color=g.by_role("role")),
        bars.mark_text(baseline="bottom", dy=-4, fontSize=g.TEXT_SIZE - 1).encode(
            x=x, y=y, text="text:N", color=g.in_role(g.MUTED)
        ),
        heads.mark_text(align="left", baseline="middle", dx=-10, fontSize=g.TEXT_SIZE, fontWeight=600).encode(
            x=x, y=alt.value(-50), text="name:N", color=g.in_role(g.EXPECTATION)
        ),
        heads.mark_text(align="left", baseline="middle", dx=-10, fontSize=g.TEXT_SIZE).encode(
            x=x, y=alt.value(-35), text="share:N", color=g.in_role(g.MUTED)
        ),
        bars.mark_bar(opacity=0, cursor="pointer", width={"band": 1.3})
        .encode(x=x, y=alt.value(0), y2=alt.value("height"), tooltip=tips)
        .add_params(g.picker(["band"])),
    )
    return g.finished(layers)


def table(metric: Metric, counts: Mapping[float, int]) -> pa.Table:
    """One row per score and one per band, where its first score stands."""
    full = _filled(metric, counts)
    total = sum(full.values())
    rows: list[Row] = []
    for score, n in full.items():
        band = band_of(metric, score)
        rows.append(
            {"part": "score", "score": f"{score:g}", "band": band.id, "name": band.label, "n": n, "role": band.role}
            | {"text": f"{n:,}", "share": g.share(n, total)}
        )
    for band in bands_of(metric):
        inside = [score for score in full if band_of(metric, score) == band]
        if inside and band.label:
            share = g.share(sum(full[score] for score in inside), total)
            rows.append(
                {"part": "band", "score": f"{inside[0]:g}", "band": band.id, "name": band.label, "share": share}
            )
    return arrow(rows, SCHEMA)


def alt_sentence(metric: Metric, counts: Mapping[float, int]) -> str:
    """What the picture shows, in one sentence."""
    total = sum(counts.values())
    if not total:
        return f"{metric.label} scores: no responses."
    said = []
    for band in bands_of(metric):
        n = sum(count for score, count in counts.items() if band_of(metric, score) == band)
        said.append(f"{band.label.lower()} {g.share(n, total)}" if band.label else _commonest(counts))
    return f"{metric.label} scores of {total:,} responses: {', '.join(said)}."


def _commonest(counts: Mapping[float, int]) -> str:
    score = max(counts, key=lambda it: counts[it])
    return f"most often {score:g}"


def _filled(metric: Metric, counts: Mapping[float, int]) -> dict[float, int]:
    low, high = metric.scale
    whole = {float(score): 0 for score in range(round(low), round(high) + 1)}
    return dict(sorted({**whole, **{float(score): n for score, n in counts.items()}}.items()))


def _behind(data: pa.Table) -> pa.Table:
    scores = data.filter(pa.compute.equal(data["part"], "score"))
    return scores.select(["score", "n", "share", "name"]).rename_columns(["Score", "Responses", "Share", "Band"])
