"""The viewer without a browser and the floor: the authority is Streamlit itself, run as a server, and its AppTest."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks import clicks, memory
from benchmarks.company import QUICK_RESPONSES, Company, make, room, view
from benchmarks.crowd import percentile
from benchmarks.peers import DASHBOARD
from benchmarks.served import ROOT, Served, environment, serve
from benchmarks.wire import open_viewer
from data_sources.demo.company import QUESTIONS


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return make(tmp_path_factory.mktemp("clicks"), QUICK_RESPONSES)


@pytest.fixture(scope="module")
def served(company: Company) -> Iterator[Served]:
    with serve(clicks.SIDE_BY_SIDE, company.scratch, **environment(company)) as server:
        yield server


@pytest.mark.parametrize(("page", "axis"), [(page, axis) for _, page, axis in clicks.PAGES])
def test_the_floor_draws_the_same_elements(served: Served, page: str, axis: str) -> None:
    """The same kind at the same place, for every value of the filter, and the charts with their data byte by byte."""

    async def drawn() -> None:
        shown = await clicks.show(served, page, axis)
        for value in shown.values:
            real = clicks.right(await shown.real.choose(axis, [value]))
            floor = clicks.right(await shown.floor.choose(axis, [value]))
            assert shown.floor.page == shown.real.page == page
            assert shown.floor.layout == shown.real.layout
            assert shown.floor.charts == shown.real.charts
            assert floor.messages == real.messages
            assert abs(floor.bytes - real.bytes) < 0.02 * real.bytes  # the link to share differs by ?floor=
        assert shown.real.kinds["vega_lite_chart"] >= 2
        assert len(shown.first) == len(shown.values)

    asyncio.run(drawn())


def test_a_viewer_sees_what_apptest_sees(served: Served, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(company).items():
        monkeypatch.setenv(name, value)
    tested = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    value = tested.multiselect(key="region").options[0]
    tested.multiselect(key="region").set_value([value]).run()

    async def seen() -> tuple[Counter[str], dict[str, list[str]]]:
        viewer, opened = await open_viewer(served.url)
        assert opened.messages > 50
        assert opened.bytes > 10_000
        clicks.right(await viewer.choose("region", [value]))
        kinds = viewer.kinds
        clicks.right(await viewer.press(viewer.buttons("open_")[0]))
        assert viewer.page == "metric"
        return kinds, viewer.address

    kinds, address = asyncio.run(seen())
    assert kinds["metric"] == len(tested.metric)
    assert kinds["button"] == len(tested.button)
    assert kinds["multiselect"] == len(tested.multiselect)
    assert kinds["markdown"] == len(tested.markdown) + len(tested.caption)
    assert address["metric"] == [tested.button[0].key.removeprefix("open_")]
    assert address["region"] == [value]


def test_what_goes_wrong_is_counted(served: Served) -> None:
    async def told() -> tuple[list[str], bool, int]:
        _, unknown = await open_viewer(served.url, "nowhere")
        _, broken = await open_viewer(served.url, "", {"floor": ["drawn"], "region": ["never noted"]})
        viewer, _ = await open_viewer(served.url)
        await viewer.close()
        dropped = await viewer.again()
        return [*unknown.wrong, *broken.wrong, *dropped.wrong], await viewer.back(), viewer.lost

    (nowhere, broken, dropped), kept, lost = asyncio.run(told())
    assert nowhere == "page not found"
    assert "error" in broken
    assert dropped.startswith("connection dropped")
    assert kept
    assert lost == 0


def test_a_session_that_the_server_does_not_know_is_lost(served: Served) -> None:
    async def told() -> tuple[bool, int]:
        viewer, _ = await open_viewer(served.url)
        await viewer.close()
        viewer.session = "00000000-0000-0000-0000-000000000000"
        return await viewer.back(), viewer.lost

    assert asyncio.run(told()) == (False, 1)


def test_the_servers_clock_runs_with_its_work(served: Served) -> None:
    async def work() -> float:
        viewer, _ = await open_viewer(served.url)
        began = served.processor()
        seconds = sum([clicks.right(await viewer.again()).seconds for _ in range(5)])
        return (served.processor() - began) / seconds

    assert 0.05 < asyncio.run(work()) < 3
    assert 50 < served.megabytes() < 5_000


def test_the_peer_shows_the_same_figures(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours are tested against raw SQL elsewhere: here they are the authority."""
    monkeypatch.setenv("PEER_RESPONSES", str(company.tables / "responses.parquet"))
    with room(company) as opened:
        week, review = view(opened).week, view(opened).review()
    peer = AppTest.from_file(str(DASHBOARD), default_timeout=60).run()
    shown = f"{week.start:%d %b %Y}"
    peer.selectbox(key="week").select(shown).run()
    assert not peer.exception
    ours = {card.reading.metric.id: card.reading.estimate for card in review.cards}
    said = [caption.value for caption in peer.caption if caption.value.startswith("n = ")]
    for name, metric, words in zip(QUESTIONS, peer.metric, said, strict=True):
        assert float(metric.value) == pytest.approx(ours[name].value, abs=0.051)
        assert words.startswith(f"n = {ours[name].n:,} ")


def test_the_quick_form_holds_a_click_against_its_floor(company: Company) -> None:
    figures = clicks.quick(company, 1)
    assert all(figure.value > 0 for figure in figures)
    assert [figure.goal for figure in figures] == [None, None, clicks.FLOOR] * len(clicks.PAGES)
    for click, floor, ratio in zip(*[iter(figures)] * 3, strict=True):
        assert ratio.value == pytest.approx(click.value / floor.value, rel=0.01)


def test_percentile_is_by_nearest_rank() -> None:
    assert percentile([5, 1, 3, 2, 4], 0.5) == 3
    assert percentile(list(range(1, 21)), 0.95) == 19
    assert percentile([7], 0.95) == 7


def test_a_slope_is_that_of_the_settled_part() -> None:
    assert memory.slope({0: 100.0, 100: 900.0, 500: 1_000.0, 750: 1_001.0, 1_000: 1_002.0}) == pytest.approx(0.004)
