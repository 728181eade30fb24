"""Many cards at once: what is called a signal, against R's p.adjust and on weeks in which nothing happens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from metrics.comparators import COMPETITOR, EXPECTATION, PAST
from metrics.comparators_together import judged_together
from metrics.estimate import NO_ESTIMATE, Comparator, Estimate, Verdict


def comparator(z: float, kind: str = PAST) -> Comparator:
    """A gap of z standard errors of 1, judged by its own interval."""
    gap = Estimate(z, z - 1.959964, z + 1.959964, 100, "test")
    verdict = Verdict.SIGNAL if abs(z) > 1.959964 else Verdict.ROUTINE
    return Comparator(kind, "last week", NO_ESTIMATE, gap, verdict)


def signals(given: dict[str, tuple[Comparator, ...]]) -> list[bool]:
    return [one.verdict is Verdict.SIGNAL for own in judged_together(given).values() for one in own]


def test_verdicts_are_those_of_r_s_p_adjust() -> None:
    """z 2.0, 2.3, 3.3, 0.5: p .0455, .0214, .00097, .617; p.adjust(p, "BH") .0607, .0429, .0039, .617."""
    a, b, c, d = (comparator(z) for z in (2.0, 2.3, 3.3, 0.5))
    assert signals({"nps": (a, b), "ease": (c, d)}) == [False, True, True, False]
    assert signals({"nps": (a,)}) == [True], "alone it is one question"


def test_each_kind_is_a_family_of_its_own() -> None:
    """Nine standing leads over competitors put no week beyond chance, and quiet weeks hide no lead."""
    leads = tuple(comparator(8.0, COMPETITOR) for _ in range(9))
    quiet = tuple(comparator(0.1) for _ in range(9))
    found = signals({"nps": (*leads, comparator(2.0), *quiet, comparator(2.0, EXPECTATION))})
    assert found == [True] * 9 + [False] * 10 + [True]


def test_what_is_not_tested_stays_as_it_is_and_does_not_count() -> None:
    bare = replace(comparator(9.0), gap=Estimate(9.0, None, None, None, "no interval"), verdict=Verdict.ROUTINE)
    old, few = (replace(comparator(9.0), verdict=verdict) for verdict in (Verdict.STALE, Verdict.TOO_FEW))
    given = {"nps": (bare, old, few, comparator(2.0))}
    assert [one.verdict for one in judged_together(given)["nps"]] == [
        Verdict.ROUTINE, Verdict.STALE, Verdict.TOO_FEW, Verdict.SIGNAL,
    ]  # fmt: skip
    assert judged_together({}) == {}


def test_of_quiet_weeks_one_in_twenty_calls_anything() -> None:
    """Five KPIs against last week and last year, 2,000 weeks: 40 % of them would call something one by one."""
    weeks = np.random.default_rng(4).standard_normal((2_000, 5, 2))
    called = [
        any(signals({str(i): tuple(map(comparator, own)) for i, own in enumerate(week.tolist())})) for week in weeks
    ]
    assert abs(np.mean(called) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 2_000)
