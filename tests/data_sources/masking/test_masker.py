"""The masker against what people and attackers write: disguises (Unicode TR 36 and 39), endless texts, own words.

Numbers are the published examples of their kind: Ofcom's and the NANP's numbers for drama, the test cards of payment
companies, the IBAN registry's examples (ISO 13616), the Spanish interior ministry's DNI, the UK Post Office's postcode
of No 10.
"""

from __future__ import annotations

import random
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.demo import demo_folder
from data_sources.masking import Kind, Masker, masked
from data_sources.masking.masker import CUT, LONGEST
from tests.data_sources.masking.labelled import comments

CANARY = (
    "Zebulon Quartermain, zq@example.org, +44 20 7946 0958, 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32, "
    "10 Downing Street, London SW1A 2AA"
)
PARTS = {
    "zq@example.org": "[e-mail]",
    "+44 20 7946 0958": "[phone]",
    "4111 1111 1111 1111": "[card]",
    "GB82 WEST 1234 5698 7654 32": "[account]",
    "12345678Z": "[id]",
    "10 Downing Street, London SW1A 2AA": "[address]",
    "my name is Zebulon Quartermain": "my name is [name]",
}


def test_each_kind_has_its_mark() -> None:
    assert masked(CANARY) == "[name], [e-mail], [phone], [card], [account], [address]"
    for written, shown in PARTS.items():
        assert masked(f"I said {written}; twice.") == f"I said {shown}; twice."


def test_nothing_to_mask_gives_the_very_same_text() -> None:
    for text in ("", " ", "Waited 42 minutes, then the line went dead.", "ÜBERRASCHEND gut, çok iyi", "[name]"):
        assert masked(text) is text


def test_what_is_masked_stays_as_it_is() -> None:
    masker = Masker()
    for part in ("tuned", "held_out"):
        for comment in comments(part):
            once = masker.masked(comment.text)
            assert masker.masked(once) == once


UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u202e\u2066\u00ad\x00\x1b\u0336"
"""Zero-width, bidirectional and control characters, a soft hyphen, a stroke through the letter before."""
DIGITS = (0x0660, 0x06F0, 0x0966, 0xFF10, 0x1D7CE, 0x1D7D8)
"""Arabic, Persian, Devanagari, full-width, bold and double-struck zeros."""


@pytest.mark.parametrize(
    "written", ["+44 20 7946 0958", "4111 1111 1111 1111", "DE89370400440532013000", "zq@example.org"]
)
@pytest.mark.parametrize("char", UNSEEN)
def test_what_cannot_be_seen_hides_nothing(written: str, char: str) -> None:
    for disguised in (char.join(written), written[:4] + char + written[4:], char + written + char):
        shown = masked(f"please {disguised} thanks")
        assert not any(char.isdigit() for char in shown) and "example" not in shown.replace(char, "")
        assert shown.startswith("please ") and shown.endswith(" thanks")


@pytest.mark.parametrize("zero", DIGITS)
@pytest.mark.parametrize("written", ["+44 20 7946 0958", "4111 1111 1111 1111", "DE89370400440532013000"])
def test_digits_of_other_scripts_are_digits(written: str, zero: int) -> None:
    disguised = "".join(chr(zero + int(char)) if char.isdigit() else char for char in written)
    assert not any(char.isdigit() for char in masked(f"take {disguised} now"))


@pytest.mark.parametrize(
    "written",
    [
        "ana (at) mail dot com", "ana[at]mail[dot]com", "ana AT mail DOT com", "ana dot lopez at mail dot co dot uk",
        "ana{at}mail.com", "ana ＠ mail.com", "ana﹫mail．com", "ana arroba mail punto com", "ana @mail.com",
        "ana(a-t)mail.com, ana@mail.com", "ana <at> mail <dot> com",
    ],
)  # fmt: skip
def test_addresses_written_for_people_are_addresses(written: str) -> None:
    assert masked(f"write to {written.rsplit(', ', maxsplit=1)[-1]} please") == "write to [e-mail] please"


@pytest.mark.parametrize("between", [" ", ".", "-", " - ", "  ", "·", "_", " . "])
def test_a_card_is_found_however_its_digits_are_parted(between: str) -> None:
    groups = ("4111", "1111", "1111", "1111")
    assert masked(f"card {between.join(groups)} charged") == "card [card] charged"
    assert masked(f"card {between.join(''.join(groups))} charged") == "card [card] charged"


WORDS = st.sampled_from(
    ["late", "again", "the", "bill", "was", "wrong", "and", "nobody", "called", "on", "Monday", "£12.50", "3", "times",
     "order", "2024-03-19", "never", "arrived", "!", "and,", "(sic)", "…", "42%"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=12), st.sampled_from(sorted(PARTS)))
@settings(max_examples=300, deadline=None)
def test_personal_data_is_found_between_any_words(before: list[str], behind: list[str], written: str) -> None:
    text = " ".join([*before, "so", written, "ok", *behind])
    shown = masked(text)
    for piece in ("zq@", "7946 0958", "1111 1111", "5698 7654", "12345678Z", "Downing", "SW1A", "Quartermain"):
        assert piece not in shown, text
    rest = shown.replace(PARTS[written], "").split()
    assert rest == text.replace(written, "").split(), "and nothing else is masked"


def test_own_words_are_nobodys_names() -> None:
    for own, text in (
        ("Sarah Tariff", "I chose Sarah Tariff again."),
        ("Emma", "Emma is the best tariff."),
        ("Anderson Mobile", "I spoke to Anderson Mobile and switched."),
    ):
        assert "[name]" in masked(text)
        assert Masker([own]).masked(text) == text
    assert Masker(["Emma"]).masked("Emma, zq@example.org") == "Emma, [e-mail]", "names only"


def test_a_gap_is_left_where_words_are_counted() -> None:
    assert Masker().bare("Sarah rang +44 20 7946 0958 twice") == "… rang … twice"


# -- endless texts ------------------------------------------------------------------------------------------------

SECONDS = 1.0
"""Of one text, on a busy machine: measured are 0.2 s for the worst of these."""
HOSTILE = [
    "4", "4 ", "4.1", "+44 ", "(", "((((4", "@", "a@b.c", "a at b dot ", "a.b.", "Ana ", "Xa ", "Mr X. ",
    "my name is ", "van der ",
    "1 Street ", "1 A A A A ", "12 A Street, London ", "1 rue de la de la ", "calle A ", "Calle de la de la A 1 ",
    "call 07700 900123, ",
    "0207 946 0958 ", "GB82 WEST ", "GB82", "iban GB82 1111 ", "a", "A", " ", "\n", "\u200b", "4\u200b",
    "a\u0300\u0301", "４", "😀",
    "SW1A 2AA ", "PO Box 1 ", "Best, Rob\n", "-", "order number ", "customer number is is is ", "number 123456 ",
    "phone phone phone 1234567 ", "4111 1111 1111 1111 ", "1/", "12/03/2024 ", "£1,250.00 ", "A, TX 12345 ",
    "AB 12 34 56 C ",
    "(at) (dot) ", "\x00", "\ud800", "İ", "Xstraße 1 ", "Aweg ", "1-1-1-", "O'", "a-", "Aa-", "X. ", "de ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_takes_bounded_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    begun = time.process_time()
    shown = masked(text)
    took = time.process_time() - begun
    assert took < SECONDS
    assert len(shown) <= 2 * LONGEST


@pytest.mark.parametrize("shift", range(0, len(CANARY) + 2, 3))
def test_no_match_is_cut_in_two(shift: int) -> None:
    """Whatever stands across the end of what is read."""
    filler = "late again " * LONGEST
    text = filler[: LONGEST - shift - 1] + " " + CANARY + " and so on" * 1_000
    shown = masked(text)
    assert shown.endswith(CUT)
    for piece in ("zq@", "example", "7946", "0958", "1111", "5698", "7654", "Downing", "SW1A"):
        assert piece not in shown


# -- what it costs ------------------------------------------------------------------------------------------------

MANY_SECONDS, PAGE_SECONDS = 0.3, 0.002
"""CPU seconds for 5,000 ordinary comments, as many as themes are found in, and for the 20 of a page."""


def test_masking_costs_little() -> None:
    texts = pd.read_parquet(demo_folder() / "responses.parquet", columns=["free_text"])["free_text"]
    said = random.Random(1).sample([text for text in texts.dropna() if text], 5_000)
    masker = Masker()
    masker.masked("Ana")  # the lists are read once
    many = min(_cpu(masker, said) for _ in range(8))  # the quietest: other tests share caches and cores
    page = min(_cpu(masker, said[i : i + 20]) for i in range(0, 400, 20))
    print(f"\n5,000 comments {1000 * many:.0f} ms CPU, a page of 20 {1000 * page:.2f} ms")
    assert many < MANY_SECONDS
    assert page < PAGE_SECONDS


def _cpu(masker: Masker, said: list[str]) -> float:
    begun = time.process_time()
    for text in said:
        masker.masked(text)
    return time.process_time() - begun


def test_spans_lie_in_the_text_as_it_was_written() -> None:
    text = "ring \u200b+44\u200b 20\u00a07946 ０９５８ now"
    (span,) = Masker().found(text)
    assert span.kind is Kind.PHONE
    assert text[span.start : span.end].startswith("+44") and text[span.start : span.end].endswith("８")
