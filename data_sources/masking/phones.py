"""Telephone numbers: Google's libphonenumber (phonenumberslite) says which are."""

from __future__ import annotations

import re

import phonenumbers

from data_sources.masking import contexts
from data_sources.masking.runs import Number

WITH_ZERO = ("GB", "DE", "FR", "NL", "SE", "IT", "BE", "CH", "AT", "IE", "AU", "IN", "TR", "BR", "FI", "ZA", "NZ", "PL")
"""Countries whose national numbers are dialled with a zero first."""
WITHOUT = ("US", "ES", "PT", "PL", "IT", "NO", "DK", "MX", "GR", "CZ")
"""Those whose numbers are not."""
LENGTHS = range(7, 16)
"""Digits: fewer are no number to call from elsewhere, more are not issued (ITU-T E.164)."""
AMERICAN = re.compile(
    r"(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[.-])[2-9]\d\d[.-]\d{4}|\([2-9]\d\d\) ?[2-9]\d\d \d{4}"
)
"""How numbers of the North American plan are written; ten digits of another form need a word before them."""
NATIONAL = range(9, 12)
"""Digits of a number with its zero that needs no word before it: shorter ones look like anything."""
MOST_ASKED = 300
"""Questions to the library about one text (some 50 µs each); past that what looks like a number is one."""
YEARS = re.compile(r"(?:19|20)\d\d(?:[ /-]+(?:19|20)?\d\d)+")


class Phones:
    """The questions about one text."""

    def __init__(self) -> None:
        self.asked = 0

    def is_phone(self, number: Number) -> bool:
        """Whether a number is one to call: of any country with its code; of some with a zero first or written as in
        North America; with a word like "call" before it any that fills the run or that some country has."""
        raw, digits = number.raw, number.digits
        if len(digits) not in LENGTHS or YEARS.fullmatch(raw):
            return False
        if raw.lstrip("(").startswith("+"):
            return self._valid(raw, None) or (number.alone and self._possible(raw))
        if digits.startswith("00") and self._valid(f"+{digits[2:]}", None):
            return True
        return self._is_told(number) or self._is_national(number)

    def _is_told(self, number: Number) -> bool:
        """Whether the words before it call it a number to call, and it can be one."""
        named = contexts.NUMBER.search(number.said) is not None and not number.of_order
        if not (named or number.told(contexts.PHONE)):
            return False
        return number.alone or self._somewhere(number.raw, WITH_ZERO if number.digits[0] == "0" else WITHOUT)

    def _is_national(self, number: Number) -> bool:
        """Whether it is written like a number to call, with no word before it that says what it is."""
        if number.of_order or not number.whole:
            return False
        if number.raw.lstrip("(").startswith("0"):
            return len(number.digits) in NATIONAL and self._somewhere(number.raw, WITH_ZERO)
        return AMERICAN.fullmatch(number.raw) is not None and self._valid(number.raw, "US")

    def _somewhere(self, raw: str, countries: tuple[str, ...]) -> bool:
        return any(self._valid(raw, country) for country in countries)

    def _valid(self, raw: str, country: str | None) -> bool:
        self.asked += 1
        if self.asked > MOST_ASKED:
            return True
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(raw, country))
        except phonenumbers.NumberParseException:
            return False

    def _possible(self, raw: str) -> bool:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(raw, None))
        except phonenumbers.NumberParseException:
            return False
