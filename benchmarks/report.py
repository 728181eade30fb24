"""The figures as a table that a person reads and a file that a program reads."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Required, TypedDict

from benchmarks.figures import Figure


class Machine(TypedDict, total=False):
    """What the figures were measured on; `load` is the five-minute average, None where the system has none."""

    processors: Required[int]
    system: str
    python: str
    load: float | None


def table(figures: Sequence[Figure], left_out: Sequence[str], load: str = "") -> str:
    """One line a figure: what, median, spread, goal and whether it was reached; then what was not. `load`: what
    busy() said."""
    rows = [(f.what, _value(f), _spread(f), _goal(f), f.how) for f in figures]
    head = ("what", "median", "min to max", "goal", "how")
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head) - 1)]
    lines, subject = [], ""
    for figure, row in zip(figures, rows, strict=True):
        if figure.subject != subject:
            subject = figure.subject
            lines += ["", subject]
        lines.append(_line(row, widths))
    return "\n".join([_line(head, widths), *lines, "", *_verdict(figures, left_out), *([load] if load else [])])


def save(path: Path, figures: Sequence[Figure], left_out: Sequence[str], responses: int, seconds: float) -> None:
    """Write results.json: the machine, then every figure with all its runs."""
    found = {
        "measured_at": datetime.now().isoformat(timespec="seconds"),
        "machine": machine(),
        "responses": responses,
        "seconds": round(seconds),
        "figures": [figure.as_json() for figure in figures],
        "left_out": list(left_out),
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def machine() -> Machine:
    """What the figures were measured on, and how busy it was in the last minutes."""
    return {
        "processors": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": sys.version.split()[0],
        "load": round(os.getloadavg()[1], 1) if hasattr(os, "getloadavg") else None,
    }


def busy(machine: Machine) -> str:
    """One sentence where more was running than the processors could run at once: then every time is too long."""
    load, processors = machine.get("load"), machine["processors"]
    if load is None or load <= processors:
        return ""
    return f"The machine was busy (load {load} on {processors} processors): the times are longer than they need be."


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    what, median, spread, goal, how = row
    a, b, c, d = widths
    return f"  {what:<{a}}  {median:>{b}}  {spread:>{c}}  {goal:<{d}}  {how}".rstrip()


def _value(figure: Figure) -> str:
    return f"{number(figure.value)} {figure.unit}"


def _spread(figure: Figure) -> str:
    if len(figure.runs) == 1:
        return "one run"
    return f"{number(min(figure.runs))} to {number(max(figure.runs))}"


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"≤ {number(figure.goal)}: {'reached' if figure.reached else 'NOT reached'}"


def number(value: float) -> str:
    """With about three digits that mean something."""
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f}"


def _verdict(figures: Sequence[Figure], left_out: Sequence[str]) -> list[str]:
    missed = [f for f in figures if f.reached is False]
    aimed = sum(f.goal is not None for f in figures)
    lines = [f"{aimed - len(missed)} of {aimed} goals reached."]
    lines += [
        f"Not reached: {f.subject}, {f.what}: {_value(f)} (goal {number(f.goal or 0)}, {f.source})." for f in missed
    ]
    return lines + [f"Left out: {reason}." for reason in left_out]
