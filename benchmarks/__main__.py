"""`python -m benchmarks`: measure everything, print the table, write benchmarks/results.json.

Three forms. The whole (`make bench`): the demo company as people get it, then ten million responses. `--quick` (`make
bench-quick`, CI): the ratios that matter most at one million; the exit status is 1 where one is worse than its goal by
30 %. `--trial`: everything that needs no large company, once, on a small one; only shows that it works.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from streamlit.logger import set_log_level

from benchmarks import large, plan, report
from benchmarks.company import QUICK_RESPONSES, Company, make
from benchmarks.figures import Figure
from data_sources.demo import RESPONSES

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Read the arguments, measure, say what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--quick", action="store_true", help="the ratios that matter most; fails where one is 30 %% worse"
    )
    form.add_argument("--trial", action="store_true", help="a small company, one run each: only shows that it works")
    parser.add_argument("--only", help="names of modules, with commas: the others are left out")
    parser.add_argument("--output", type=Path, help="where to write the figures (default: benchmarks/results.json)")
    given = parser.parse_args()
    set_log_level("ERROR")  # AppTest is "bare mode" to Streamlit, which warns of it
    began, scratch = time.monotonic(), Path(tempfile.mkdtemp(prefix="cx-benchmarks-"))
    try:
        parts = _chosen(given.quick, given.trial, given.only)
        figures, left_out = _measured(parts, scratch, trial=given.trial)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    whole = not (given.quick or given.trial or given.only)
    output = given.output or (RESULTS if whole else scratch.with_suffix(".json"))
    report.save(output, figures, left_out, RESPONSES, time.monotonic() - began)
    sys.stdout.write(f"{report.table(figures, left_out, report.busy(report.machine()))}\nWritten to {output}.\n")
    if given.quick:
        _fail_where_worse(figures, left_out)


def _chosen(quick: bool, trial: bool, only: str | None) -> list[plan.Part]:
    parts = plan.QUICK if quick else plan.TRIAL if trial else plan.WHOLE
    names = only.split(",") if only else [part.name for part in parts]
    return [part for part in parts if part.name in names]


def _measured(
    parts: Sequence[plan.Part], scratch: Path, *, trial: bool, company: Callable[[plan.Part], Company] | None = None
) -> tuple[list[Figure], list[str]]:
    """Every part in turn. One that the machine lacks something for, or that fails, is named and the others go on."""
    made = company or (lambda part: _company(part, scratch, trial))
    figures: list[Figure] = []
    left_out: list[str] = []
    for part in parts:
        missing = getattr(part.module, "missing", lambda: "")()
        if missing:
            left_out.append(f"{part.name}: {missing}")
            continue
        _say(f"measuring {part.name} at {part.responses:,} responses")
        began = time.monotonic()
        try:
            figures += part.measure(made(part), 1 if trial else part.runs)
        except Exception as error:
            if trial:
                raise
            left_out.append(f"{part.name} failed: {type(error).__name__}: {error}")
        _say(f"  {time.monotonic() - began:.0f} s")
    return figures, left_out


def _company(part: plan.Part, scratch: Path, trial: bool) -> Company:
    """The demo company of that size, with room of its own to write in; made once a run, the large ones once a week."""
    if trial:
        return _made_once(scratch, QUICK_RESPONSES)
    if part.responses == RESPONSES:
        return _made_once(scratch, RESPONSES)
    return large.company(part.responses, _folder(scratch / part.name))


def _made_once(scratch: Path, responses: int) -> Company:
    tables = scratch / f"demo-{responses}"
    return Company(tables, scratch, responses) if tables.is_dir() else make(scratch, responses)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _fail_where_worse(figures: Sequence[Figure], left_out: Sequence[str]) -> None:
    worse = [figure for figure in figures if figure.worse_than_goal()]
    for figure in worse:
        sys.stdout.write(f"Worse than its goal by more than 30 %: {figure.subject}, {figure.what}: {figure.value} ×.\n")
    if worse or left_out:
        raise SystemExit(1)


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


if __name__ == "__main__":
    main()
