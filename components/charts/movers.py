"""What moved, and how much of the whole's change each slice explains: experience solid, mix pale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.contributions import Contribution
from metrics.estimate import Direction, Verdict
from metrics.metric import Metric
from metrics.review import Mover

ROW = 46
"""Pixels per slice: two lines of label and air."""
SURROUND = 44
"""Pixels for the line that explains the two kinds of bar, and the padding."""
LABEL_PIXELS = 52
"""Kept free beyond the longest bar for its value ("▼ −6.1")."""
REST = "Everything else"
SCHEMA = schema(text="part label name where role ink text side experience mix verdict n", numbers="from to")


@dataclass(frozen=True, slots=True)
class Bar:
    """One slice's share of the change. `where` comes back from a click; "" cannot be clicked."""

    contribution: Contribution
    where: str = ""
    verdict: Verdict = Verdict.ROUTINE
    direction: Direction = Direction.NONE


def bars_of(movers: Sequence[Mover], rest: Contribution | None = None) -> tuple[Bar, ...]:
    """Ranked movers as bars, and the rest as the last one. A mover is clicked by its label."""
    bars = [Bar(m.contribution, m.label, m.reading.verdict, m.reading.direction) for m in movers]
    return (*bars, Bar(rest)) if rest else tuple(bars)


def chart(metric: Metric, bars: Sequence[Bar]) -> Chart:
    """The bars from top to bottom as given; a click picks {"where": …}."""
    data = table(metric, bars)
    height = ROW * max(1, len(bars)) + SURROUND
    return Chart(spec(), data, alt_sentence(metric, bars), height, "movers", partial(_behind, data))


@lru_cache
def spec() -> Spec:
    """The picture, the same for every metric."""
    base = g.base()
    y = alt.Y("label:N", sort=None, axis=g.names_axis(), scale=alt.Scale(paddingInner=0.5, paddingOuter=0.25))
    scale = alt.Scale(padding=LABEL_PIXELS, nice=False, zero=True)
    x, x2 = alt.X("from:Q", axis=None, scale=scale), alt.X2("to:Q")
    end = alt.X("to:Q", axis=None, scale=scale)
    tips = [
        alt.Tooltip("name:N", title="Slice"),
        alt.Tooltip("text:N", title="Explains"),
        alt.Tooltip("experience:N", title="Experience"),
        alt.Tooltip("mix:N", title="Mix"),
        alt.Tooltip("n:N", title="Responses"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]
    colour = g.by_role("role")
    layers = alt.layer(
        base.transform_filter("datum.part === 'experience'").mark_bar().encode(x=x, x2=x2, y=y, color=colour),
        base.transform_filter("datum.part === 'mix'").mark_bar(opacity=0.4).encode(x=x, x2=x2, y=y, color=colour),
        base.transform_filter(g.part("total"))
        .mark_text(
            align=alt.ExprRef("datum.side"), dx=alt.ExprRef("datum.side === 'right' ? -6 : 6"), baseline="middle",
            fontSize=g.TEXT_SIZE + 1, fontWeight=600,
        )
        .encode(x=end, y=y, text="text:N", color=g.by_role("ink")),
        base.transform_filter(g.part("key"))
        .mark_rule(strokeWidth=1)
        .encode(x=alt.XDatum(0), color=g.in_role(g.ROUTINE)),
        base.transform_filter(g.part("total"))
        .mark_bar(opacity=0, cursor="pointer", height={"band": 1.6})
        .encode(x=alt.value(0), x2=alt.value("width"), y=y, tooltip=tips)
        .add_params(g.picker(["where"])),
        base.transform_filter(g.part("key"))
        .mark_text(align="right", baseline="middle", fontSize=g.TEXT_SIZE)
        .encode(x=alt.value("width"), y=alt.value(-12), text="text:N", color=g.in_role(g.MUTED)),
    )  # fmt: skip
    return g.finished(layers)


def table(metric: Metric, bars: Sequence[Bar]) -> pa.Table:
    """Three rows per slice (the two parts and their sum), and the line that explains the bars."""
    rows: list[Row] = [row for bar in bars for row in _rows(metric, bar)]
    return arrow([*rows, {"part": "key", "text": "solid: experience · pale: mix"}], SCHEMA)


def alt_sentence(metric: Metric, bars: Sequence[Bar]) -> str:
    """What the picture shows, in one sentence."""
    if not bars:
        return f"Nothing explains a change of {metric.label}: there are no slices to compare."
    said = [f"{_name(bar)} {_points(metric, bar.contribution.points)}{_aside(bar)}" for bar in bars]
    return (
        f"What each slice adds to the change of {metric.label}, in {metric.unit or 'its own unit'}: {'; '.join(said)}."
    )


def _rows(metric: Metric, bar: Bar) -> list[Row]:
    it = bar.contribution
    label, role = g.wrapped(_name(bar)), g.role_of(bar.verdict, bar.direction)
    ends = _stacked(it.experience, it.mix)
    furthest = ends[1][1] if it.mix * it.points > 0 else it.experience if it.experience * it.points > 0 else 0.0
    row = {"label": label, "name": _name(bar), "where": bar.where, "role": role}
    parts: list[Row] = [
        {**row, "part": part, "from": start, "to": end}
        for part, (start, end) in zip(("experience", "mix"), ends, strict=True)
    ]
    total = {
        **row, "part": "total", "to": furthest, "side": "right" if it.points < 0 else "left",
        "text": f"{g.MARKS.get(role, '')} {_points(metric, it.points)}".strip(),
        "ink": g.EXPECTATION if role == g.ROUTINE else role, "experience": _points(metric, it.experience),
        "mix": _points(metric, it.mix), "verdict": str(bar.verdict), "n": f"{it.after.n:,}",
    }  # fmt: skip
    return [*parts, total]


def _stacked(experience: float, mix: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the two parts begin and end: one after the other on the same side, else back to back at zero."""
    start = experience if experience * mix > 0 else 0.0
    return (0.0, experience), (start, start + mix)


def _name(bar: Bar) -> str:
    return bar.contribution.label or REST


def _points(metric: Metric, value: float) -> str:
    return metric.text_change(value, metric.decimals + 1)


def _aside(bar: Bar) -> str:
    return f" ({bar.direction})" if bar.verdict is Verdict.SIGNAL else ""


def _behind(data: pa.Table) -> pa.Table:
    totals = data.filter(pa.compute.equal(data["part"], "total"))
    return totals.select(["name", "text", "experience", "mix", "n", "verdict"]).rename_columns(
        ["Slice", "Explains", "Experience", "Mix", "Responses", "Verdict"]
    )
