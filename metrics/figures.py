"""Figures from elsewhere: what competitors reach and what customers expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DESIRED, ADEQUATE, PROMISED, SELF = "desired", "adequate", "promised", "self"
"""Levels of expectation: what customers hope for, what they will put up with (Zeithaml, Berry & Parasuraman
1993, doi:10.1177/0092070393211001), what the company promised, what it believes it gives."""
RELATIONSHIP, TRANSACTIONAL, STUDY, MYSTERY_SHOP = "relationship", "transactional", "benchmark study", "mystery shop"
"""Kinds of figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published or measured figure of one metric for the period that starts on `day`. `company` is the
    competitor, "" for an expectation; `level` is the level of expectation, "" for a competitor. `n` is None
    where the source does not state it; `standard_error` is None where it is not known (then the metric's kind
    and n bound it, see metrics/comparators.py). `where` names the slice it holds for; `kind` the kind of study, ""
    where it is not stated."""

    metric: str
    company: str
    day: date
    value: float
    n: int | None
    standard_error: float | None = None
    level: str = ""
    publisher: str = ""
    where: tuple[tuple[str, str], ...] = ()
    kind: str = ""
