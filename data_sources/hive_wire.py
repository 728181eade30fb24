"""A session with a Spark Thrift server: PyHive's own, with a limit on every wait, whole columns instead of rows, and
errors that repeat nothing of a row."""

from __future__ import annotations

from threading import Event

import pyarrow as pa
from pyhive import hive
from TCLIService import TCLIService
from TCLIService import ttypes as hive_types
from thrift.Thrift import TException
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TBufferedTransport
from thrift_sasl import TSaslClientTransport

from data_sources.hive_columns import arrow_column, arrow_type
from data_sources.hive_errors import LineLost, StaleFiles, on_the_line, refusal
from data_sources.hive_protocol import FastProtocol

BATCH = 50_000
"""Rows asked for at a time. PyHive asks for 1,000, which is fifty times as many calls."""
SASL = {"NONE": "PLAIN", "LDAP": "PLAIN", "CUSTOM": "PLAIN", "KERBEROS": "GSSAPI"}
"""The server's hive.server2.authentication, and what SASL calls it; NOSASL goes without."""
RUNNING = frozenset(
    getattr(hive_types.TOperationState, f"{name}_STATE") for name in ("INITIALIZED", "PENDING", "RUNNING")
)
ACCEPTED = frozenset(
    getattr(hive_types.TStatusCode, f"{name}_STATUS") for name in ("SUCCESS", "SUCCESS_WITH_INFO", "STILL_EXECUTING")
)
FINISHED = hive_types.TOperationState.FINISHED_STATE
FAILED = hive_types.TOperationState.ERROR_STATE


class Escaper(hive.HiveParamEscaper):  # type: ignore[misc]  # PyHive publishes no types
    """Values as literals in the text, for the protocol has no parameters. A float says that it is one: 0.1 would be
    a decimal, with a decimal's arithmetic."""

    def escape_number(self, item: float) -> str:
        """A literal of the value's own type."""
        if isinstance(item, bool):
            return str(item).lower()
        return f"CAST('{item!r}' AS DOUBLE)" if isinstance(item, float) else str(item)


class _Socket(TSocket):  # type: ignore[misc]  # Thrift publishes no types
    """One wait for the connection, another for every answer."""

    def __init__(self, host: str, port: int, connect_seconds: float, answer_seconds: float) -> None:
        super().__init__(host, port)
        self._connect, self._answer = 1000 * connect_seconds, 1000 * answer_seconds

    def open(self) -> None:
        """Connect."""
        self.setTimeout(self._connect)
        super().open()
        self.setTimeout(self._answer)


class Session(hive.Connection):  # type: ignore[misc]  # PyHive publishes no types
    """A session. `interrupt` may be called from any thread: what is running is cancelled."""

    def __init__(
        self,
        *,
        host: str,
        port: int = 10_000,
        username: str | None = None,
        password: str | None = None,
        database: str = "default",
        auth: str = "NONE",
        kerberos_service_name: str = "hive",
        time_zone: str,
        connect_seconds: float,
        answer_seconds: float,
    ) -> None:
        socket = _Socket(host, int(port), connect_seconds, answer_seconds)
        self._settings = {"set:hiveconf:spark.sql.session.timeZone": time_zone}
        self._stop = Event()
        transport = _transport(socket, auth, username, password, kerberos_service_name)
        with on_the_line():
            super().__init__(
                username=username, database=database, configuration=self._settings, thrift_transport=transport
            )
        self._client = TCLIService.Client(FastProtocol(self._transport))
        self._database, self._user = database, username

    def cursor(self, *_args: object, **_options: object) -> Answer:
        """What executes a statement."""
        return Answer(self)

    def interrupt(self) -> None:
        """Cancel what is running."""
        self._stop.set()

    @property
    def stop(self) -> Event:
        """Whether to cancel."""
        return self._stop

    def ping(self) -> None:
        """Ask the server who it is: a thousandth of what `SELECT 1` costs it. Raises LineLost."""
        request = hive_types.TGetInfoReq(self.sessionHandle, hive_types.TGetInfoType.CLI_DBMS_NAME)
        with on_the_line():
            status = self.client.GetInfo(request).status
        if status.statusCode == hive_types.TStatusCode.ERROR_STATUS:
            raise LineLost("the session has ended")

    def renew(self) -> None:
        """A new session on the same connection: it lists the files of every table anew."""
        version = hive_types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V6
        with on_the_line():
            self.client.CloseSession(hive_types.TCloseSessionReq(self.sessionHandle))
            opened = self.client.OpenSession(hive_types.TOpenSessionReq(version, self._user, None, self._settings))
        self._sessionHandle = opened.sessionHandle
        with self.cursor() as cursor:
            cursor.execute(f"USE `{self._database}`")

    def close(self) -> None:
        """End the session; nothing where the server is gone."""
        try:
            super().close()
        except (TException, OSError, EOFError, hive.Error):
            self._transport.close()


class Answer(hive.Cursor):  # type: ignore[misc]  # PyHive publishes no types
    """A statement sent and its answer."""

    def execute(self, operation: str, parameters: object = None, **_options: object) -> None:
        """Run a statement to its end. Raises LineLost, ProgrammingError for what the server refuses, and
        OperationalError "interrupted" after `Session.interrupt`."""
        text = operation if parameters is None else operation % Escaper().escape_args(parameters)
        self._connection.stop.clear()
        try:
            self._run(text)
        except StaleFiles:
            self._operationHandle = None
            self._connection.renew()
            self._run(text)

    def _run(self, text: str) -> None:
        self._reset_state()
        self._state = self._STATE_RUNNING
        client, request = self._connection.client, _run_apart(self._connection.sessionHandle, text)
        with on_the_line():
            response = client.ExecuteStatement(request)
        _accepted(response.status)
        self._operationHandle = response.operationHandle
        question = hive_types.TGetOperationStatusReq(self._operationHandle)
        while True:
            with on_the_line():
                asked = client.GetOperationStatus(question)
            if asked.operationState not in RUNNING:
                break
            if self._connection.stop.is_set():
                self.cancel()
                raise hive.OperationalError("interrupted: the query took too long")
        if asked.operationState == FAILED:
            raise refusal(asked.errorMessage or "")
        if asked.operationState != FINISHED:
            raise hive.OperationalError("interrupted: the server has cancelled the query")

    def fetch_arrow_all(self) -> pa.Table:
        """The whole answer by column, as the protocol delivers it: a tenth of the time that rows take."""
        columns = [(name, kind) for name, kind, *_ in self.description]
        kinds = [kind for _, kind in columns]
        parts: list[list[pa.Array]] = [[] for _ in columns]
        request = hive_types.TFetchResultsReq(self._operationHandle, hive_types.TFetchOrientation.FETCH_NEXT, BATCH)
        while True:
            with on_the_line():
                response = self._connection.client.FetchResults(request)
            _accepted(response.status)
            batch = [arrow_column(sent, kind) for sent, kind in zip(response.results.columns, kinds, strict=True)]
            if not batch or not len(batch[0]):
                break
            for part, column in zip(parts, batch, strict=True):
                part.append(column)
            if self._connection.stop.is_set():
                raise hive.OperationalError("interrupted: the answer took too long to arrive")
        arrays = [pa.chunked_array(part, arrow_type(kind)) for part, kind in zip(parts, kinds, strict=True)]
        return pa.Table.from_arrays(arrays, names=[name for name, _ in columns])


def _run_apart(session: hive_types.TSessionHandle, text: str) -> hive_types.TExecuteStatementReq:
    """The request to run a statement while we ask how it goes."""
    return hive_types.TExecuteStatementReq(session, text, None, True)


def _accepted(status: hive_types.TStatus) -> None:
    if status.statusCode not in (
        hive_types.TStatusCode.SUCCESS_STATUS,
        hive_types.TStatusCode.SUCCESS_WITH_INFO_STATUS,
    ):
        raise refusal(status.errorMessage or "")


def _transport(
    socket: TSocket, auth: str, username: str | None, password: str | None, service: str
) -> TBufferedTransport | TSaslClientTransport:
    if auth == "NOSASL":
        return TBufferedTransport(socket)
    mechanism = SASL.get(auth)
    if mechanism is None:
        raise LineLost(f"auth={auth} is none of {', '.join(SASL)}, NOSASL")

    def client() -> object:
        return hive.get_pure_sasl_client(
            host=socket.host, sasl_auth=mechanism, service=service, username=username or "reader",
            password=password or "none",
        )  # fmt: skip

    return TSaslClientTransport(client, mechanism, socket)
