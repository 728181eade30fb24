"""Two processes of the app with one cache folder, behind nginx."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from tests.e2e import company, server
from tests.e2e.conftest import chrome, open_window, window  # noqa: F401  the browser's fixtures serve here as well
from tests.needs import require
from tests.serving.proxy import Proxy

REGIONS = ("North", "South", "West")


@dataclass(frozen=True)
class Answer:
    """What an address gives; status 0 where nothing answers."""

    status: int
    headers: Message
    body: bytes


def fetch(url: str, **headers: str) -> Answer:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310  our own address
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())
    except OSError:
        return Answer(0, Message(), b"")


def asked(url: str) -> tuple[int, str]:
    """Status and text of an address."""
    answer = fetch(url)
    return answer.status, answer.body.decode()


def begun(url: str) -> int:
    """How many sessions a process has begun, as Streamlit itself counts them; asked past the proxy."""
    found = re.search(r'session_events_total\{type="connect"\} (\d+)', asked(f"{url}/_stcore/metrics")[1])
    return int(found[1]) if found else 0


def wait_until_ready(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while (found := asked(f"{url}/readyz"))[0] != 200:
        assert time.monotonic() < until, found
        time.sleep(0.05)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company whose numbers differ from region to region."""
    return company.in_folder(tmp_path_factory.mktemp("company"), company.answers(regions=REGIONS))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """One process on a small company, for whatever only asks it."""
    folder = tmp_path_factory.mktemp("served")
    app = server.start(folder, company.in_folder(folder, company.answers()), **environment(folder))
    wait_until_ready(app.url)
    yield app
    app.stop()


@dataclass
class Stand:
    """What people use: two processes, one cache folder, one proxy."""

    config: Path
    folder: Path
    processes: list[server.Server]
    proxy: Proxy

    @property
    def url(self) -> str:
        return self.proxy.url

    def restart(self, place: int) -> None:
        """Start a process anew on its own port."""
        old = self.processes[place]
        port = int(old.url.rpartition(":")[2])
        self.processes[place] = server.start(self.folder, self.config, port=port, **environment(self.folder))
        wait_until_ready(self.processes[place].url)


def environment(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder / "cache"), "STREAMLIT_SERVER_COOKIE_SECRET": "the same in all processes"}


@pytest.fixture(scope="module")
def stand(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    require("nginx")
    folder = tmp_path_factory.mktemp("stand")
    processes = [server.start(folder, config, **environment(folder)) for _ in range(2)]
    for one in processes:
        wait_until_ready(one.url)
    proxy = Proxy(folder, [int(one.url.rpartition(":")[2]) for one in processes])
    yield Stand(config, folder, processes, proxy)
    proxy.stop()
    for one in processes:
        one.stop()
