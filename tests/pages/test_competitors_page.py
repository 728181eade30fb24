"""The Competitors page drawn from a company in memory: what it says with signals, without, and when it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import cast

from streamlit.testing.v1 import AppTest

from data_sources.cube.store import CubeSlice
from data_sources.errors import Unavailable
from data_sources.room import OWN_FIGURES, Room
from data_sources.view import View
from metrics.access import OWNER
from metrics.figures import RELATIONSHIP, STUDY, TRANSACTIONAL, Figure
from metrics.metric import Metric, MetricKind
from metrics.periods import Period
from metrics.slices import EVERYTHING, Scope
from tests.pages.company import CATALOG, NPS, FakeRoom, Stories, Words, rows, weeks

MONTHS = [date(2025, month, 1) for month in range(1, 10)]
AWARE = Metric("aware", "Awareness", MetricKind.RATE, (0, 1))


@dataclass
class Market(FakeRoom):
    """A room with competitors' figures in memory."""

    given: tuple[Figure, ...] = ()
    own: tuple[Figure, ...] = ()
    datasets: tuple[str, ...] = ("responses", "benchmarks")
    fails: bool = False

    def figures(self, role: str) -> dict[str, tuple[object, ...]]:
        if self.fails:
            raise Unavailable("market", "does not answer", "Start it.")
        found: dict[str, tuple[object, ...]] = {}
        for figure in {"benchmarks": self.given, OWN_FIGURES: self.own}.get(role, ()):
            found[figure.metric] = (*found.get(figure.metric, ()), figure)
        return found

    def note_trouble(self, role: str, why: str) -> None:
        self.troubles[role] = why
        self.failures += 1

    def answers_span(self) -> Period | None:
        return None

    def between(self, period: Period, scope: Scope, by: tuple[str, ...] = ()) -> CubeSlice:
        raise AssertionError("published figures are held against whole months")


def rival(name: str, values: list[float], *, metric: str = "nps", n: int | None = 400, kind: str = "", **where: str):
    return tuple(
        Figure(metric, name, day, value, n, publisher="Panel", kind=kind, where=tuple(where.items()))
        for day, value in zip(MONTHS, values, strict=True)
    )


def market(*figures: Figure, kind: str = "", own: tuple[Figure, ...] = (), **more: object) -> View:
    from datetime import datetime, time, timedelta

    given = rows()
    room = Market(given, datetime.combine(weeks()[-1].end, time()) + timedelta(hours=9), Words(given), Stories())
    room.given, room.own = figures, own
    room.catalog = replace(CATALOG, kind=kind, benchmark_metrics=(AWARE,))
    room.settings = SimpleNamespace(themes={})
    for name, value in more.items():
        setattr(room, name, value)
    return View(cast("Room", room), weeks()[-1], EVERYTHING, NPS, OWNER)


def drawn(page: Callable[[], None], **parameters: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.title, at.header, at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind)).replace("\u2060", "")


def steady() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    thin = rival("Cole", [-60.0] * 9, n=8)
    competitors.render(market(*rival("Alba", [40.0] * 9), *rival("Brig", [-30.0] * 9), *thin))


def test_without_a_change_the_rank_is_said_with_its_likelihood() -> None:
    at = drawn(steady)
    assert at.title[0].value.startswith("We are 2nd of 4 on NPS, and almost certainly")
    assert "nothing has changed order this year" in at.title[0].value
    said = words(at)
    for part in ("Where we stand", "How sure our rank is", "Over time", "Where the figures come from", "▼ they lead"):
        assert part in said
    assert "3 competitors tested at once" in said
    assert "N below 100 (Cole)" in said
    assert "Our own units against each other" in said
    assert {button.label for button in at.button} >= {":primary[Our NPS, week by week] ›", "North", "South"}


def test_what_the_address_asks_for_in_vain_is_said_and_ignored() -> None:
    """As the filter bar does: Streamlit drops an unknown value without a word."""
    said = words(drawn(steady, rival="Nobody", level="Yesterday", kpi="Luck"))
    assert "The address asks for kpi “Luck”, level “Yesterday”, rival “Nobody”, which" in said
    assert "The address asks for" not in words(drawn(steady, rival="Brig", level="All figures", kpi="NPS"))


def narrowed() -> None:
    from dataclasses import replace

    from metrics.slices import EVERYTHING, Filters
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    view = market(*rival("Alba", [40.0] * 9))
    competitors.render(replace(view, scope=EVERYTHING.filtered(Filters.of({"region": ["North"]}))))


def test_a_part_of_ours_against_the_whole_of_theirs_is_said_first() -> None:
    at = drawn(narrowed)
    said = words(at)
    assert "held against their figures for all: they are not by region." in at.title[0].value.replace("\\", "")
    assert "nothing has changed order" not in said and "Changes of order are not looked for here" in said


def passed() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    competitors.render(market(*rival("Alba", [-40.0] * 6 + [60.0] * 3, n=2_000)))


def test_an_overtaking_is_the_sentence() -> None:
    at = drawn(passed)
    assert re.match(r"Alba has passed us: NPS 60 against our −?\d+, since July\.", at.title[0].value.replace("\\", ""))
    assert "Gap before" in words(at) and "signal" in words(at)


def other_kind() -> None:
    from metrics.figures import RELATIONSHIP, TRANSACTIONAL
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    competitors.render(market(*rival("Alba", [40.0] * 9, kind=RELATIONSHIP), kind=TRANSACTIONAL))


def test_another_kind_is_refused_with_the_reason() -> None:
    at = drawn(other_kind)
    said = words(at)
    assert at.title[0].value == "NPS cannot be held against these figures\\."
    assert "Ours is transactional, theirs a relationship study" in said
    assert "No rank" in said and "they lead" not in said


def kinds() -> None:
    from metrics.figures import STUDY, TRANSACTIONAL
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    figures = (*rival("Alba", [40.0] * 9, kind=TRANSACTIONAL), *rival("Brig", [10.0] * 9, kind=STUDY))
    competitors.render(market(*figures, kind=TRANSACTIONAL, own=rival("us", [30.0] * 9, kind=STUDY)))


def test_the_viewer_picks_the_kind_and_never_sees_two() -> None:
    at = drawn(kinds)
    assert next(box for box in at.selectbox if box.key == "figure_kind").options == [TRANSACTIONAL, STUDY]
    assert "never drawn on one line" in words(at) and "Brig" not in words(at)
    chosen = next(box for box in at.selectbox if box.key == "figure_kind").set_value(STUDY).run()
    assert not chosen.exception
    assert "benchmark’s own figure of us" in words(chosen) and "Alba" not in words(chosen)


def only_benchmarks() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    theirs, ours = rival("Alba", [60.0] * 9, metric="aware"), rival("us", [40.0] * 9, metric="aware")
    competitors.render(market(*theirs, own=ours))


def test_a_metric_of_benchmarks_alone_is_one_more_choice() -> None:
    at = drawn(only_benchmarks)
    assert at.title[0].value == "No competitor is known for NPS\\."
    box = next(box for box in at.selectbox if box.key == "kpi")
    assert box.options == ["NPS", "Ease", "Awareness"]
    at = box.set_value("Awareness").run()
    assert not at.exception
    assert at.title[0].value.startswith("We are 2nd of 2 on Awareness, and almost certainly")
    assert "known from benchmarks only" in words(at)


def nothing_configured() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market

    competitors.render(market(datasets=("responses",)))


def test_without_benchmarks_the_units_are_still_compared() -> None:
    said = words(drawn(nothing_configured))
    assert "needs [benchmarks] in cx.toml" in said and "Our own units against each other" in said
    assert "No unit differs" in said and "Where we stand" not in said


def source_down() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market

    competitors.render(market(fails=True))


def test_a_failing_source_leaves_the_page_alive() -> None:
    said = words(drawn(source_down))
    assert "No benchmarks for now: Source “market” does not answer. Start it." in said
    assert "Our own units against each other" in said


def hostile() -> None:
    from pages import competitors
    from tests.pages.test_competitors_page import market, rival

    competitors.render(market(*rival("**Bold** <b>Alba</b> :red[x]", [-40.0] * 6 + [60.0] * 3, n=None)))


def test_a_company_named_like_markup_is_shown_letter_by_letter() -> None:
    at = drawn(hostile)
    assert not [element.value for element in (*at.markdown, *at.caption, *at.title) if "**Bold**" in element.value]
    assert "n not stated" in words(at).lower(), "and its missing n is said"


def test_kinds_used_here_are_the_configurations_own() -> None:
    from typing import get_args

    from data_sources.settings.datasets import FigureKind

    assert {RELATIONSHIP, TRANSACTIONAL, STUDY} < set(get_args(FigureKind))
