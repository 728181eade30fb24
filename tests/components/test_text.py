"""What a customer typed is read, never obeyed: CommonMark, Streamlit's directives, UAX #9 and UAX #15."""

from __future__ import annotations

import re
from time import perf_counter
from unicodedata import combining

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.text import (
    LONGEST,
    LONGEST_LABEL,
    MOST_ALIKE,
    MOST_MARKS,
    WORD_JOINER,
    key_of,
    labels_of,
    plain,
    sendable,
    typed,
)

MARKS = ("\u0301", "\u0316", "\u0334", "\u0489", "\u0e47", "\u05b0", "\u20dd")


def read(shown: str) -> str:
    """What a person reads once Markdown has taken the escapes."""
    return re.sub(r"\\(.)", r"\1", shown).replace(WORD_JOINER, "")


@pytest.mark.parametrize(
    "typed", ["**bold**", "[x](http://a.b)", ":red[y]", "$x$", "<b>", ":material/bug_report:", "a -> b -- c", "www.x.y"]
)
def test_markup_is_read_letter_by_letter(typed: str) -> None:
    shown = plain(typed)
    assert shown != typed
    assert read(shown) == typed


def test_lines_become_one_and_overrides_go() -> None:
    assert plain("one\n two\u202e three\u200b") == "one two three"


@pytest.mark.parametrize(
    "code", [0, 7, 0x1B, 0x7F, 0x85, 0xAD, 0x202E, 0x2067, 0x200B, 0xFEFF, 0xE0041, 0xD800, 0xDFFF]
)
def test_what_nobody_types_is_not_shown_and_can_be_sent(code: int) -> None:
    shown = plain(f"a{chr(code)}b")
    assert shown == "ab"
    assert shown.encode()


@given(st.text(max_size=300))
def test_nothing_readable_is_added_or_lost(text: str) -> None:
    shown = read(plain(text))
    assert "\n" not in shown
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(st.sampled_from(["a", "é", "ก", *MARKS]), max_size=400))
def test_marks_do_not_pile_up(text: str) -> None:
    shown = typed(text)
    runs = re.findall(f"[{''.join(MARKS)}]+", shown)
    for run in runs:
        assert len(run) <= MOST_MARKS
        assert len(set(run)) == len(run)
        assert all(sum(combining(c) == kind for c in run) <= MOST_ALIKE for kind in {combining(c) for c in run} - {0})
    assert [c for c in shown if c not in MARKS] == [c for c in text if c not in MARKS]


@pytest.mark.parametrize(
    "text",
    ["Tiếng Việt", "e\u0323\u0302\u0301", "בְּרֵאשִׁ֖ית", "हिन्दी में", "မြန်မာဘာသာ", "ภาษาไทย ที่นี่", "العَرَبِيَّة"],
)
def test_languages_that_write_with_marks_keep_them(text: str) -> None:
    assert typed(text) == text


def test_an_endless_text_is_cut_and_says_so() -> None:
    begun = perf_counter()
    shown = plain("*long* " * 150_000)
    assert perf_counter() - begun < 1
    assert len(shown) < 2 * LONGEST
    assert read(shown).endswith("(only the first 5,000 characters are shown)")
    assert read(plain("x" * LONGEST)) == "x" * LONGEST


def test_an_address_loses_only_what_no_database_takes() -> None:
    assert sendable("a\0b\ud800 \u202ec\u0301") == "ab \u202ec\u0301"


def test_a_key_is_short_and_tells_apart() -> None:
    texts = ["North", "x" * 1_000_000, "x" * 1_000_001, "y\ud800" * 1_000]
    keys = [key_of(text) for text in texts]
    assert keys[0] == "North"
    assert len(set(keys)) == len(texts)
    assert all(len(key) < 2 * LONGEST_LABEL for key in keys)


def test_labels_of_a_list_tell_all_values_apart() -> None:
    values = ("North", "North\u200b", "N\u202eorth", "x" * 1_000, "x" * 2_000, "South", "")
    labels = labels_of(values)
    assert list(labels) == list(values)
    assert len(set(labels.values())) == len(values)
    assert labels["North"] == "North" and labels["South"] == "South"
    assert all(typed(label) == label and len(label) <= LONGEST_LABEL + 8 for label in labels.values())


def test_a_label_that_stands_for_itself_is_never_given_to_another() -> None:
    """“North (2)” may be a value of its own; the one that is typed plainly keeps its name, wherever it stands."""
    values = ("North\u200b", "North (2)", "North")
    labels = labels_of(values)
    assert labels["North"] == "North" and labels["North (2)"] == "North (2)"
    assert len(set(labels.values())) == len(values)
