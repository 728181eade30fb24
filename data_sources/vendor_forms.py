"""Our constructs on engines that no test of ours can run, as their documentation has them (tests/data_sources/
test_compiled.py names the page of each)."""

from __future__ import annotations

from string import Formatter
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from data_sources.dialects import DaysBetween
from data_sources.scrambled import BUCKETS, HEX_DIGITS, Drawn
from data_sources.seconds import Seconds
from data_sources.word_match import Contains

FORMS: tuple[tuple[type[FunctionElement[Any]], str, str], ...] = (
    (DaysBetween, "snowflake", "DATEDIFF('day', CAST({0} AS DATE), CAST({1} AS DATE))"),
    (DaysBetween, "bigquery", "DATE_DIFF(CAST({1} AS DATE), CAST({0} AS DATE), DAY)"),
    (DaysBetween, "trino", "date_diff('day', CAST({0} AS DATE), CAST({1} AS DATE))"),
    (DaysBetween, "clickhousedb", "dateDiff('day', toDate({0}), toDate({1}))"),
    (DaysBetween, "mysql", "DATEDIFF({1}, {0})"),
    (DaysBetween, "mariadb", "DATEDIFF({1}, {0})"),
    (DaysBetween, "mssql", "DATEDIFF(day, {0}, {1})"),
    (Seconds, "snowflake", "(DATE_PART(epoch_microsecond, {0}) / 1e6)"),
    (Seconds, "bigquery", "(UNIX_MICROS(TIMESTAMP({0})) / 1e6)"),
    (Seconds, "trino", "to_unixtime({0})"),
    (Seconds, "clickhousedb", "(toUnixTimestamp64Micro(toDateTime64({0}, 6)) / 1e6)"),
    (Seconds, "mysql", "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0}) / 1e6)"),
    (Seconds, "mariadb", "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0}) / 1e6)"),
    (Seconds, "mssql", "(DATEDIFF_BIG(microsecond, '19700101', {0}) / 1e6)"),
    (Contains, "clickhousedb", "(position({1}, {2}) > 0)"),
    (Drawn, "clickhousedb", f"(modulo(sipHash64({{0}}, {{1}}), {BUCKETS}) < {{2}})"),
    (Drawn, "mssql", "(CONVERT(BIGINT, SUBSTRING(HASHBYTES('MD5', CONCAT({0}, ':', {1})), 1, 4)) / 2 < {2})"),
)
"""Construct, dialect, and the text around its arguments."""
HASHED = {
    "bigquery": "SUBSTR(TO_HEX(MD5(CONCAT(CAST({0} AS STRING), ':', '{1}'))), 1, {2})",
    "trino": "substr(lower(to_hex(md5(to_utf8(concat(CAST({0} AS VARCHAR), ':', '{1}'))))), 1, {2})",
}
"""MD5 as hexadecimal text where `md5(text)` is none."""


def _registered(construct: type[FunctionElement[Any]], dialect: str, form: str) -> None:
    used = {int(place) for _, place, *_ in Formatter().parse(form) if place}

    @compiles(construct, dialect)
    def _written(element: FunctionElement[Any], compiler: SQLCompiler, **options: object) -> str:
        parts = enumerate(element.clauses)
        return form.format(*(compiler.process(part, **options) if i in used else "" for i, part in parts))


def _hashed(dialect: str, form: str) -> None:
    @compiles(Drawn, dialect)
    def _written(element: Drawn, compiler: SQLCompiler, **options: object) -> str:
        key, seed, below = (compiler.process(part, **options) for part in element.clauses)
        return f"({form.format(key, seed, HEX_DIGITS)} < '{2 * int(below):0{HEX_DIGITS}x}')"


for _construct, _dialect, _form in FORMS:
    _registered(_construct, _dialect, _form)
for _dialect, _form in HASHED.items():
    _hashed(_dialect, _form)
