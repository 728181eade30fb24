"""A Streamlit server in a process of its own that shows a company, and what that process spends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.company import Company
from tests.e2e.server import ROOT, free_port

START_SECONDS = 60
CPU_CLOCK = 2
"""Linux: the clock of a process by its id is ((~pid) << 3) | 2, nanoseconds of all its threads, ended ones too
(clock_getcpuclockid; CPUCLOCK_SCHED in the kernel's posix-timers.h)."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; `url` without a slash at its end."""

    url: str
    pid: int

    def processor(self) -> float:
        """Seconds of processor that the server has spent since it was started, in all threads."""
        return time.clock_gettime(((~self.pid) << 3) | CPU_CLOCK)

    def megabytes(self) -> float:
        """What the server holds in memory: resident, libraries included."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1000


def environment(company: Company) -> dict[str, str]:
    """The app reads its company from the environment; it never refreshes by itself while it is measured."""
    return {
        "CX_SOURCES__DEMO__FOLDER": str(company.tables),
        "CX_CUBE__FOLDER": str(company.settings().cube.folder),
        "CX_CUBE__REFRESH_MINUTES": "0",
    }


@contextmanager
def serve(script: Path, folder: Path, cwd: Path = ROOT, **given: str) -> Iterator[Served]:
    """`streamlit run` of a script with the configuration in `cwd`; its log is kept in `folder`. Raises RuntimeError
    with the log's end where it does not answer in time."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", folder / f"served-{port}.log"
    env = {**os.environ, "PYTHONPATH": str(ROOT), **given}
    env.pop("CX_CONFIG", None)
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *options, "--browser.gatherUsageStats", "false"],
            cwd=cwd,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _await(process, url, log)
        yield Served(url, process.pid)
    finally:
        _stop(process)


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310  our own http address
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer within {START_SECONDS} s:\n{log.read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
