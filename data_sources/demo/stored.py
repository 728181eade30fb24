"""The demo company made once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from data_sources.demo.make import RESPONSES, Progress, generate, seed_of

HERE = Path(__file__).parent


def demo_folder(
    until: date | None = None,
    responses: int = RESPONSES,
    planted: bool = True,
    progress: Progress | None = None,
    seed: int | None = None,
) -> Path:
    """The folder with the demo company's tables, generated on first use.

    `until` is by default the last day of the last complete week (Monday to Sunday) before today. Written beside its
    place and moved there whole, so that another process sees all of it or nothing; when two make it at once the
    first wins. A change to the generator or its texts makes a new one.
    """
    seed = seed_of(planted) if seed is None else seed
    last = until or last_complete_week(date.today())
    name = f"{last:%Y-%m-%d}-{responses}-{seed}-{'planted' if planted else 'quiet'}-{_edition()}"
    folder = cache_root() / name
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        generate(made, until=last, seed=seed, responses=responses, planted=planted, progress=progress)
        try:
            made.replace(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def last_complete_week(today: date) -> date:
    """The Sunday before the week of `today`."""
    return today - timedelta(days=today.weekday() + 1)


def cache_root() -> Path:
    """$XDG_CACHE_HOME/customer-room/demo, by default under ~/.cache."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "customer-room" / "demo"


def _edition() -> str:
    """Changes with the generator and its texts."""
    digest = hashlib.sha256()
    for file in sorted([*HERE.glob("*.py"), *HERE.glob("words/*.toml")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
