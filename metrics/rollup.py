"""The company's total beside one's own rows: how a region stands to the whole that it is a part of."""

from __future__ import annotations

from metrics.catalog import Thresholds
from metrics.estimate import Comparator, Estimate, Verdict, shown
from metrics.intervals import difference, estimate
from metrics.metric import Metric
from metrics.sums import Sums

COMPANY = "company"


def company_total(metric: Metric, own: Sums, whole: Sums, name: str, thresholds: Thresholds) -> tuple[Comparator, ...]:
    """A part's sums held against those of the whole that contains it; none where the rest is too small to be shown, for
    it follows by subtraction (METHODS §8), or where the part is everything.

    The two are not independent, the rest and the part are: own − whole = (rest's share) × (own − rest), exactly for the
    mean of a value per response, so the gap and its interval are those of own − rest, scaled. No gap where a side is
    empty, no interval where one has one response (`intervals.difference`)."""
    rest = Sums(whole.n - own.n, whole.total - own.total, whole.squares - own.squares)
    if rest.n < thresholds.show_number:
        return ()
    apart, share = difference(metric, own, rest), rest.n / whole.n

    def scaled(bound: float | None) -> float | None:
        return None if bound is None else bound * share

    method = f"{apart.method}, own against the rest"
    gap = Estimate(scaled(apart.value), scaled(apart.lower), scaled(apart.upper), apart.n, method)
    fewest = thresholds.show_number
    if min(own.n, rest.n) < fewest:
        verdict = Verdict.TOO_FEW
    else:
        beyond = gap.lower is not None and gap.upper is not None and not gap.lower <= 0.0 <= gap.upper
        verdict = Verdict.SIGNAL if beyond else Verdict.ROUTINE
    return (Comparator(COMPANY, f"All of {name}", shown(estimate(metric, whole), fewest), shown(gap, fewest), verdict),)
