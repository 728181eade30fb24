"""Digits in a text: runs of them, their groups, and every stretch of groups that may be one number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from data_sources.masking import contexts
from data_sources.masking.kinds import blanked

FEWEST, MOST = 5, 34
"""Digits of a number that may be personal: a short customer number; a run of card and account together."""
LONG = 10
"""Digits of a telephone number with its area."""
MOST_GROUPS = 32
"""A run of more groups, or of more than MOST_DIGITS digits, is no number that somebody has, or hides one."""
MOST_DIGITS = 100
MOST_RUNS = 200
"""Runs that are looked at one by one; no comment has more, and one that has is made to be slow."""

WORTH = re.compile(r"\d(?:(?:[^\w\n]|_){0,3}\d){4}")
RUN = re.compile(r"[+(]{0,2}\d(?:[ \t./()·_*'-]{0,3}\d)*")
GROUP = re.compile(r"\d+")

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)?\d\d"
_DATE = (
    rf"(?:{_DAY}[./-]{_MONTH}|{_MONTH}[./-]{_DAY})[./-](?:{_YEAR})|(?:19|20)\d\d[./-]{_MONTH}[./-]{_DAY}"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_TIME = r"(?:[01]?\d|2[0-4])[:h][0-5]\d(?::[0-5]\d)?"
_MONEY = r"(?:[£$€¥₹]|\b(?:rs|eur|usd|gbp|chf|sek|idr)\.?)\s?\d{1,3}(?:[.,' ]?\d{3}){0,4}(?:[.,]\d{1,2})?"
_UNIT = r"(?:€|£|\$|%|kr\b|zł|eur|usd|gbp|chf|idr|euro|dollar|pound|rupee|rupiah|peso|reais|franc|krono|złot)"
_WORTH = rf"\d{{1,3}}(?:[.,' ]?\d{{3}}){{0,4}}(?:[.,]\d{{1,2}})?\s?(?={_UNIT})"
_GROUPED = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d+)?"
_DECIMAL = r"\d{1,7}[.,]\d{1,2}"
QUIET = re.compile(
    rf"(?<![\d./+-])(?:{_DATE}|{_TIME}|{_WORTH}|{_GROUPED}|{_DECIMAL})(?![./,-]?\d)|(?<!\w){_MONEY}(?![./-]?\d)", re.I
)
"""Dates, times of day and amounts: what a number may be that nobody has."""


@dataclass(frozen=True)
class Number:
    """A stretch of groups of one run. `raw` as written, `said` what stands before it, in lower case; `whole` that
    nothing of the run is left on either side but what a space parts, `alone` that nothing is."""

    start: int
    end: int
    raw: str
    sizes: tuple[int, ...]
    said: str
    whole: bool
    alone: bool

    @cached_property
    def digits(self) -> str:
        """Its digits alone."""
        return "".join(char for char in self.raw if char.isdigit())

    @cached_property
    def of_order(self) -> bool:
        """Whether the words before it call it an order, a case, an invoice."""
        return contexts.ORDER.search(self.said) is not None

    def told(self, words: re.Pattern[str]) -> bool:
        """Whether such words stand before it, and no word for an order nearer."""
        return contexts.nearer(words, contexts.ORDER, self.said)


@dataclass(frozen=True)
class Run:
    """Digits with no letters between them."""

    start: int
    end: int
    groups: tuple[tuple[int, int], ...]

    @property
    def excessive(self) -> bool:
        """Whether it is longer than any number or list of numbers."""
        return len(self.groups) > MOST_GROUPS or self.digits > MOST_DIGITS

    @property
    def digits(self) -> int:
        """How many digits it holds."""
        return sum(end - start for start, end in self.groups)

    def from_group(self, first: int, text: str, lower: str) -> Iterator[Number]:
        """Every number that begins with a group, the longest first."""
        begin = self.groups[first][0]
        while begin > self.start and text[begin - 1] in "+(" and (first == 0 or begin > self.groups[first - 1][1]):
            begin -= 1
        said = contexts.before(lower, begin)
        sizes = [end - start for start, end in self.groups[first:]]
        for last in range(len(sizes), 0, -1):
            if FEWEST <= sum(sizes[:last]) <= MOST:
                end = self.groups[first + last - 1][1]
                before = self.groups[first - 1][1] if first else None
                after = self.groups[first + last][0] if first + last < len(self.groups) else None
                parted = [
                    before is None or text[before:begin].isspace(),
                    after is None or text[end:after].isspace(),
                ]
                alone = before is None and after is None
                yield Number(begin, end, text[begin:end], tuple(sizes[:last]), said, all(parted), alone)


def runs(text: str, lower: str) -> list[Run]:
    """The runs that hold a number worth a look, in order, without dates, times and amounts."""
    if not WORTH.search(text):
        return []
    kept = blanked(text, _quiet(text, lower))
    found = []
    for match in RUN.finditer(kept):
        start, end = match.span()
        groups = tuple(group.span() for group in GROUP.finditer(kept, start, end))
        run = Run(start, end, groups)
        if run.digits >= FEWEST and not _glued(kept, run):
            found.append(run)
    return found


def _quiet(text: str, lower: str) -> Iterator[tuple[int, int]]:
    for match in QUIET.finditer(text):
        said = contexts.before(lower, match.start())
        if contexts.SORT.search(said) is None:
            yield match.span()


def _glued(text: str, run: Run) -> bool:
    """Whether letters stand at it: a part of "1Z999AA10123456784" or "INV-2024-000187". Letters behind a number as
    long as those of telephones are a forgotten space."""
    start, end = run.start, run.end
    before = text[start - 1 : start]
    joined = before in ("-", "_") and text[start - 2 : start - 1].isalnum()
    return before.isalnum() or joined or (text[end : end + 1].isalpha() and run.digits < LONG)
