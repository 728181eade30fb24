"""The app as a person starts it: a real Streamlit server in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass
class Server:
    """A running app; `url` without a slash at its end."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    folder: Path, config: Path | None = None, port: int = 0, options: Sequence[str] = (), **environment: str
) -> Server:
    """Start the app, by default on a free port and with only its first page made ready: what a single filter leads to
    (cube.warm_views) would be worked out for nobody. `options` are Streamlit's own. Raises RuntimeError with the
    server's log where it does not answer in time."""
    port = port or free_port()
    env = {**os.environ, "CX_CUBE__WARM_VIEWS": "1", **environment}
    env.pop("CX_CONFIG", None)
    if config is not None:
        env["CX_CONFIG"] = str(config)
    log = folder / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "serve.py",
                "--server.port",
                str(port),
                "--server.headless",
                "true",
                *options,
            ],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310  our own http address
                return Server(url, process, log)
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"the app did not start within {START_SECONDS} s:\n{log.read_text()[-3000:]}")
