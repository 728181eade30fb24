"""A search must not tell what the comments do not: terms that are personal data are refused.

Comments are searched as they were written, in the database. So a search for somebody's number or name would say by its
count whether it occurs, although the comments themselves are shown without it.
"""

from __future__ import annotations

import re
from functools import cache

from data_sources.errors import SearchRefused
from data_sources.masking.first_names import common, folded, surnames
from data_sources.masking.masker import Masker
from data_sources.masking.text_words import WORD
from data_sources.masking.words import BESIDES_NAMES, BESIDES_SURNAMES
from metrics.search import Search

MOST_DIGITS = 4
"""Digits of one term: a year, a flight, a room; with one more it may be part of anybody's number."""
YEAR = re.compile(r"(?:19|20)\d\d")
"""Several terms of digits are parts of one number, unless all of them are years."""


def require_impersonal(search: Search, masker: Masker) -> None:
    """Raises SearchRefused where a term, or all of them together, may be somebody's name, address or number."""
    if is_personal(search, masker):
        raise SearchRefused


def is_personal(search: Search, masker: Masker) -> bool:
    """Whether a search asks for what is masked: a term with an @, with more than MOST_DIGITS digits, that would be
    masked in a comment, or that is a surname and nothing else."""
    terms = [*search.wanted, *search.without]
    numbers = [term for term in terms if any(char.isdigit() for char in term)]
    digits = [sum(char.isdigit() for char in term) for term in numbers]
    of_years = all(YEAR.fullmatch(term) for term in numbers)
    if any("@" in term for term in terms) or max(digits, default=0) > MOST_DIGITS:
        return True
    if sum(digits) > MOST_DIGITS and not of_years:
        return True
    together = [*terms, " ".join(search.wanted), " ".join(search.without)]
    if any(masker.found(form) for term in together for form in (term, term.title(), term.upper())):
        return True
    words = {folded(word.group()) for term in terms for word in WORD.finditer(term)}
    return bool((words & _told_surnames()) - masker.own_words)


@cache
def _told_surnames() -> frozenset[str]:
    """Surnames that are nothing else."""
    return surnames() - common() - BESIDES_NAMES - BESIDES_SURNAMES
