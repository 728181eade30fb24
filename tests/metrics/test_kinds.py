"""Figures of different kinds never stand on one line (issue 3; metrics/kinds.py)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalog import Thresholds
from metrics.comparators import Ours, competitors
from metrics.figures import RELATIONSHIP, STUDY, TRANSACTIONAL, Figure
from metrics.kinds import KINDS, kinds_of, one_kind, refusal
from metrics.metric import Metric, MetricKind
from metrics.published import standing, within
from metrics.slices import Filters
from metrics.sums import Sums

NPS = Metric("nps", "NPS", MetricKind.NPS, (0, 10))
DAY = date(2026, 10, 1)


def figure(company: str, value: float, kind: str = "", day: date = DAY, n: int | None = 400, **more) -> Figure:
    return replace(Figure("nps", company, day, value, n, kind=kind), **more)


def test_a_standing_is_of_one_kind_and_one_publisher():
    mixed = [figure("A", 10, RELATIONSHIP), figure("A", 60, STUDY, n=900), figure("A", 30, STUDY, publisher="Other")]
    found, _ = standing(NPS, mixed, Filters(), DAY, 100)
    assert found is not None and (found.value, found.kind, found.publisher) == (60, STUDY, "")


def test_ours_is_held_against_its_own_kind_only():
    figures = [figure("A", 10, RELATIONSHIP), figure("B", 60, STUDY, day=date(2026, 11, 1))]
    found = one_kind(RELATIONSHIP, figures)
    assert (found.kind, found.refusal, [f.company for f in found.figures]) == (RELATIONSHIP, "", ["A"])
    other = one_kind(TRANSACTIONAL, figures)
    assert other.kind == STUDY, "the newest figures, to be shown without a gap"
    assert other.refusal == (
        "Ours is transactional, theirs a benchmark study: asked of other people at another moment; "
        "not held against each other."
    )


def test_an_unstated_kind_is_allowed_and_said():
    assert one_kind("", [figure("A", 10, STUDY)]).unstated and not one_kind("", [figure("A", 10, STUDY)]).refusal
    unstated = one_kind(TRANSACTIONAL, [figure("A", 10, STUDY), figure("B", 9)])
    assert (unstated.kind, unstated.unstated, unstated.refusal) == ("", True, "")


@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["", *KINDS, "panel"]))), st.sampled_from(KINDS))
def test_what_stands_together_is_always_of_one_kind(rows, ours):
    figures = [figure(company, 20, kind) for company, kind in rows]
    for asked in (None, *kinds_of(figures)):
        found = one_kind(ours, figures, asked)
        assert {f.kind for f in found.figures} <= {found.kind}
        assert bool(found.refusal) == (found.kind not in ("", ours))
        assert bool(found.figures) == bool(figures)


def test_a_card_shows_another_kinds_figure_without_a_gap():
    ours = Ours(NPS, Sums(400, 4_000.0, 2e6), DAY, Filters(), Thresholds(), kind=TRANSACTIONAL)
    (best,) = competitors(ours, [figure("A", 60, STUDY)])
    assert best.theirs.value == 60 and best.gap.value is None and best.note.startswith("Ours is transactional")
    (best,) = competitors(replace(ours, kind=STUDY), [figure("A", 60, STUDY)])
    assert best.gap.value == pytest.approx(-50) and best.note == ""


@pytest.mark.parametrize("ours", ["", *KINDS])
def test_the_same_kind_is_never_refused(ours):
    assert refusal(ours, ours) == refusal("", ours) == refusal(ours, "") == ""


def test_the_figure_for_all_is_no_figure_for_a_part():
    whole, part = figure("A", 20), figure("B", 30, where=(("product", "TV"), ("region", "North")))
    assert within([whole, part], Filters()) == [whole, part]
    (kept,) = within([whole, part], Filters.of({"product": ["TV"]}))
    assert (kept.company, kept.where) == ("B", (("region", "North"),))
    assert within([part], Filters.of({"product": ["TV", "SIM"]})) == [], "a company that lacks a value of the filter"
