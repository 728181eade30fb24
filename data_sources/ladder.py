"""The CASE that tells in which of several periods a time lies, and how each engine groups by it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal


class Rung(FunctionElement[int]):
    """rung(case): the CASE itself, first in the SELECT."""

    type = sa.Integer()
    inherit_cache = True
    name = "cx_rung"


class ByRung(sa.ColumnElement[int]):
    """The same in GROUP BY, where most engines take the label of the SELECT. Not a function: those get a label of their
    own there from sqlalchemy-bigquery."""

    type = sa.Integer()
    _traverse_internals = [  # noqa: RUF012  SQLAlchemy's own form
        ("case", InternalTraversal.dp_clauseelement), ("label_", InternalTraversal.dp_clauseelement),
    ]  # fmt: skip

    def __init__(self, case: Rung, label: sa.ColumnElement[int]) -> None:
        self.case, self.label_ = case, label


@compiles(Rung)
def _case(element: Rung, compiler: SQLCompiler, **options: object) -> str:
    (case,) = element.clauses
    return compiler.process(case, **options)


@compiles(ByRung)
def _label(element: ByRung, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.label_, **options)


@compiles(ByRung, "trino")
def _first(_element: ByRung, _compiler: SQLCompiler, **_options: object) -> str:
    """Trino knows no label there, but the place in the SELECT."""
    return "1"


@compiles(Rung, "mssql")
def _written_out(element: Rung, compiler: SQLCompiler, **options: object) -> str:
    """SQL Server takes an expression only, which must be the same text in both places: with its values, not with two
    sets of parameters. They are written at each execution: SQLAlchemy keeps compiled text whatever the values are, so
    `literal_binds` would give the next years the boundaries of the first."""
    return compiler.process(next(iter(element.clauses)), **{**options, "literal_execute": True})


@compiles(ByRung, "mssql")
def _written_again(element: ByRung, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.case, **options)
