"""One running app on the demo company for all browser tests, and a fresh window for each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import server
from tests.e2e.browser import DESKTOP, FLAGS, Size, Window


@pytest.fixture(scope="session")
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder for the run: the demo company and its cube are made once for all servers."""
    home = tmp_path_factory.mktemp("cache")
    command = [sys.executable, "-m", "data_sources.demo"]
    subprocess.run(command, cwd=server.ROOT, env={**os.environ, "XDG_CACHE_HOME": str(home)}, check=True)
    return home


@pytest.fixture(scope="session")
def demo(cache_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """The app on the embedded demo company."""
    running = server.start(tmp_path_factory.mktemp("server"), XDG_CACHE_HOME=str(cache_home))
    yield running
    running.stop()


@pytest.fixture
def start_app(tmp_path: Path) -> Iterator[Callable[..., server.Server]]:
    """Starts apps of the test's own, with a cache folder of their own unless told otherwise; stops them after it."""
    running: list[server.Server] = []

    def start(config: Path | None = None, cache: Path | None = None, **environment: str) -> server.Server:
        home = str(cache or tmp_path / "cache")
        running.append(server.start(tmp_path, config, XDG_CACHE_HOME=home, **environment))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture(scope="module")
def chrome(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_window(chrome: Browser) -> Iterator[Callable[..., Window]]:
    """Opens windows of a size and colour scheme; each keeps what its console said."""
    contexts = []

    def opened(size: Size = DESKTOP, scheme: str = "light") -> Window:
        context = chrome.new_context(viewport=size, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Window(context.new_page())

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()
