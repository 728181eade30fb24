"""The search box: a table of what is typed, what it means and what it finds; and laws of marks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.search import LONGEST, SEPARATORS, Search, marks, matches, normalised, parse, plain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Search()),
        ("  ", Search()),
        ("late", Search(words=("late",))),
        ("late engineer", Search(words=("late", "engineer"))),
        ('"call centre" late', Search(words=("late",), phrases=("call centre",))),
        ("“call centre”", Search(phrases=("call centre",))),
        ("„nicht gut“", Search(phrases=("nicht gut",))),
        ("late −refund -app –bill", Search(words=("late",), without=("refund", "app", "bill"))),
        ('-"no show"', Search(without=("no show",))),
        ("on-hold - late", Search(words=("on-hold", "late"))),
        ("late LATE Late", Search(words=("late",))),
        ('"never closed', Search(phrases=("never closed",))),
        ('... !! "" -"" "?"', Search()),
        ("50% a_b c\\d .*", Search(words=("50%", "a_b", "c\\d"))),
    ],
)
def test_what_is_typed_is_what_is_meant(typed: str, meant: Search) -> None:
    assert parse(typed) == meant


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("app", "The App crashed", True),
        ("app", "two apps", True),
        ("app", "not happy", False),
        ("app", "(app)", True),
        ("app", "web/app", True),
        ("on-hold", "left me on hold", True),
        ('"on hold"', "on-hold for ages", True),
        ('"on hold"', "hold on", False),
        ("don't", "I don’t know", True),
        ("ÜBER", "überhaupt nicht", True),
        ("über", "ÜBERHAUPT", True),
        ("çok", "ÇOK iyi", True),
        ("late -refund", "late, and no refund", False),
        ("late -refund", "late", True),
        ("50%", "50% off", True),
        ("50%", "500 off", False),
        ("a_b", "axb", False),
        (".*", "anything", True),
        ("", "anything", True),
        ("İstanbul", "İSTANBUL İstanbul", True),
    ],
)
def test_what_a_search_finds(typed: str, text: str, found: bool) -> None:
    assert matches(text, parse(typed)) is found


def test_it_is_said_in_words() -> None:
    assert parse('late don\'t "call centre" -refund -app').in_words() == (
        "with “late”, “don't” and “call centre”, without “refund” or “app”"
    )
    assert parse("-refund").in_words() == "without “refund”"
    assert parse("").in_words() == ""


def test_marks_are_where_the_terms_are() -> None:
    text = "LATE again. Late call-centre, not plate"
    found = [text[a:b] for a, b in marks(text, parse('late "call centre" again'))]
    assert found == ["LATE", "again", "Late", "call-centre"]
    assert marks("on on on", parse('"on on"')) == ((0, 8),)
    assert marks(text, parse("-late")) == ()


TEXTS = st.text(alphabet="aAbBüÜİß çÇ.-'\n%_", max_size=40)


@given(TEXTS, TEXTS)
def test_a_marked_text_is_a_found_text(text: str, typed: str) -> None:
    search = parse(typed)
    spans = marks(text, search)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    for a, b in spans:
        assert a == 0 or text[a - 1] in SEPARATORS
        assert any(plain(text[a:b]).startswith(plain(term)) for term in search.wanted)
    if search.wanted and matches(text, search):
        assert spans


@given(st.text())
def test_normalising_keeps_every_place(text: str) -> None:
    assert len(normalised(text)) == len(text)


@given(st.text(max_size=3 * LONGEST))
def test_anything_can_be_typed(typed: str) -> None:
    search = parse(typed)
    assert sum(map(len, (*search.wanted, *search.without))) <= LONGEST
    assert parse(typed) == search
