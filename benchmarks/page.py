"""The figures as a page of the docs: `python -m benchmarks.page` reads results.json, writes docs/performance.md and
its drawings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import groupby
from pathlib import Path

import altair as alt
import pandas as pd
import vl_convert

from benchmarks.figures import Figure
from benchmarks.report import number

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
DRAWINGS = ROOT / "docs" / "performance"
INK, CONCERN, MUTED = "#1f4e79", "#b3261e", "#5c5f66"
"""The dashboard's own colours (.streamlit/config.toml)."""
WIDTH = 520
GROWS = 3
"""Sizes from which a growth is drawn: two points are a line whatever happens between them."""


def main() -> None:
    """Write the page from the last results."""
    found = json.loads(RESULTS.read_text())
    figures = [_figure(one) for one in found["figures"]]
    DRAWINGS.mkdir(exist_ok=True)
    for old in DRAWINGS.glob("*.svg"):
        old.unlink()
    PAGE.write_text("\n".join(_page(found, figures)) + "\n")


def _figure(one: dict[str, object]) -> Figure:
    names = {field.name for field in fields(Figure)}
    given = {name: value for name, value in one.items() if name in names}
    runs = given.pop("runs")
    assert isinstance(runs, list)
    return Figure(**given, runs=tuple(runs))  # type: ignore[arg-type]  # as Figure.as_json wrote them


def _page(found: dict[str, object], figures: Sequence[Figure]) -> Iterable[str]:
    machine = found["machine"]
    assert isinstance(machine, dict)
    yield "# How fast it is, and how the cost grows"
    yield ""
    yield f"Measured {str(found['measured_at'])[:10]} by `make bench` on {machine['processors']} cores"
    yield f"({machine['system']}, Python {machine['python']}); written by `python -m benchmarks.page` from"
    yield "`benchmarks/results.json`. Goals are ratios of two measurements taken in turn in one run (“×”), because a"
    yield "machine that others use too is slow by the hour; goals are “at most”. Medians of the runs in the file."
    yield ""
    yield from _against_goals(figures)
    yield from _growth(figures)
    yield from _missed(found, figures)
    for subject, group in groupby(figures, key=lambda figure: figure.subject):
        yield from _table(subject, list(group))


def _against_goals(figures: Sequence[Figure]) -> Iterable[str]:
    rows = [
        {"what": f"{f.subject}: {f.what}", "share": max(f.value / f.goal, 0.01), "reached": bool(f.reached)}
        for f in figures
        if f.goal
    ]
    if not rows:
        return
    scale = alt.Scale(type="log")
    points = (
        alt.Chart(pd.DataFrame(rows))
        .mark_point(filled=True, size=70)
        .encode(
            x=alt.X("share:Q", scale=scale, title="measured ÷ goal (left of 1: reached)"),
            y=alt.Y("what:N", sort="x", title=None, axis=alt.Axis(labelLimit=420)),
            color=alt.Color("reached:N", scale=alt.Scale(domain=[True, False], range=[INK, CONCERN]), legend=None),
            shape=alt.Shape("reached:N", scale=alt.Scale(domain=[True, False], range=["circle", "cross"]), legend=None),
        )
    )
    line = alt.Chart(pd.DataFrame({"share": [1.0]})).mark_rule(color=MUTED).encode(x=alt.X("share:Q", scale=scale))
    yield "## Against the goals"
    yield ""
    yield _drawn("goals", alt.layer(line, points), "Every figure with a goal, as a share of its goal.")
    yield ""


def _growth(figures: Sequence[Figure]) -> Iterable[str]:
    named = sorted((f for f in figures if f.at is not None), key=lambda f: (f.subject, f.what, f.at))
    grown = [(key, list(group)) for key, group in groupby(named, key=lambda f: (f.subject, f.what, f.unit))]
    drawn = [(key, group) for key, group in grown if len({f.at for f in group}) >= GROWS]
    if not drawn:
        return
    yield "## How the cost grows"
    yield ""
    for i, ((subject, what, unit), group) in enumerate(drawn):
        rows = [{"at": f.at, "value": f.value} for f in group]
        chart = (
            alt.Chart(pd.DataFrame(rows))
            .mark_line(point=True, color=INK)
            .encode(
                x=alt.X("at:Q", scale=alt.Scale(type="log"), title="amount of work", axis=alt.Axis(format="~s")),
                y=alt.Y("value:Q", scale=alt.Scale(zero=True), title=f"{what} ({unit})"),
            )
        )
        yield _drawn(f"growth-{i}", chart, f"{subject}: {what}. First: {group[0].how}; last: {group[-1].how}.")
        yield ""


def _missed(found: dict[str, object], figures: Sequence[Figure]) -> Iterable[str]:
    missed = [f for f in figures if f.reached is False]
    left_out = found["left_out"]
    assert isinstance(left_out, list)
    yield "## What was not reached"
    yield ""
    for f in missed:
        yield f"- {f.subject}, {f.what}: {number(f.value)} {f.unit}, goal {number(f.goal or 0)} ({f.how})"
    yield from (f"- Not measured: {reason}." for reason in left_out)
    if not missed and not left_out:
        yield "Every goal was reached."
    yield ""


def _table(subject: str, figures: Sequence[Figure]) -> Iterable[str]:
    yield f"## {subject}"
    yield ""
    yield "| what | at | median | goal | how |"
    yield "|---|---|---|---|---|"
    for f in figures:
        at = f"{f.at:,.0f}" if f.at is not None else ""
        goal = "" if f.goal is None else f"≤ {number(f.goal)} {'✓' if f.reached else '✗'}"
        yield f"| {f.what} | {at} | {number(f.value)} {f.unit} | {goal} | {f.how} |"
    yield ""


def _drawn(name: str, chart: alt.Chart | alt.LayerChart | alt.FacetChart, alternative: str) -> str:
    spec = chart.properties(width=WIDTH).configure(font="sans-serif").to_json()
    (DRAWINGS / f"{name}.svg").write_text(vl_convert.vegalite_to_svg(spec))
    return f"![{alternative}](performance/{name}.svg)\n\n{alternative}"


if __name__ == "__main__":
    main()
