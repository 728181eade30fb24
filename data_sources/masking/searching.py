"""A search must not tell what the comments do not: terms that are personal data are refused.

Comments are searched as they were written, in the database. So a search for somebody's number or name would say by its
count whether it occurs, although the comments themselves are shown without it.
"""

from __future__ import annotations

import re

from data_sources.errors import SearchRefused
from data_sources.masking.first_names import common, folded, surnames
from data_sources.masking.masker import Masker
from data_sources.masking.words import BESIDES_NAMES
from metrics.search import Search

MOST_DIGITS = 4
"""Digits of one term: a year, a flight, a room; with one more it may be part of anybody's number."""
MOST_DIGITS_TOGETHER = 8
"""Digits of all terms together: two years. Three groups of a card's four are more."""
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def require_impersonal(search: Search, masker: Masker) -> None:
    """Raises SearchRefused where a term, or all of them together, may be somebody's name, address or number."""
    if is_personal(search, masker):
        raise SearchRefused


def is_personal(search: Search, masker: Masker) -> bool:
    """Whether a search asks for what is masked: a term with an @, with more than MOST_DIGITS digits, that would be
    masked in a comment, or that is a surname and nothing else."""
    terms = [*search.wanted, *search.without]
    digits = [sum(char.isdigit() for char in term) for term in terms]
    if any("@" in term for term in terms) or max(digits, default=0) > MOST_DIGITS or sum(digits) > MOST_DIGITS_TOGETHER:
        return True
    together = [*terms, " ".join(search.wanted), " ".join(search.without)]
    if any(masker.found(form) for term in together for form in (term, term.title(), term.upper())):
        return True
    words = {folded(word.group()) for term in terms for word in WORD.finditer(term)}
    return not words.isdisjoint(surnames() - common() - BESIDES_NAMES - masker.own_words)
