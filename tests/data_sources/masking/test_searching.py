"""What a search may not ask for, and that what remains opens no comment: the meaning is docs/privacy.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources.errors import SearchRefused
from data_sources.masking import Masker, is_personal
from data_sources.paging import Order
from data_sources.verbatims import Verbatims
from metrics.search import matches, parse
from tests.data_sources.engines import ENGINES
from tests.data_sources.voices import raw_rows, slice_, stored_rows, verbatims_of

PERSONAL = [
    "zq@example.org", '"zq@example"', "@example.org", '"ana (at) mail dot com"', "07700900123", '"07700 900123"',
    "+447700900123",
    '"4111 1111"', "4111 1111 1111 1111", "GB82WEST12345698765432", '"GB82 WEST 1234"', "12345", "１２３４５",
    "1.2.3.4.5", "12345678Z",
    '"10 Downing Street"', '"SW1A 2AA"', "sarah", "Sarah", "SARAH", "Smith", "O'Brien", '"ana lopez"', "-sarah",
    "refund -12345",
    '"mr henderson"', "late Priya",
]  # fmt: skip
ORDINARY = [
    "", "late", '"call centre" -refund', "2024", "2019 2020", "O2", "BA24", "£1,50", "24/7", "100%", "price",
    "brown", "green", "cook",
    "will", "mark", "rose", "paris", "engineer", "friendly staff", "bill", "überrascht", "x_", "'; drop table",
    "App -happy",
]  # fmt: skip


@pytest.mark.parametrize("typed", PERSONAL)
def test_a_search_for_personal_data_is_refused(typed: str) -> None:
    assert is_personal(parse(typed), Masker())


@pytest.mark.parametrize("typed", ORDINARY)
def test_a_search_for_anything_else_is_not(typed: str) -> None:
    assert not is_personal(parse(typed), Masker())


def test_own_words_may_be_searched_for() -> None:
    assert is_personal(parse("Emma"), Masker())
    assert not is_personal(parse("emma"), Masker(["Emma"]))


HIDDEN = "Rude. Regards, Zebulon Quartermain, zq@example.org, ref 4711 0815 late"
KNOWN = "quartermain"
"""A surname that no list knows: the search for it is not refused."""


@pytest.fixture(params=ENGINES)
def voices(request: pytest.FixtureRequest, tmp_path: Path) -> Verbatims:
    rows = raw_rows()
    rows.loc[rows.index[rows["free_text"].notna()][::7], "free_text"] = HIDDEN
    return verbatims_of(stored_rows(str(request.param), rows, tmp_path, request))


def test_every_way_of_asking_refuses(voices: Verbatims, tmp_path: Path) -> None:
    from data_sources.settings import load_settings

    wanted, search = slice_(load_settings(tmp_path / "cx.toml")), parse("zq@example.org")
    for ask in (voices.count_comments, voices.distribution, voices.heard_of, voices.page, voices.sample):
        with pytest.raises(SearchRefused, match=r"five digits") as refused:
            ask(wanted, search)
        assert "zq" not in str(refused.value)


@pytest.mark.parametrize("order", list(Order))
def test_a_comment_found_by_what_is_masked_is_not_shown(voices: Verbatims, tmp_path: Path, order: Order) -> None:
    from data_sources.settings import load_settings

    wanted = slice_(load_settings(tmp_path / "cx.toml"))
    assert voices.count_comments(wanted, parse(KNOWN)) > 0, "its number remains: docs/privacy.md says so"
    assert voices.page(wanted, parse(KNOWN), order, limit=500).items == ()
    shown = voices.page(wanted, parse("rude"), order, limit=500).items
    assert shown and {item.text for item in shown} == {"Rude. Regards, [name], [e-mail], ref 4711 0815 late"}
    assert all(matches(item.text, parse("rude")) for item in shown)
