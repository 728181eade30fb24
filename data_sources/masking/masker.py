"""Personal data in what customers write, found and replaced by marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from data_sources.masking.accounts import ibans, is_account
from data_sources.masking.addresses import addresses
from data_sources.masking.cards import is_card
from data_sources.masking.emails import emails
from data_sources.masking.identities import is_identity, lettered
from data_sources.masking.kinds import Kind, Span, blanked, replaced
from data_sources.masking.names import names
from data_sources.masking.phones import Phones
from data_sources.masking.plain_text import plain, with_digits
from data_sources.masking.runs import MOST_RUNS, Run, runs
from data_sources.masking.text_words import by_first_word
from data_sources.masking.words import KEPT

DIGIT = re.compile(r"\d")
SEVERAL = re.compile(r"\d(?:(?:[^\w\n]|_){0,3}[A-Za-z]?\d){4}")
"""Five digits near each other: fewer are no number of a person's."""


LONGEST = 10_000
"""Characters of a text that are read, twice what a page shows of one (components/text.py): the rest is left out, so
that a megabyte costs no more than a long comment."""
BEYOND = 500
"""Characters read behind that, for a match that began before: the longest address has fewer."""
CUT = " …"


class Masker:
    """Masks texts. `kept` are the company's own words (values of dimensions, stages, touchpoints, competitors), which
    are never taken for somebody's name."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        self._kept = by_first_word([*KEPT, *kept])
        self.own_words = frozenset(word for phrases in self._kept.values() for phrase in phrases for word in phrase)

    def masked(self, text: str) -> str:
        """The text with a mark in the place of each name, e-mail address, phone, card, account and identity number
        and postal address; the very same text where there is none. "" stays "". Of an endless one the first LONGEST
        characters, with what begins among them."""
        text, spans = self._read(text)
        return replaced(text, spans) if spans else text

    def bare(self, text: str) -> str:
        """The same for counting words: what is masked leaves a gap, not a word."""
        text, spans = self._read(text)
        return replaced(text, spans, marked=False) if spans else text

    def _read(self, text: str) -> tuple[str, list[Span]]:
        """What is read of a text, and what is to be masked in it: cut where no match is."""
        if len(text) <= LONGEST:
            return text, self.found(text)
        spans = [span for span in self.found(text[: LONGEST + BEYOND]) if span.start < LONGEST]
        end = max(LONGEST, spans[-1].end) if spans else LONGEST
        return f"{text[:end]}{CUT}", spans

    def found(self, text: str) -> list[Span]:
        """Where personal data is in a text, in order and not overlapping."""
        seen, places = plain(text)
        found = sorted(self._found(seen))
        if places is None:
            return found
        return [Span(places[start], places[end - 1] + 1, kind) for start, end, kind in found]

    def _found(self, text: str) -> Iterator[Span]:
        """Kind after kind, the surest first; what one kind took the next does not see."""
        lower = text.lower()
        lower = lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        mails = list(emails(text, lower))
        if mails:
            yield from (Span(*span, Kind.EMAIL) for span in mails)
            text, lower = blanked(text, mails), blanked(lower, mails)
        if DIGIT.search(text):
            several = SEVERAL.search(with_digits(text))
            for spans in (_ibans, _lettered, _numbers, _addresses) if several else (_addresses,):
                these = spans(text, lower)
                if these:
                    yield from these
                    taken = [(start, end) for start, end, _ in these]
                    text, lower = blanked(text, taken), blanked(lower, taken)
        yield from (Span(*span, Kind.NAME) for span in names(text, lower, self._kept))


def _ibans(text: str, _lower: str) -> list[Span]:
    return [Span(*span, Kind.ACCOUNT) for span in ibans(text)]


def _lettered(text: str, lower: str) -> list[Span]:
    return [Span(*span, Kind.ID) for span in lettered(text, lower)]


def _addresses(text: str, lower: str) -> list[Span]:
    return [Span(*span, Kind.ADDRESS) for span in addresses(text, lower)]


def _numbers(text: str, lower: str) -> list[Span]:
    """Numbers of digits alone. A text of more runs than anybody writes has all of them masked."""
    text = with_digits(text)
    found, phones = runs(text, lower), Phones()
    if len(found) > MOST_RUNS:
        return [Span(run.start, run.end, Kind.PHONE) for run in found]
    return [span for run in found for span in _of_run(run, text, lower, phones)]


def _of_run(run: Run, text: str, lower: str, phones: Phones) -> Iterator[Span]:
    if run.excessive:
        yield Span(run.start, run.end, Kind.ACCOUNT)
        return
    first = 0
    while first < len(run.groups):
        end = first + 1
        for number in run.from_group(first, text, lower):
            kind = (
                Kind.CARD if is_card(number)
                else Kind.ID if is_identity(number)
                else Kind.ACCOUNT if is_account(number)
                else Kind.PHONE if phones.is_phone(number)
                else None
            )  # fmt: skip
            if kind is not None:
                yield Span(number.start, number.end, kind)
                end = first + len(number.sizes)
                break
        first = end
