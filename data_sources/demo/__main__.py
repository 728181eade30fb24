"""`python -m data_sources.demo`: write the demo company to a folder, or to the cache."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from data_sources.demo import RESPONSES, demo_folder, generate, last_complete_week


def main() -> None:
    """Read the arguments, write the tables, say where and how long it took."""
    parser = argparse.ArgumentParser(prog="python -m data_sources.demo", description=__doc__)
    parser.add_argument("--until", type=date.fromisoformat, help="a day of the last week (default: last complete week)")
    parser.add_argument("--responses", type=int, default=RESPONSES)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--folder", type=Path, help="where to write (default: the cache folder)")
    parser.add_argument("--quiet-company", action="store_true", help="plant nothing: a company where all is routine")
    given = parser.parse_args()
    began, until = time.perf_counter(), given.until or last_complete_week(date.today())
    folder, planted = given.folder, not given.quiet_company
    if folder is None:
        folder = demo_folder(until, given.responses, planted, _show, given.seed)
    else:
        generate(folder, until=until, seed=given.seed, responses=given.responses, planted=planted, progress=_show)
    sys.stdout.write(f"\r{folder} ({time.perf_counter() - began:.1f} s)\n")


def _show(part: float, what: str) -> None:
    sys.stdout.write(f"\r{part:4.0%} {what:<24}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
