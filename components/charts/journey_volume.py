"""Below the journey strip, in its columns: how many journeys reach each stage, go on, are done there, and drop off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Row, arrow
from components.charts.journey_strip import ALL_STAGES, FOOT, SCHEMA, TOP, spec
from metrics.estimate import Estimate
from metrics.journeys import StageFlow, StageFlows

ROW, NARROW_ROW = 52, 24
"""Pixels per row with two lines in a cell, and per stage with one."""
LAST = "the end"
"""In the place of the last stage's drop-off where no success is known: there is nothing to go on to."""
FEW = "too few"
ROWS = ("Journeys in", "Go on", "Done here", "Drop off")


def chart(found: StageFlows) -> Chart:
    """The flows in the order of the stages, all journeys first; nothing to click."""
    flows = found.flows
    data = arrow(_rows(found), SCHEMA)
    height = TOP + FOOT + max(ROW * len(ROWS), NARROW_ROW * (len(flows) + 1))
    return Chart(spec(), data, alt_sentence(flows), height, "journey_volume", partial(_behind, flows))


def alt_sentence(flows: Sequence[StageFlow]) -> str:
    """What the picture shows, in one sentence."""
    said = [
        f"{flow.stage} {FEW}" if flow.hidden else f"{flow.stage} {flow.entered:,} in, {_drop_off(flow, flows)} drop off"
        for flow in flows
    ]
    return f"Journeys by stage: {'; '.join(said) or 'none'}."


def _rows(found: StageFlows) -> list[Row]:
    flows = found.flows
    size: Row = {"rows": len(ROWS), "cols": len(flows) + 1}
    names = (ALL_STAGES, *(flow.stage for flow in flows))
    heads: list[Row] = [
        {**size, "part": "stage", "text": name, "row": 0, "col": col, "whole": 0} for col, name in enumerate(names)
    ]
    heads += [{**size, "part": "metric", "text": name, "row": row, "col": 0} for row, name in enumerate(ROWS)]
    everything = _cell(0, ALL_STAGES, f"{found.journeys:,}", f"{found.open:,} open", found.journeys)
    cells = [{**cell, "col": col} for col, flow in enumerate(flows, 1) for cell in _cells(flow, flows)]
    return [*heads, *({**size, **cell} for cell in ({**everything, "col": 0}, *cells))]


def _cells(flow: StageFlow, flows: Sequence[StageFlow]) -> list[Row]:
    """The numbers of one stage; only the words where too few customers came by."""
    if flow.hidden:
        return [_cell(0, flow.stage, FEW, "", 0)]
    onward = "–" if flow is flows[-1] else f"{flow.onward:,}"
    return [
        _cell(0, flow.stage, f"{flow.entered:,}", f"{flow.open:,} open" if flow.open else "", flow.entered),
        _cell(1, flow.stage, onward, "", flow.entered),
        _cell(2, flow.stage, f"{flow.succeeded:,}" if _knows_success(flows) else "–", "", flow.entered),
        _cell(3, flow.stage, _drop_off(flow, flows), _interval(flow, flows), flow.drop_off.n or 0),
    ]


def _cell(row: int, stage: str, text: str, second: str, n: int) -> Row:
    return {
        "part": "cell", "row": row, "stage": stage, "metric": ROWS[row], "text": text, "short": text, "second": second,
        "range": second if row == len(ROWS) - 1 else "–", "was": "–", "change": "–", "n": f"{n:,}", "verdict": "–",
        "said": f"{ROWS[row]} at {stage}: {text} {second}".rstrip(), "ink": g.EXPECTATION, "tint": 0.0, "where": "",
    }  # fmt: skip


def _knows_success(flows: Sequence[StageFlow]) -> bool:
    return any(flow.succeeded for flow in flows)


def _at_the_end(flow: StageFlow, flows: Sequence[StageFlow]) -> bool:
    """Whether everybody who comes here ends here, for all that is known."""
    return flow is flows[-1] and not _knows_success(flows)


def _drop_off(flow: StageFlow, flows: Sequence[StageFlow]) -> str:
    if flow.hidden:
        return FEW
    return LAST if _at_the_end(flow, flows) else _share(flow.drop_off)


def _interval(flow: StageFlow, flows: Sequence[StageFlow]) -> str:
    return "" if flow.hidden or _at_the_end(flow, flows) else _range(flow.drop_off)


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return FEW if estimate.n else "–"
    return f"{estimate.value:.0f}\u202f%"


def _range(estimate: Estimate) -> str:
    if estimate.lower is None or estimate.upper is None:
        return ""
    return f"{estimate.lower:.0f} to {estimate.upper:.0f}\u202f%"


def _behind(flows: Sequence[StageFlow]) -> pa.Table:
    return pa.table(
        {
            "Stage": [flow.stage for flow in flows],
            "Journeys in": [FEW if flow.hidden else f"{flow.entered:,}" for flow in flows],
            "Go on": ["–" if flow.hidden else f"{flow.onward:,}" for flow in flows],
            "Done here": ["–" if flow.hidden else f"{flow.succeeded:,}" for flow in flows],
            "Left here": ["–" if flow.hidden else f"{flow.left:,}" for flow in flows],
            "May still go on": ["–" if flow.hidden else f"{flow.open:,}" for flow in flows],
            "Drop off": [_drop_off(flow, flows) for flow in flows],
            "95 % interval": [_interval(flow, flows) or "–" for flow in flows],
        }
    )
