"""Paging by key: the next page begins after the last row of this one, whatever has been added meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from data_sources.keys import LARGEST, raw, stored
from data_sources.tables import Dataset
from data_sources.voice_rows import Rows, score
from metrics.metric import Metric


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
    if len(values) != length or any(isinstance(it, int) and abs(it) > LARGEST for it in values):
        raise NoSuchPlace
    return values


def _letter(value: Value) -> str:
    kinds: tuple[tuple[type, str], ...] = ((datetime, "t"), (date, "d"), (str, "s"), (int, "i"), (float, "f"))
    return next(letter for kind, letter in kinds if isinstance(value, kind))


def _plain(value: Value) -> str | int | float:
    return value.isoformat() if isinstance(value, date) else value


def keyed(statement: Rows, dataset: Dataset, metric: Metric, order: Order, after: str | None) -> Rows:
    """The statement in order (extremes: by score, then newest first), continued after a place."""
    time, response = stored(dataset["time"]), dataset["id"]
    newest = [dataset["time"].desc(), response.desc()]
    if order is Order.NEWEST:
        if after is not None:
            statement = statement.where(_older(time, response, place_of(after, 2)))
        return statement.order_by(*newest)
    given = score(dataset, metric)
    if after is not None:
        reached, *rest = place_of(after, 3)
        further = given > raw(reached) if order is Order.LOWEST else given < raw(reached)
        same = sa.and_(given == raw(reached), _older(time, response, tuple(rest)))
        statement = statement.where(sa.or_(further, same))
    return statement.order_by(given.asc() if order is Order.LOWEST else given.desc(), *newest)


def _older(
    time: sa.ColumnElement[object], response: sa.ColumnElement[object], place: tuple[Value, ...]
) -> sa.ColumnElement[bool]:
    at, name = place
    return sa.or_(time < raw(at), sa.and_(time == raw(at), response < raw(name)))
