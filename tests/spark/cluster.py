"""A Spark of our own: a master, workers of one core each and a Thrift server on free loopback ports, gone with us."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 120.0
LOOK_SECONDS = 0.1
DRIVERS = ("pyspark", "pyhive", "thrift", "thrift_sasl", "puresasl")
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
"""For a cluster that lives for a minute, code half as fast costs less than what makes it fast."""
GUARD = """
while read -r leader; do leaders="$leaders -$leader"; done
kill -s KILL -- $leaders 2>/dev/null
while [ -e "$1" ]; do rm -rf "$1"; sleep 0.1; done
"""
"""Reads the groups of processes to end until whoever writes them is gone, for whatever reason; then ends them and
removes the folder."""


def why_not() -> str | None:
    """Why no cluster can be started here; None where one can."""
    missing = [name for name in DRIVERS if find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} is not installed (pip install -r requirements-spark.txt)"
    if shutil.which("java") is None:
        return "Java was not found on the path (Debian: apt-get install openjdk-17-jre-headless)"
    return None


class Spark:
    """The cluster. It keeps everything it writes in one temporary folder; `quick` suits a test, not a measurement."""

    def __init__(self, workers: int = 2, *, quick: bool = False, worker_megabytes: int = 1024) -> None:
        self.workers, self._quick, self._megabytes = workers, quick, worker_megabytes
        self.folder = Path(tempfile.mkdtemp(prefix="customer-room-spark-"))
        self.port, self._master = free_port(), free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )

    @property
    def url(self) -> str:
        """SQLAlchemy URL."""
        return f"hive://reader@{HOST}:{self.port}/default?auth=NONE"

    def start(self) -> None:
        """Start everything and wait until the Thrift server takes connections. Raises RuntimeError with the end of
        its log where it does not."""
        try:
            self._start()
        except BaseException:
            self.remove()
            raise

    def _start(self) -> None:
        deploy = "org.apache.spark.deploy"
        master = f"spark://{HOST}:{self._master}"
        self._run("master", "spark-class", f"{deploy}.master.Master", "--host", HOST, "--port", str(self._master),
                  "--webui-port", "0")  # fmt: skip
        self._wait("master", lambda: answers(self._master))
        for number in range(1, self.workers + 1):
            self._run(f"worker-{number}", "spark-class", f"{deploy}.worker.Worker", "--host", HOST, "--cores", "1",
                      "--memory", f"{self._megabytes}m", "--webui-port", "0", "--work-dir",
                      str(self.folder / f"worker-{number}"), master)  # fmt: skip
        settings = [f"--conf={name}={value}" for name, value in self._settings().items()]
        self._run("server", "spark-submit", "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
                  "--master", master, "--driver-memory", "1g", *settings,
                  "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
                  "--hiveconf", f"hive.server2.thrift.port={self.port}",
                  "--hiveconf", "javax.jdo.option.ConnectionURL=jdbc:derby:memory:metastore;create=true",
                  "spark-internal")  # fmt: skip
        self._wait("server", lambda: answers(self.port))

    def _settings(self) -> Mapping[str, str]:
        settings = {
            "spark.executor.memory": f"{self._megabytes - 224}m",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.cores.max": str(self.workers),
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": HOST,
            "spark.driver.host": HOST,
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.log.level": "WARN",
        }
        if self._quick:
            settings["spark.executor.extraJavaOptions"] = QUICK_START
        return settings

    def create_tables(self, folder: Path, database: str = "default") -> None:
        """Every Parquet file of a folder, or sub-folder of them, as a table of its name."""
        from pyhive import hive

        with hive.connect(HOST, self.port, auth="NONE").cursor() as cursor:
            cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{database}`")
            cursor.execute(f"USE `{database}`")
            for path in sorted([*folder.glob("*.parquet"), *(place for place in folder.iterdir() if place.is_dir())]):
                cursor.execute(f"CREATE TABLE `{path.stem}` USING parquet OPTIONS (path '{path}')")

    def remove(self) -> None:
        """End every process that belongs to it, and its folder."""
        self._guard.communicate()
        for process in self._running:
            process.wait()
        self._running.clear()

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the master, the workers and the server."""
        return tuple(process.pid for process in self._running)

    def _run(self, name: str, program: str, *arguments: str) -> None:
        """One process, the leader of a group of its own that the guard ends."""
        spec = find_spec("pyspark")
        assert spec is not None
        assert spec.origin is not None
        home = Path(spec.origin).parent
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_LOG_DIR": str(self.folder),
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={self.folder} -Dderby.system.home={self.folder}"
            + (f" {QUICK_START}" if self._quick else ""),
            **({"JAVA_HOME": os.environ["JAVA_HOME"]} if "JAVA_HOME" in os.environ else {}),
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [str(home / "bin" / program), *arguments], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.watch(process)

    def watch(self, process: subprocess.Popen[bytes]) -> None:
        """Let the guard end it, and all of its group."""
        self._running.append(process)
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{process.pid}\n".encode())
        self._guard.stdin.flush()

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            ended = [process.args for process in self._running if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                log = (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"Spark's {name} does not start: {log}")
            time.sleep(LOOK_SECONDS)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
