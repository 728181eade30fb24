"""Account numbers: IBAN (ISO 13616, checked by python-stdnum), and national ones where the words before them say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban

from data_sources.masking import contexts
from data_sources.masking.runs import Number

IBAN = re.compile(r"(?<![^\W_])(?=([A-Za-z]{2}[ .-]?\d ?\d(?:[ .-]{0,2}[A-Za-z0-9]){11,30}))")
"""Looked for at every place: two letters and two digits before an IBAN must not hide it."""
LENGTHS = range(34, 14, -1)
"""Characters of an IBAN, Malta's 31 and the longest possible; Norway's 15 is the shortest."""
BANK_DIGITS, CUSTOMER_DIGITS = range(6, 25), range(5, 16)
SORT_CODE = re.compile(r"\d\d-?\d\d-?\d\d|\d{3}-\d{3}|\d{4,5}")
SORT_AND_ACCOUNT = re.compile(r"\d\d-\d\d-\d\d[ ,/]{1,3}\d{8}")


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Where IBANs are, in order; one that breaks its check digits counts where it is called so."""
    done = 0
    for match in IBAN.finditer(text):
        start, end = match.span(1)
        if start < done:
            continue
        places = [place for place in range(start, end) if text[place].isalnum()]
        whole = "".join(text[place] for place in places)
        lengths = [n for n in LENGTHS if n <= len(whole) and iban.is_valid(whole[:n], check_country=False)]
        if lengths:
            done = places[lengths[0] - 1] + 1
            yield start, done
        elif "iban" in text[max(0, start - 12) : start].lower():
            done = _in_fours(text, start, end)
            yield start, done


def is_account(number: Number) -> bool:
    """Whether a number is an account's or a customer's."""
    n = len(number.digits)
    if SORT_AND_ACCOUNT.fullmatch(number.raw):
        return True
    if contexts.SORT.search(number.said) and number.whole:
        return SORT_CODE.fullmatch(number.raw) is not None or n == len("20000055779911")
    if n in BANK_DIGITS and number.told(contexts.BANK):
        return number.whole
    return n in CUSTOMER_DIGITS and number.whole and contexts.CUSTOMER.search(number.said) is not None


def _in_fours(text: str, start: int, end: int) -> int:
    """Where a mistyped IBAN ends: before the first word without a digit behind its first two groups."""
    for word in re.finditer(r"\S+", text[start:end]):
        if word.start() > len("GB82 WEST") and not any(char.isdigit() for char in word.group()):
            return start + word.start() - 1
    return end
