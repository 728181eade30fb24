"""E-mail addresses, also as people write them for people: "ana (at) mail dot com"."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 64
"""Characters before the sign (RFC 5321, 4.5.3.1.1); of longer ones the last are read."""
LOCAL = frozenset(".!#$%&'*+=?^_{|}~-")
"""What stands before the sign beside letters and digits (RFC 5322, 3.4.1), without "/" and "`"."""

_DOT_WORD = r"(?:dot|punkt|punto|point|punt|ponto|kropka|pkt)"
_AT_WORD = r"(?:at|arroba|arobase|ät|chiocciola|małpa|apenstaartje|snabel-?a)"
_OPEN, _SHUT = r"[\[({<]\s?", r"\s?[\])}>]"
AT = re.compile(rf"@|{_OPEN}(?:{_AT_WORD}|@){_SHUT}|(?<=\s){_AT_WORD}(?=\s)", re.I)

_LABEL = r"[^\W_][\w-]{0,62}"
_SAID_DOT = rf"(?:\s?{_OPEN}(?:{_DOT_WORD}|\.){_SHUT}\s?|\s{{1,2}}{_DOT_WORD}\s{{1,2}})"
_ENDS = r"(?:com|org|net|info|edu|gov|eu|co\s?\.\s?uk|uk|example)\b"
WRITTEN = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{1,6}}")
_TOP = r"(?:com|org|net|info|edu|gov|biz|name|museum|[a-z]{2})\b"
SAID = re.compile(rf"{_LABEL}(?:(?:\.|{_SAID_DOT}){_LABEL}){{0,4}}{_SAID_DOT}{_TOP}", re.I)
SPACED = re.compile(rf"{_LABEL}(?:\s?\.\s?{_LABEL}){{0,3}}?\s?\.\s?{_ENDS}", re.I)
"""A host name with dots, with words for its dots, and with spaces beside its dots (then only with a usual end)."""
SAID_BEFORE = re.compile(rf"[\w-]{{1,30}}{_SAID_DOT}$", re.I)

_SAID = (
    "dot", "punkt", "punto", "point", "punt", "ponto", "kropka", "pkt", "at)", "at]", "at}", "at>", "ät)", "ät]",
    "at )", "at ]", "arroba", "arobase", "chiocciola", "małpa", "staartje", "snabel",
)  # fmt: skip
"""Without an @, one of these is in every address: a cheap look before the patterns."""


def emails(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses are, in order."""
    if "@" not in lower and not any(map(lower.__contains__, _SAID)):
        return
    done = 0
    for sign in AT.finditer(text):
        host = _host(text, sign)
        start = _start(text, sign.start(), done)
        if host is not None and start is not None:
            done = host
            yield start, done


def _host(text: str, sign: re.Match[str]) -> int | None:
    """Where the host name behind the sign ends; None where there is none. A sign that is a common word ("at") needs
    words for the dots too."""
    at = sign.end()
    while at < len(text) and at < sign.end() + 2 and text[at].isspace():
        at += 1
    is_word = sign.group()[0].isalpha()
    tried = (SAID,) if is_word and sign.group().lower() == "at" else (SAID, WRITTEN, SPACED)
    ends = [found.end() for found in (pattern.match(text, at) for pattern in tried) if found is not None]
    return max(ends, default=None)


def _start(text: str, sign: int, done: int) -> int | None:
    """Where the part before the sign begins; None where there is none."""
    end = sign
    while end > done and end > sign - 2 and text[end - 1].isspace():
        end -= 1
    start = end
    while start > done and start > end - LONGEST and (text[start - 1].isalnum() or text[start - 1] in LOCAL):
        start -= 1
    while start < end and not text[start].isalnum():
        start += 1
    for _ in range(3):
        before = SAID_BEFORE.search(text, max(done, start - 45), start)
        if before is None:
            break
        start = before.start()
    return start if start < end else None
