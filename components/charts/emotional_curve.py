"""One customer's feelings over time, the peak and the end marked; what they said can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.peak_end import HIGHEST, LOWEST, NEUTRAL, PeakEnd, peak_end
from metrics.people import TimelineEntry

HEIGHT = 260
ROOM = 0.5
"""Of the scale, kept free above and below it for the label of the peak."""
SCHEMA = schema(text="part response role kind text when feeling where words", numbers="value lift", times="time")


def chart(timeline: Sequence[TimelineEntry], here: str | None = None) -> Chart:
    """The curve over a timeline; `here` is the response that led to it. A click on a comment picks
    {"response": id}."""
    data = table(timeline, here)
    return Chart(spec(), data, alt_sentence(timeline), HEIGHT, "emotional_curve", partial(_behind, data))


@lru_cache
def spec() -> Spec:
    """The picture, the same for every customer: the scale of feelings is fixed."""
    base = g.base()
    axis = alt.Axis(
        title=None, tickCount=6, labelExpr="timeFormat(datum.value, '%b %Y')", labelColor=g.MUTED_TEXT, labelPadding=8,
        labelFontSize=g.TEXT_SIZE, labelOverlap="greedy", labelSeparation=10, labelFlush=False,
        domain=False, ticks=False, grid=False,
    )  # fmt: skip
    feelings = alt.Axis(
        title=None, values=[LOWEST, NEUTRAL, HIGHEST], labelColor=g.MUTED_TEXT, labelFontSize=g.TEXT_SIZE,
        labelPadding=8, labelFlush=False,
        labelExpr="datum.value === 7 ? 'delighted 7' : datum.value === 4 ? 'neutral 4' : 'upset 1'",
        domain=False, ticks=False, grid=True, gridColor=g.GRID, labelLimit=120,
    )  # fmt: skip
    x = alt.X("time:T", axis=axis, scale=alt.Scale(padding=14))
    y = alt.Y("value:Q", axis=feelings, scale=alt.Scale(domain=[LOWEST - ROOM, HIGHEST + ROOM], nice=False))
    moments = base.transform_filter(g.part("moment"))

    def kind(*kinds: str) -> alt.Chart:
        wanted = " || ".join(f"datum.kind === '{name}'" for name in kinds)
        return base.transform_filter(f"{g.part('moment')} && ({wanted})")

    tips = [
        alt.Tooltip("when:N", title="Day"),
        alt.Tooltip("feeling:N", title="Feeling"),
        alt.Tooltip("where:N", title="Where"),
        alt.Tooltip("words:N", title="What happened"),
    ]
    layers = alt.layer(
        moments.mark_line(interpolate="monotone", strokeWidth=2).encode(x=x, y=y, color=g.in_role(g.US)),
        kind("silent").mark_point(filled=True, size=28, opacity=1).encode(x=x, y=y, color=g.by_role("role")),
        kind("here")
        .mark_point(filled=False, size=330, strokeWidth=2, opacity=1)
        .encode(x=x, y=y, color=g.in_role(g.COMPETITOR)),
        kind("comment", "here").mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=g.in_role(g.US)),
        kind("comment", "here")
        .mark_point(filled=True, size=420, opacity=0, cursor="pointer")
        .encode(x=x, y=y, tooltip=tips)
        .add_params(g.picker(["response"])),
        base.transform_filter(g.part("peak"))
        .mark_text(baseline="middle", dy=alt.ExprRef("datum.lift"), fontSize=g.TEXT_SIZE, fontWeight=600)
        .encode(x=x, y=y, text="text:N", color=g.in_role(g.US)),
        base.transform_filter(g.part("end"))
        .mark_text(align="left", baseline="middle", dx=14, fontSize=g.TEXT_SIZE, fontWeight=600)
        .encode(x=x, y=y, text="text:N", color=g.in_role(g.US)),
    )
    return g.finished(layers)


def table(timeline: Sequence[TimelineEntry], here: str | None = None) -> pa.Table:
    """One row per moment whose feeling is known, and the labels of peak and end."""
    moments = _felt(timeline)
    rows = [_moment(entry, feeling, here) for entry, feeling in moments]
    return arrow([*rows, *_marked(moments)], SCHEMA)


def alt_sentence(timeline: Sequence[TimelineEntry]) -> str:
    """What the picture shows, in one sentence."""
    moments = _felt(timeline)
    remembered = peak_end([feeling for _, feeling in moments])
    if remembered is None:
        return "Feelings over time: none are known for this customer."
    first, last = moments[0][0].time, moments[-1][0].time
    (peak_entry, peak), (_, end) = moments[remembered.peak_index], moments[remembered.end_index]
    where = f" at {peak_entry.touchpoint}" if peak_entry.touchpoint else ""
    span = f"{len(moments)} moments from {first.day} {first:%b %Y} to {last.day} {last:%b %Y}"
    return f"Feelings on 1 to 7 over {span}: peak {peak:.1f}{where}, end {end:.1f}, mean {remembered.mean:.1f}."


def _felt(timeline: Sequence[TimelineEntry]) -> list[tuple[TimelineEntry, float]]:
    known = [(entry, entry.feeling) for entry in timeline if entry.feeling is not None]
    return sorted(known, key=lambda moment: moment[0].time)


def _moment(entry: TimelineEntry, feeling: float, here: str | None) -> Row:
    clickable = "comment" if entry.comment and entry.response else "silent"
    return {
        "part": "moment", "role": g.US, "time": entry.time, "value": feeling, "response": entry.response,
        "kind": "here" if here and entry.response == here else clickable, "feeling": f"{feeling:.1f} of 7",
        "when": f"{entry.time.day} {entry.time:%b %Y}", "words": entry.comment or entry.what,
        "where": " · ".join(it for it in (entry.stage, entry.touchpoint) if it) or "–",
    }  # fmt: skip


def _marked(moments: Sequence[tuple[TimelineEntry, float]]) -> list[Row]:
    remembered = peak_end([feeling for _, feeling in moments])
    return [] if remembered is None else _labels(moments, remembered)


def _labels(moments: Sequence[tuple[TimelineEntry, float]], remembered: PeakEnd) -> list[Row]:
    (peak_entry, peak), (end_entry, end) = moments[remembered.peak_index], moments[remembered.end_index]
    same = remembered.peak_index == remembered.end_index
    last: Row = {
        "part": "end",
        "time": end_entry.time,
        "value": end,
        "text": f"{'peak, ' if same else ''}end {end:.1f}",
    }
    if same:
        return [last]
    lift = 18.0 if peak < NEUTRAL else -18.0
    return [{"part": "peak", "time": peak_entry.time, "value": peak, "text": f"peak {peak:.1f}", "lift": lift}, last]


def _behind(data: pa.Table) -> pa.Table:
    moments = data.filter(pa.compute.equal(data["part"], "moment"))
    return moments.select(["when", "feeling", "where", "words"]).rename_columns(
        ["Day", "Feeling", "Where", "What happened"]
    )
