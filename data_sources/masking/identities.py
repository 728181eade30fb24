"""National identity numbers, checked by python-stdnum where it knows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.ie import pps
from stdnum.it import codicefiscale
from stdnum.mx import curp
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer

from data_sources.masking import contexts
from data_sources.masking.runs import Number

Check = Callable[[str], bool]

WRITTEN: tuple[tuple[re.Pattern[str], Check], ...] = (
    (re.compile(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}"), lambda _: True),  # US Social Security
    (re.compile(r"(?:\d\d)?\d{6}[-+]\d{4}"), lambda raw: personnummer.is_valid(raw) or cpr.is_valid(raw)),
    (re.compile(r"\d{3}\.\d{3}\.\d{3}-\d\d"), cpf.is_valid),
    (re.compile(r"756\.\d{4}\.\d{4}\.\d\d"), ahv.is_valid),
    (re.compile(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"), nn.is_valid),
    (re.compile(r"[12][ .]?\d\d[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?\d\d[ .]?\d{3}[ .]?\d{3}[ .]?\d\d"), nir.is_valid),
)
"""How numbers are written that need no word before them, and their check."""
BARE: tuple[tuple[int, Check], ...] = ((11, pesel.is_valid), (11, fodselsnummer.is_valid), (13, cnp.is_valid))
"""Digits without a space or sign: their number and a check that holds a date, so that one in some 300 passes it."""
TOLD_DIGITS = range(6, 17)
"""Digits of a number that is called an identity number."""

_LETTERED: tuple[tuple[str, Check], ...] = (
    (r"\d{8}[- ]?[A-Za-z]", dni.is_valid),
    (r"[XYZxyz][- ]?\d{7}[- ]?[A-Za-z]", nie.is_valid),
    (r"[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]", lambda _: True),
    (r"[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}[A-Za-z]", codicefiscale.is_valid),
    (r"[A-Za-z]{4}\d{6}[HMhm][A-Za-z]{5}[A-Za-z0-9]\d", curp.is_valid),
    (r"\d{6}[-+A]\d{3}[0-9A-Y]", hetu.is_valid),
    (r"\d{7}[A-Wa-w][A-Ia-iWw]?", pps.is_valid),
)
LETTERED = re.compile(r"(?<![\w-])(?:" + "|".join(f"({pattern})" for pattern, _ in _LETTERED) + r")(?![\w-])")
TOLD = re.compile(r"(?<![\w-])(?=[A-Za-z -]{0,3}\d)(?:[A-Za-z]{1,3}[ -]?)?\d(?:[ -]?\d){5,11}(?: ?[A-Za-z])?(?![\w-])")
"""What is masked behind a word for an identity number, whatever its check says: digits, letters at either end."""


def lettered(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Where identity numbers with letters are, in order: those that their check passes, and any that is called so."""
    spans = {match.span() for match in LETTERED.finditer(text) if _checked(match)}
    spans |= {match.span() for match in TOLD.finditer(text) if _told(match, lower)}
    done = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            done = end
            yield start, end


def is_identity(number: Number) -> bool:
    """Whether a number of digits alone is somebody's identity number."""
    if (
        number.whole
        and not number.of_order
        and any(form.fullmatch(number.raw) and check(number.raw) for form, check in WRITTEN)
    ):
        return True
    if len(number.digits) in TOLD_DIGITS and number.told(contexts.IDENTITY):
        return number.whole
    if number.of_order or not number.whole or len(number.sizes) != 1:
        return False
    return any(len(number.digits) == size and check(number.digits) for size, check in BARE)


def _checked(match: re.Match[str]) -> bool:
    place = match.lastindex or 1
    return _LETTERED[place - 1][1](match.group())


def _told(match: re.Match[str], lower: str) -> bool:
    """Whether digits with a letter are called an identity number, and nothing nearer says that they are an order's."""
    has_letter = any(char.isalpha() for char in match.group())
    said = contexts.before(lower, match.start())
    return has_letter and contexts.nearer(contexts.IDENTITY, contexts.ORDER, said)
