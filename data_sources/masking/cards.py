"""Card numbers: ISO/IEC 7812, checked by the Luhn formula (python-stdnum)."""

from __future__ import annotations

from stdnum import luhn

from data_sources.masking import contexts
from data_sources.masking.runs import Number

LENGTHS = range(13, 20)
"""Digits of a card number (ISO/IEC 7812-1; 13 to 19 are issued)."""
ISSUERS = "23456"
"""First digits of payment cards."""
GROUP = 4
PRINTED = ((4, 6, 5), (4, 6, 4))
"""Groups on American Express and Diners cards; others print fours."""


def is_card(number: Number) -> bool:
    """Whether a number is a card's: the Luhn formula holds and it is written like one; one that breaks the formula
    (a slip of the pen) where the words before it speak of a card."""
    if len(number.digits) not in LENGTHS or number.digits[0] not in ISSUERS:
        return False
    told = number.told(contexts.CARD)
    if not (told or _printed(number.sizes)):
        return False
    return luhn.is_valid(number.digits) or (told and number.whole and len(number.digits) in (15, 16))


def _printed(sizes: tuple[int, ...]) -> bool:
    in_fours = all(size == GROUP for size in sizes[:-1]) and sizes[-1] <= GROUP
    return len(sizes) == 1 or sizes in PRINTED or in_fours or set(sizes) == {1}
