"""Two spellings of a person, after Unicode Standard Annex #15 (normalisation forms) and Technical Standard #39 §4
(confusables): what a keyboard varies is one person, what a forger varies is another or nobody."""

from __future__ import annotations

import pytest

from metrics.identity import identity, written_plainly


@pytest.mark.parametrize(
    "written",
    [
        "ana@larkmere.example",
        "Ana@Larkmere.Example",
        "  ana@larkmere.example\n",
        "ＡＮＡ@larkmere.example",
        "ana＠larkmere.example",
    ],
)
def test_one_person(written: str) -> None:
    assert identity(written) == "ana@larkmere.example"


def test_accents_are_the_same_however_they_are_typed() -> None:
    assert identity("Jose\u0301@x.example") == identity("jos\u00e9@x.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("groß@x.example", "gross@x.example", id="sharp s: case folding makes them one"),
        pytest.param("kıran@x.example", "kiran@x.example", id="dotless i"),
        pytest.param("\u0430na@x.example", "ana@x.example", id="a Cyrillic a"),
        pytest.param("ana@x.example", "ana@x.example.org", id="another domain"),
        pytest.param("ana+1@x.example", "ana@x.example", id="a tag"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("ａna@x.example", id="a full-width letter"),
        pytest.param("\u212aim@x.example", id="the Kelvin sign for a K"),
        pytest.param("ana @x.example", id="a space"),
        pytest.param("ana\u200b@x.example", id="a zero-width space"),
        pytest.param("ana\u202e@x.example", id="a bidirectional override"),
        pytest.param("ana\x00@x.example", id="a null byte"),
        pytest.param("ana@x.example,cco@x.example", id="two at once"),
    ],
)
def test_what_a_forger_writes_is_nobody(written: str) -> None:
    assert not written_plainly(written)


@pytest.mark.parametrize("written", ["Ana@Larkmere.example", "jos\u00e9@x.example", "00u1abcd-ef", "groß@x.example"])
def test_what_people_are_called_is_somebody(written: str) -> None:
    assert written_plainly(written)
