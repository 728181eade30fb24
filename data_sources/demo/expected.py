"""What customers say they expect, what the company promises, and what it believes it gives: figures by quarter."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from data_sources.demo.company import QUESTIONS, SEGMENTS, TOUCHPOINTS
from data_sources.demo.figures import Levels, months_of, table_of
from data_sources.demo.truths import RISING_EXPECTATION

DESIRED: dict[str, float] = {"nps": 17, "csat": 9, "success": 19, "effort": 22, "emotion": 14}
ADEQUATE: dict[str, float] = {"nps": -16, "csat": -9, "success": -15, "effort": -9, "emotion": -19}
"""How far what customers hope for, and what they put up with, lie from what they get."""
EXPECTING: dict[str, float] = {
    "Families": 0.0,
    "Young professionals": 3.0,
    "Retired": -2.0,
    "Students": -4.0,
    "Small business": 6.0,
}
LESS_PATIENCE: dict[str, float] = {"delivery & installation": 8.0}
"""Where customers put up with less than elsewhere: an installation has to work."""
PROMISED: dict[str, float] = {"success": 14, "effort": 12}
SELF: dict[str, float] = {"csat": 7, "success": 16, "effort": 15}
"""How far what the company promises, and what its managers believe it gives, lie above what customers get."""
ASKED, ASKED_AT_TOUCHPOINT, MANAGERS = (180, 460), (420, 880), (60, 95)
NOISE, HIGHEST = 1.0, {"desired": 100.0, "adequate": 95.0}
Row = tuple[date, str, str | None, str | None, str, float, int]
"""Quarter, metric, segment, touchpoint (None: all), level, value, n."""


def expectation_rows(levels: Levels, first: date, last: date, seed: int) -> pa.Table:
    """One row per quarter × metric × level, by segment and by touchpoint; the company's own levels for the whole."""
    quarters = [month for month in months_of(first, last) if month.month % 3 == 1]
    rows = [
        *_by_segment(levels, quarters, np.random.default_rng([seed, 7])),
        *_by_touchpoint(levels, quarters, np.random.default_rng([seed, 11])),
        *_of_the_company(levels, quarters, np.random.default_rng([seed, 12])),
    ]
    rows.sort(key=lambda row: row[0])
    return table_of(("quarter", "metric", "segment", "touchpoint", "level", "value", "n"), rows)


def _by_segment(levels: Levels, quarters: list[date], rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for back, quarter in _counted(quarters):
        for question in QUESTIONS:
            for segment in SEGMENTS:
                usual = levels.segment(question, segment)
                for level, lead in (("desired", DESIRED), ("adequate", ADEQUATE)):
                    value = usual + lead[question] + EXPECTING[segment] + NOISE * rng.normal() - _rise(question, back)
                    rows.append((quarter, question, segment, None, level, _cut(value, level), _asked(ASKED, rng)))
    return rows


def _by_touchpoint(levels: Levels, quarters: list[date], rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for back, quarter in _counted(quarters):
        for question in QUESTIONS:
            for touchpoint in TOUCHPOINTS:
                usual, patience = levels.touchpoint(question, touchpoint), LESS_PATIENCE.get(touchpoint, 0.0)
                for level, lead in (("desired", DESIRED[question]), ("adequate", ADEQUATE[question] + patience)):
                    value = usual + lead + NOISE * rng.normal() - _rise(question, back)
                    size = _asked(ASKED_AT_TOUCHPOINT, rng)
                    rows.append((quarter, question, None, touchpoint, level, _cut(value, level), size))
    return rows


def _of_the_company(levels: Levels, quarters: list[date], rng: np.random.Generator) -> list[Row]:
    rows: list[Row] = []
    for quarter in quarters:
        for level, leads in (("promised", PROMISED), ("self", SELF)):
            for question, lead in leads.items():
                value = levels.whole(question) + lead + NOISE * rng.normal()
                rows.append((quarter, question, None, None, level, _cut(value, level), _asked(MANAGERS, rng)))
    return rows


def _counted(quarters: list[date]) -> list[tuple[int, date]]:
    """Every quarter with how many come after it."""
    return [(len(quarters) - 1 - place, quarter) for place, quarter in enumerate(quarters)]


def _rise(question: str, back: int) -> float:
    """How much lower expectations were so many quarters ago."""
    return RISING_EXPECTATION.a_year * back / 4 if question == RISING_EXPECTATION.metric else 0.0


def _cut(value: float, level: str) -> float:
    return round(float(np.clip(value, -99, HIGHEST.get(level, 100.0))), 1)


def _asked(sizes: tuple[int, int], rng: np.random.Generator) -> int:
    return int(rng.integers(*sizes))
