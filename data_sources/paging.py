"""Paging by key: the next page begins after the last row of this one, whatever has been added meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

import sqlalchemy as sa

from data_sources.dialects import OddTime, as_datetime
from data_sources.keys import LARGEST, raw, stored
from data_sources.tables import Dataset
from data_sources.voice_rows import Rows, score
from metrics.bands import Band, band
from metrics.metric import Metric
from metrics.periods import Period
from metrics.slice_of import Slice

DAY = timedelta(days=1)
WRITTEN = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-5])(:?\d\d(:\d\d)?)?)?)?", re.ASCII
)
"""The ways of ISO 8601 in which databases write a time and all read one (PostgreSQL: offsets below 16 h)."""
UNFIT = re.compile("[\0\ud800-\udfff]")
"""What no driver sends: PostgreSQL's text has no NUL, UTF-8 no halves of letters."""
MARGIN = 4
"""The newest rows are looked for in four times the time that holds them on average: quiet days are not rare."""


class Order(StrEnum):
    """In which order comments are read; the words of the address."""

    NEWEST = "newest"
    LOWEST = "lowest"
    HIGHEST = "highest"
    RANDOM = "random"


class NoSuchPlace(ValueError):  # noqa: N818  named for what is the case
    """An address names a place to go on reading from that is none."""

    def __init__(self) -> None:
        super().__init__("The address names no place in these comments: start from the first page.")


Value = datetime | date | str | int | float


def place_text(values: tuple[Value, ...]) -> str:
    """The key of a row as text for an address."""
    return json.dumps([[_letter(value), _plain(value)] for value in values], separators=(",", ":"), ensure_ascii=False)


def place_of(text: str, length: int) -> tuple[Value, ...]:
    """The key that `place_text` wrote. Raises NoSuchPlace."""
    readers: dict[str, Callable[[str], Value]] = {
        "t": datetime.fromisoformat,
        "d": date.fromisoformat,
        "s": str,
        "i": int,
        "f": float,
    }
    try:
        values: tuple[Value, ...] = tuple(readers[letter](value) for letter, value in json.loads(text))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise NoSuchPlace from error
    if len(values) != length or not all(map(_fits, values)):
        raise NoSuchPlace
    return values


def _fits(value: Value) -> bool:
    if isinstance(value, str):
        return UNFIT.search(value) is None
    return not isinstance(value, int) or abs(value) <= LARGEST


def _letter(value: Value) -> str:
    kinds: tuple[tuple[type, str], ...] = ((datetime, "t"), (date, "d"), (str, "s"), (int, "i"), (float, "f"))
    return next(letter for kind, letter in kinds if isinstance(value, kind))


def _plain(value: Value) -> str | int | float:
    return value.isoformat() if isinstance(value, date) else value


def require_within(period: Period, order: Order, after: str) -> None:
    """Raises NoSuchPlace for a place whose score is no number, whose time is none, or lies outside the period by more
    than a day (a place may name its time in another zone): some engines cannot even compare a time of the year 9999."""
    *reached, at, _ = place_of(after, 2 if order is Order.NEWEST else 3)
    day = _day_of(at)
    if not all(isinstance(score, int | float) for score in reached):
        raise NoSuchPlace
    if (period.start - day).days > 1 or (day - period.end).days > 1:
        raise NoSuchPlace


def keyed(statement: Rows, dataset: Dataset, metric: Metric, order: Order, after: str | None) -> Rows:
    """The statement in order (extremes: by score, then newest first), continued after a place."""
    time, response = stored(dataset["time"]), dataset["id"]
    newest = [dataset["time"].desc(), response.desc()]
    if order is Order.NEWEST:
        if after is not None:
            place = place_of(after, 2)
            # the first follows from the second, but only the first is a range that an index or a row group can skip by
            statement = statement.where(time <= raw(place[0]), _older(time, response, place))
        return statement.order_by(*newest)
    given = score(dataset, metric)
    if after is not None:
        reached, *rest = place_of(after, 3)
        further = given > raw(reached) if order is Order.LOWEST else given < raw(reached)
        same = sa.and_(given == raw(reached), _older(time, response, tuple(rest)))
        statement = statement.where(sa.or_(further, same))
    return statement.order_by(given.asc() if order is Order.LOWEST else given.desc(), *newest)


@dataclass(frozen=True, slots=True)
class Given:
    """A score, how many rows gave it, and how many of those come with a comment."""

    score: float
    rows: int
    comments: int


@dataclass(frozen=True, slots=True)
class HeardOf:
    """What there is to read in a slice: `scores`, the lowest first, of all bands together, and how many comments its
    band and a search leave (`searched`: there was one, so that `scores` do not count what it finds)."""

    scores: tuple[Given, ...]
    comments: int
    searched: bool = False

    @property
    def responses(self) -> int:
        """All who gave a score: the n on the card."""
        return sum(given.rows for given in self.scores)

    @property
    def distribution(self) -> tuple[tuple[float, int], ...]:
        """How many gave which score."""
        return tuple((given.score, given.rows) for given in self.scores)

    def comments_at(self, score: float) -> int | None:
        """How many comments come with one score; None where a search makes that unknown."""
        return None if self.searched else sum(given.comments for given in self.scores if given.score == score)


def last_score(slice_: Slice, order: Order) -> float | None:
    """The score that no comment of the slice lies beyond in this order; None where its band begins behind a cut
    point (scores above 6: there may be a 6.1) or the order is not by score."""
    low, high = slice_.metric.scale
    kept = Band("", "") if slice_.band is None else band(slice_.metric, slice_.band)
    if order is Order.LOWEST:
        return low if kept.low is None else None if kept.above else kept.low
    if order is Order.HIGHEST:
        return high if kept.high is None else kept.high if kept.reaches else None
    return None


def newest_since(period: Period, count: int, of: int | None, after: str | None) -> date | None:
    """The day since when the newest `count` of about `of` rows of a period should be found, with a margin: a column
    store then reads a day and not a year. None where that is no shorter than the period, `of` is not known, or the
    place lies outside the period. Raises NoSuchPlace."""
    last = period.end - DAY if after is None else _day_of(place_of(after, 2)[0])
    if of is None or of <= 0 or not period.start <= last < period.end:
        return None
    days = ceil(MARGIN * count / of * (period.end - period.start).days)
    return last - (days - 1) * DAY if days <= (last - period.start).days else None


def _day_of(value: Value) -> date:
    """The day of the time in a place. Raises NoSuchPlace."""
    if isinstance(value, int | float) or (isinstance(value, str) and WRITTEN.fullmatch(value) is None):
        raise NoSuchPlace
    try:
        at = as_datetime(value)
    except OddTime as error:
        raise NoSuchPlace from error
    if at is None:
        raise NoSuchPlace
    return at.date()


def _older(
    time: sa.ColumnElement[object], response: sa.ColumnElement[object], place: tuple[Value, ...]
) -> sa.ColumnElement[bool]:
    at, name = place
    return sa.or_(time < raw(at), sa.and_(time == raw(at), response < raw(name)))
