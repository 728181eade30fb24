"""Companies over time: ours in ink with its interval, the chosen competitor dashed in ochre, the others thin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, Spec, arrow, schema
from metrics.figure_series import Points
from metrics.metric import Metric

HEIGHT = 320
PLOT_PIXELS = HEIGHT - g.AXIS_ROOM - 16
SCHEMA = schema(text="part company text range n when role", numbers="value lower upper", times="time")
YEARS = "timeFormat(datum.value, month(datum.value) === 0 ? '%Y' : '%b')"
"""January is named by its year."""
MONTHS = (
    "{interval: 'month', step: [1, 3, 6, 12][min(3, floor(sqrt("
    "(domain('x')[1] - domain('x')[0]) / 2629746000 * 70 / width)))]}"
)
"""Every month, third, sixth or twelfth, by how many there are (2,629,746,000 ms each, 365.2425 / 12 days) and how many
labels of 70 pixels there is room for: ticks between months would name a month again and again."""


def chart(metric: Metric, lines: Mapping[str, Points], us: str, chosen: str) -> Chart:
    """Every company's months on one scale, labelled at the line's end."""
    data = table(metric, lines, us, chosen)
    said = alt_sentence(metric, lines, us, chosen)
    return Chart(spec(metric.unit), data, said, HEIGHT, "rival_lines", partial(_behind, data))


@lru_cache
def spec(unit: str) -> Spec:
    """The picture of metrics of one unit."""
    base = g.base()
    axis = alt.Axis(
        title=None, labelExpr=YEARS, labelFontSize=g.TEXT_SIZE, labelColor=g.MUTED_TEXT, labelOverlap="parity",
        labelSeparation=8, labelFlush=False, tickCount=alt.ExprRef(MONTHS), grid=False, domain=False,
        ticks=False,
    )  # fmt: skip
    x = alt.X("time:T", axis=axis)
    scale = alt.Scale(zero=False, nice=True)
    y, low = (alt.Y(f"{field}:Q", axis=g.value_axis(unit), scale=scale) for field in ("value", "lower"))

    def only(name: str) -> alt.Chart:
        return base.transform_filter(g.part(name))

    tips = [
        alt.Tooltip("company:N", title="Company"),
        alt.Tooltip("when:N", title="Month"),
        alt.Tooltip("text:N", title="Value"),
        alt.Tooltip("range:N", title="95 % interval"),
        alt.Tooltip("n:N", title="Responses"),
    ]
    layers = alt.layer(
        only("us").mark_area(opacity=0.65).encode(x=x, y=low, y2="upper:Q", color=g.in_role(g.INTERVAL)),
        only("other").mark_line(strokeWidth=1).encode(x=x, y=y, detail="company:N", color=g.in_role(g.ROUTINE)),
        only("chosen").mark_line(strokeWidth=1.75, strokeDash=[5, 4]).encode(x=x, y=y, color=g.in_role(g.COMPETITOR)),
        only("us").mark_line(strokeWidth=2).encode(x=x, y=y, color=g.in_role(g.US)),
        base.transform_filter("datum.part !== 'label'")
        .mark_point(filled=True, size=90, opacity=0)
        .encode(x=x, y=y, tooltip=tips),
        only("label")
        .mark_text(align="left", baseline="middle", dx=6, fontSize=g.TEXT_SIZE, limit=g.END_LABEL_LIMIT)
        .encode(x=alt.value("width"), y=y, text="text:N", color=g.by_role("role")),
    )
    return g.finished(layers)


def table(metric: Metric, lines: Mapping[str, Points], us: str, chosen: str) -> pa.Table:
    """One row a company and month, ours last so that it lies on top; then the labels."""
    order = sorted(lines, key=lambda name: (name == us, name == chosen, name))
    rows = [row for name in order for row in _line(metric, name, lines[name], _part(name, us, chosen))]
    return arrow([*rows, *_labels(metric, lines, us, chosen)], SCHEMA)


def alt_sentence(metric: Metric, lines: Mapping[str, Points], us: str, chosen: str) -> str:
    """What the picture shows, in one sentence."""
    known = {name: points for name, points in lines.items() if points}
    if not known:
        return f"{metric.label} over time: nothing to show."
    order = sorted(known, key=lambda name: (name != us, name != chosen, name))
    ends = ((name, metric.text(known[name][0][1].value), metric.text(known[name][-1][1].value)) for name in order)
    said = [f"{name} from {start} to {end}" for name, start, end in ends]
    first, last = min(p[0][0] for p in known.values()), max(p[-1][0] for p in known.values())
    return f"{metric.label} from {first:%b %Y} to {last:%b %Y}: {'; '.join(said)}."


def _part(name: str, us: str, chosen: str) -> str:
    return "us" if name == us else "chosen" if name == chosen else "other"


def _line(metric: Metric, name: str, points: Points, part: str) -> list[Row]:
    return [
        {
            "part": part, "company": name, "time": g.moment(day), "value": given.value, "lower": given.lower,
            "upper": given.upper, "text": metric.text(given.value), "when": f"{day:%b %Y}",
            "range": "–" if given.lower is None else f"{metric.text(given.lower)} to {metric.text(given.upper)}",
            "n": "–" if given.n is None else f"{given.n:,}",
        }
        for day, given in points
    ]  # fmt: skip


def _labels(metric: Metric, lines: Mapping[str, Points], us: str, chosen: str) -> list[Row]:
    ends = {name: points[-1][1].value for name, points in lines.items() if points}
    wanted = {name: value for name, value in ends.items() if value is not None}
    values = [given.value for points in lines.values() for _, given in points if given.value is not None]
    values += [bound for _, given in lines.get(us, ()) for bound in (given.lower, given.upper) if bound is not None]
    places = g.spread(wanted, min(values, default=0.0), max(values, default=1.0), PLOT_PIXELS)
    roles = {"us": g.US, "chosen": g.COMPETITOR, "other": g.MUTED}
    return [
        {"part": "label", "value": at, "text": f"{metric.text(wanted[name])} {name}",
         "role": roles[_part(name, us, chosen)]}
        for name, at in places.items()
    ]  # fmt: skip


def _behind(data: pa.Table) -> pa.Table:
    rows = data.filter(pa.compute.is_valid(data["when"]))
    return rows.select(["company", "when", "text", "range", "n"]).rename_columns(
        ["Company", "Month", "Value", "95 % interval", "Responses"]
    )
