"""What the panel says aloud, its table of the broken, and what it says when something is not known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components.touchpoint_levels import caption, sentence
from metrics.broken import Broken, People, TouchpointLevels, ranked
from metrics.catalog import Axis
from metrics.estimate import NO_ESTIMATE, Estimate
from metrics.metric import Better
from metrics.periods import Period
from metrics.touchpoint_levels import Standard, TouchpointLevel
from tests.components.charts.invented import NPS, estimate
from tests.components.charts.test_touchpoint_levels import ROWS

MONTH = Period(date(2026, 10, 19), date(2026, 11, 16))
WEIGHT = Estimate(0.21, 0.18, 0.24, 4848, "Fisher")
PEOPLE = People(1204, Estimate(612.4, 590.0, 635.0, 1190, "t"))
AXIS = Axis("touchpoint", "Touchpoint", tuple(row.place for row in ROWS))


def made(rows: tuple[TouchpointLevel, ...] = ROWS, people: People = PEOPLE, weight: Estimate = WEIGHT,
         notes: tuple[str, ...] = ()) -> TouchpointLevels:  # fmt: skip
    broken, left_out = ranked(rows, {row.place: weight for row in rows}, {row.place: people for row in rows})
    tested = sum(row.p is not None for row in rows)
    counted = "customers with an event there in 19 Oct – 15 Nov 2026"
    return TouchpointLevels(NPS, AXIS, rows, broken, tested, MONTH, counted, left_out, notes, 30, "£")


def test_what_is_broken_first_whom_it_hits_and_what_they_are_worth() -> None:
    assert sentence(made()) == (
        "Delivery & installation is broken: NPS −41, and customers need 15. 1,204 customers came through it in four "
        "weeks, worth £612 a year each."
    )


def test_several_weeks_others_and_what_is_not_known_in_the_sentence() -> None:
    rows = (replace(ROWS[1], weeks=3), replace(ROWS[0], standard=Standard.BELOW, gap=estimate(-9.0)))
    assert sentence(made(rows, People(), NO_ESTIMATE)) == (
        "Delivery & installation is broken: NPS −41 over three weeks, and customers need 15. Below it too: sales."
    )
    lower = replace(made(), metric=replace(NPS, better=Better.LOWER))
    assert "customers need 15 at most" in sentence(lower)


def test_where_lower_is_better_what_is_broken_lies_above() -> None:
    rows = (ROWS[1], replace(ROWS[0], standard=Standard.BELOW, gap=estimate(9.0)))
    lower = replace(made(rows), metric=replace(NPS, better=Better.LOWER))
    assert "Above it too: sales." in sentence(lower) and "Below" not in sentence(lower)
    assert "Broken: above the limit with a signal" in caption(lower)


def test_a_name_of_any_length_leaves_the_sentence_readable() -> None:
    endless = replace(ROWS[1], place="T" * 10_000)
    assert len(sentence(made((endless,)))) < 300


def test_when_nothing_is_broken_it_says_so_and_counts() -> None:
    quiet = made((ROWS[0], *ROWS[2:]))
    assert sentence(quiet) == (
        "No touchpoint is broken on NPS: of five touchpoints, one meets it, one cannot be told apart from it, one has "
        "too few answers, one is silent, one has no known minimum."
    )
    assert "among the 2 compared" in caption(quiet)
    assert sentence(made(ROWS[3:])).startswith("Nothing to say about what is broken: of three touchpoints")


def test_the_caption_names_origin_method_and_what_is_left_out() -> None:
    said = caption(made(people=People(1204), notes=("What these customers are worth is not known: no column.",)))
    assert "Must be: stated by customers for all, n 1,204, Jul 2026." in said
    assert "Should be: set in the configuration." in said
    assert "by Benjamini–Hochberg over the 3 compared" in said
    assert "an association, not a proof" in said
    assert "Yearly value: not known of every one that is broken, so left out of the product." in said
    assert "For enough answers, over more than the week: email (4 weeks)." in said
    assert said.endswith("What these customers are worth is not known: no column.")


def test_low_n_is_named() -> None:
    rows = (replace(ROWS[0], estimate=estimate(43.0, n=12), weeks=52),)
    assert "Low n, below 30 answers: sales." in caption(made(rows))


def panel() -> None:
    from components.touchpoint_levels import show
    from tests.components.test_touchpoint_levels import made
    from tests.pages.company import view

    show(view(), made())


def panel_without_factors() -> None:
    from components.touchpoint_levels import show
    from metrics.broken import People
    from metrics.estimate import NO_ESTIMATE
    from tests.components.test_touchpoint_levels import made
    from tests.pages.company import view

    show(view(), made(people=People(), weight=NO_ESTIMATE))


@pytest.mark.parametrize("script", [panel, panel_without_factors])
def test_the_table_of_the_broken_shows_every_factor(script: object) -> None:
    at = AppTest.from_function(script, default_timeout=60).run()  # type: ignore[arg-type]
    assert not at.exception
    row = {head: re.sub(r"\\(.)", r"\1", cell) for head, cell in at.table[0].value.iloc[0].items()}
    assert (row["Rank"], row["Touchpoint"], row["Is"], row["Must be"]) == (
        "1", "delivery & installation", "−41 · n 1,204", "15",
    )  # fmt: skip
    if script is panel:
        assert row["Customers affected"] == "1,204"
        assert row["Weight"] == ".21 (.18 to .24) · n 4,848"
        assert row["Yearly value"] == "£612 (£590 to £635) · n 1,190"
        assert row["Customers × weight × value"] == "£154,839"
    else:
        assert row["Customers affected"] == row["Yearly value"] == "not known"
        assert row["Weight"] == "not known · n 0"
        assert row["Product"] == "–"


def test_every_touchpoint_opens_by_keyboard() -> None:
    at = AppTest.from_function(panel, default_timeout=60).run()
    opened = [button.label.replace("\\", "") for button in at.button if button.key.startswith("touchpoint_level_")]
    assert opened == [row.place for row in ROWS]


def test_a_product_without_value_is_no_money() -> None:
    broken = made(people=People(1204)).broken[0]
    assert isinstance(broken, Broken)
    assert broken.product == pytest.approx(1204 * 0.21)
