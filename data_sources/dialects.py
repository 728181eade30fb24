"""Where databases differ: each difference is one named construct, compiled per dialect."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """A point in company-local time.

    SQLite has no time type and compares ISO text, where "2026-01-05" < "2026-01-05 00:00:00" <
    "2026-01-05 00:00:00.000000": a boundary written longer than the stored text would lose rows of its first
    instant. So a midnight is bound as the date alone, which is a prefix of, hence not greater than, every way of
    writing that day ("2026-01-05", "2026-01-05 00:00", "2026-01-05T00:00:00.000Z") and greater than every way of
    writing the day before. Other times are bound to the second, with a fraction only where there is one.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | TypeEngine[datetime]:
        """Text on SQLite, a timestamp without zone elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """A datetime as the dialect compares it."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """A naive datetime, whatever the driver returned; raises OddTime for text that is no time."""
        return as_datetime(value)


class OddTime(ValueError):  # noqa: N818  named for what is the case
    """A text in a column of times that is no ISO 8601 time. Does not hold the text."""

    def __init__(self) -> None:
        super().__init__("a time is text that is not ISO 8601 (2026-01-31 23:59:59)")


def as_datetime(value: object) -> datetime | None:
    """A database's time as a naive datetime: a date is its midnight, text is read as ISO 8601, the wall clock of
    a time with a zone is kept. Raises OddTime for any other text."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        raise OddTime from None


def moment(at: date | datetime) -> sa.BindParameter[datetime]:
    """A point in time to compare a time column with; a date is its first instant."""
    return sa.literal(at if isinstance(at, datetime) else datetime.combine(at, time()), Moment())
