"""The dialect of `hive://` URLs, for Spark: PyHive's, repaired where SQLAlchemy 2 or Spark asks for something else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pyhive import hive
from pyhive.sqlalchemy_hive import HiveDialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler

from data_sources.hive_errors import LineLost
from data_sources.hive_wire import Session

URL_DRIVER = "hive+cx"
"""What the dialect is registered as, beside PyHive's own."""
URL_OPTIONS = frozenset({"auth", "kerberos_service_name"})
"""What may follow the "?"."""
NEW_SESSION_SECONDS = 60
"""A connection serves so long. A session lists the files of a table once, so rows appended as new files are seen so
much later at most; lakehouse tables (Delta, Iceberg) are looked up at each query anyway."""


class Names(IdentifierPreparer):
    """Every name in backticks, a backtick in it doubled."""

    def __init__(self, dialect: sa.Dialect) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`")

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002  SQLAlchemy's signature
        return True


class Types(GenericTypeCompiler):
    """Spark's names for the types we cast to."""

    def visit_INTEGER(self, type_: object, **_options: object) -> str:  # noqa: ARG002, N802  SQLAlchemy's
        """Whole numbers of 32 bits."""
        return "INT"

    def visit_TEXT(self, type_: object, **_options: object) -> str:  # noqa: ARG002, N802  SQLAlchemy's
        """Text of any length."""
        return "STRING"

    visit_VARCHAR = visit_CHAR = visit_NVARCHAR = visit_CLOB = visit_TEXT  # noqa: N815  SQLAlchemy's

    def visit_DATETIME(self, type_: object, **_options: object) -> str:  # noqa: ARG002, N802  SQLAlchemy's
        """A time without a zone."""
        return "TIMESTAMP_NTZ"


class SparkDialect(HiveDialect):  # type: ignore[misc]  # PyHive publishes no types
    """Statements are cached, names may hold anything, `/` divides as numbers do, waits end, and a broken connection
    is noticed (PyHive does none of these)."""

    supports_statement_cache = True
    div_is_floordiv = False
    preparer = Names
    statement_compiler = SQLCompiler
    type_compiler = type_compiler_cls = Types
    execution_ctx_cls = DefaultExecutionContext

    def create_connect_args(self, url: sa.URL) -> tuple[list[object], dict[str, Any]]:
        """What a Session is opened with."""
        self._database = url.database or "default"
        given = url.translate_connect_args(username="username")
        return [], {**given, **url.query, "database": self._database}

    def connect(self, *_arguments: object, **options: Any) -> Session:  # noqa: ANN401  of several types
        """A session."""
        return Session(**options)

    def do_ping(self, dbapi_connection: DBAPIConnection) -> bool:
        """Whether the session is alive."""
        assert isinstance(dbapi_connection, Session)  # noqa: S101  connect() gives no other
        dbapi_connection.ping()
        return True

    def is_disconnect(self, e: Exception, connection: object, cursor: object) -> bool:  # noqa: ARG002
        """Whether an error means that the connection is gone."""
        return isinstance(e, LineLost)

    def _get_default_schema_name(self, connection: sa.Connection) -> str:  # noqa: ARG002  SQLAlchemy's signature
        return self._database

    def get_table_names(self, connection: sa.Connection, schema: str | None = None, **_options: object) -> list[str]:
        """Tables that are no views."""
        views = set(self.get_view_names(connection, schema))
        return [name for name in self._listed(connection, "TABLES", schema) if name not in views]

    def get_view_names(self, connection: sa.Connection, schema: str | None = None, **_options: object) -> list[str]:
        """Views."""
        return self._listed(connection, "VIEWS", schema)

    def _listed(self, connection: sa.Connection, what: str, schema: str | None) -> list[str]:
        """Spark answers (schema, name, whether temporary)."""
        place = self.identifier_preparer.quote_identifier(schema or self._database)
        return [str(row[1]) for row in connection.exec_driver_sql(f"SHOW {what} IN {place}")]

    @classmethod
    def import_dbapi(cls) -> object:
        """PyHive's module, for its errors."""
        return hive


sa.dialects.registry.register("hive.cx", __name__, SparkDialect.__name__)
