"""The candidates of the three stories: the same comments as page by page, whatever the engine and however many."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources import story_candidates
from data_sources.paging import Order
from data_sources.story_candidates import candidates
from data_sources.verbatims import PAGE, Verbatims
from metrics.sentiment import with_sentiment
from metrics.slice_of import Slice
from metrics.slices import NOT_RECORDED
from tests.data_sources.engines import ENGINES
from tests.data_sources.voices import raw_rows, slice_, stored_rows, verbatims_of

SEED = 202609


def page_by_page(voices: Verbatims, slices: list[Slice]) -> dict[str, str]:
    orders = (Order.LOWEST, Order.HIGHEST, Order.RANDOM)
    pages = [voices.page(one, order=order, seed=SEED) for one in slices for order in orders]
    return {told.id: told.text for page in pages for told in page.items}


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("form", ["wide", "long"])
def test_they_are_the_first_pages_of_every_slice(
    kind: str, form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = stored_rows(kind, raw_rows(size=1_500), tmp_path, request, form)
    voices, whole = verbatims_of(settings), slice_(settings)
    slices = [whole, whole.narrowed("region", "North"), whole.narrowed("touchpoint", NOT_RECORDED)]
    found = candidates(voices, slices, SEED)
    expected = page_by_page(voices, slices)
    assert {told.id: told.text for told in found} == expected
    assert len(found) == len(expected) > 3 * PAGE
    full = {told.id: told for told in voices.page(whole, limit=1_000).items}
    assert all(felt == full[felt.id] for felt in with_sentiment(found)), "with everything that a comment brings with it"


def test_more_comments_than_fit_are_read_page_by_page(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stored_rows("folder", raw_rows(size=1_500), tmp_path, request)
    voices, whole = verbatims_of(settings), slice_(settings)
    slices = [whole, whole.narrowed("region", "North")]
    monkeypatch.setattr(story_candidates, "MOST", 100)
    assert {told.id: told.text for told in candidates(voices, slices, SEED)} == page_by_page(voices, slices)


def test_a_slice_with_too_few_answers_gives_none(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows(size=1_500)
    few = rows.index[:6]
    rows.loc[rows.index >= 6, "region"] = "South"
    rows.loc[few, ["region", "nps", "free_text"]] = ["Öst", 0, "alone"]
    settings = stored_rows("folder", rows, tmp_path, request)
    voices, whole = verbatims_of(settings), slice_(settings)
    alone = whole.narrowed("region", "Öst")
    assert voices.answers([whole, alone])[1] < voices.fewest_answers
    assert candidates(voices, [alone], SEED) == ()
    together = candidates(voices, [whole, alone], SEED)
    assert {told.id for told in together} == set(page_by_page(voices, [whole]))


@pytest.mark.parametrize("kind", ENGINES)
def test_answers_without_a_comment_give_none(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    rows = raw_rows(size=1_500)
    rows["free_text"] = None
    settings = stored_rows(kind, rows, tmp_path, request)
    voices, whole = verbatims_of(settings), slice_(settings)
    assert voices.answers([whole])[0] >= voices.fewest_answers
    assert candidates(voices, [whole], SEED) == ()
