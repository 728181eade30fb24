"""The whole app on the demo company: a page finds each planted truth; where nothing is planted the review says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from components import links
from data_sources.demo import demo_folder, truths

ROOT = Path(__file__).resolve().parents[1]


def whole_app() -> None:
    from app import main

    main()


@pytest.fixture(scope="module")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo company is made once for this module; its rooms are closed after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
    st.cache_resource.clear()


@pytest.fixture
def quiet_company(_own_cache: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same company with nothing planted."""
    text = (ROOT / "data_sources" / "demo" / "cx.toml").read_text(encoding="utf-8")
    assert 'folder = "demo:"' in text
    config = tmp_path / "cx.toml"
    folder = demo_folder(planted=False)
    config.write_text(text.replace('folder = "demo:"', f'folder = "{folder}"'), encoding="utf-8")
    monkeypatch.setenv("CX_CONFIG", str(config))


def opened(page: str = "", parameters: Mapping[str, str | list[str]] | None = None) -> AppTest:
    """A page of the app by its address, as a link opens it."""
    at = AppTest.from_function(whole_app, default_timeout=120)
    at._page_hash = calc_hash(page) if page else ""  # switch_page knows pages that are files only
    for name, value in (parameters or {}).items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    """Everything that is said, tables too, without Markdown's escapes."""
    kinds = (at.title, at.subheader, at.caption, at.markdown, at.info, at.warning)
    said = "\n".join(element.value for kind in kinds for element in kind)
    tables = "\n".join(table.value.to_string() for table in at.table)
    return re.sub(r"\\(.)", r"\1", f"{said}\n{tables}").replace("\u2060", "")


def labels(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", "\n".join(button.label for button in at.button))


@pytest.mark.usefixtures("_own_cache")
class TestPlanted:
    """Each truth of data_sources/demo/truths.py."""

    @pytest.fixture(scope="class")
    def review(self, _own_cache: None) -> AppTest:
        return opened()

    def test_the_installation_failure_is_the_headline_and_a_signal_to_open(self, review: AppTest) -> None:
        truth = truths.INSTALLATION_FAILURE
        said = re.sub(r"\\(.)", r"\1", review.title[0].value)
        assert re.match(r"NPS fell \d+ points (from its usual \d+ )?to \d+\.", said)
        assert truth.touchpoint in said.lower() and truth.region in said
        assert f"{truth.touchpoint} · {truth.region}" in labels(review)

    def test_the_mix_shift_is_told_as_one(self, review: AppTest) -> None:
        truth = truths.MIX_SHIFT
        told = [line for line in words(review).splitlines() if re.search(r"although .+ improved", line)]
        assert told, "a total that falls while its parts improve is said in a sentence"
        assert truth.region in told[0] and truth.segment in told[0]

    def test_the_silent_touchpoint_is_stale_on_the_review_and_on_data_health(self, review: AppTest) -> None:
        touchpoint = truths.SILENT_TOUCHPOINT.touchpoint
        assert f"**{touchpoint}** is stale" in words(review)
        health = opened(links.DATA_HEALTH)
        assert touchpoint.capitalize() in health.title[0].value
        assert "stale: silent since" in words(health)

    def test_the_competitor_that_overtook_us_is_named_with_the_product(self, review: AppTest) -> None:
        truth = truths.OVERTAKING
        assert re.search(rf"{truth.company} overtook us\W+in {truth.product}", words(review))

    def test_the_app_release_is_on_the_metric_page_as_an_event_and_an_improvement(self) -> None:
        truth = truths.APP_RELEASE
        slice_ = f"touchpoint:{truth.touchpoint}"
        at = opened(links.METRIC, {"metric": truth.metric, "slice": [slice_]})
        assert truth.label in words(at)
        assert at.title[0].value.startswith("Ease is")
        found = re.search(r"same week last year\s+(−?\d+)\s+([+−]\d+)", words(at))
        assert found, "the metric is held against the same week last year"
        low, high = truth.rise
        assert 0.5 * low <= int(found.group(2).replace("−", "-")) <= 1.5 * high

    def test_customers_name_the_employee_who_helped(self) -> None:
        truth = truths.HELPFUL_EMPLOYEE
        at = opened(links.VOICES, {"metric": "nps", "slice": [f"touchpoint:{truth.touchpoints[0]}"]})
        assert truth.name in " ".join(table.value.to_string() for table in at.table), "as a phrase that stands out"
        searched = opened(links.VOICES, {"metric": "nps", "search": truth.name})
        quotes = [element.value for element in searched.markdown if "“" in element.value]
        assert quotes and all(truth.name.lower() in quote.lower() for quote in quotes)

    def test_the_slice_that_hardly_answers_shows_no_number(self) -> None:
        truth = truths.TOO_FEW
        where = [f"region:{truth.region}", f"segment:{truth.segment}"]
        at = opened(links.METRIC, {"metric": "nps", "slice": where})
        assert "too few" in at.title[0].value
        voices = opened(links.VOICES, {"metric": "nps", "slice": where})
        assert "too few" in voices.title[0].value.lower()
        assert not [element for element in voices.markdown if "“" in element.value]

    def test_every_card_has_its_interval_its_n_and_its_comparators(self, review: AppTest) -> None:
        said = words(review)
        assert len(review.metric) == 5
        assert len(re.findall(r"n [\d,]+", said)) >= 5
        assert said.count("last week") >= 5 and said.count("same week last year") >= 5
        assert said.count("hoped for") >= 5

    def test_a_story_is_one_click_from_the_review(self, review: AppTest) -> None:
        openers = [button for button in review.button if "story" in button.label]
        assert len(openers) == 3
        at = openers[0].click().run()
        assert not at.exception
        assert "this is what led here" in words(at)


@pytest.mark.usefixtures("quiet_company")
def test_where_nothing_is_planted_the_review_says_that_nothing_stands_out() -> None:
    at = opened()
    said = words(at)
    assert len(at.metric) == 5, "all numbers are there"
    assert not re.search(r"\b(fell|rose|dropped|jumped)\b", at.title[0].value), at.title[0].value
    assert "signal: concern" not in said and "signal: improvement" not in said
    assert "overtook" not in said
    assert "is stale" not in said
    assert "the mix of answers changed" not in said
    assert truths.HELPFUL_EMPLOYEE.name not in said


def test_a_wrong_configuration_is_listed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "cx.toml"
    config.write_text(
        'compny = "X"\n[sources.files]\nfolder = "nowhere"\n[responses]\nsource = "file"\n', encoding="utf-8"
    )
    monkeypatch.setenv("CX_CONFIG", str(config))
    at = AppTest.from_function(whole_app, default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value == "The configuration needs attention."
    said = words(at)
    for word in ("compny", "company", "responses.source", "metrics"):
        assert word in said, word
    st.cache_resource.clear()
