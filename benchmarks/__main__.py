"""`python -m benchmarks`: measure everything, print the table, write benchmarks/results.json."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from streamlit.logger import set_log_level

from benchmarks import cubes, generation, pages, report, slicing, starts
from benchmarks.company import QUICK_RESPONSES, make
from benchmarks.figures import Figure
from data_sources.demo import RESPONSES

SUBJECTS = ((starts, 3), (generation, 3), (cubes, 5), (slicing, 9), (pages, 9))
"""What is measured, and how often."""
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Read the arguments, measure, say what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small company, one run each: only shows that it works")
    parser.add_argument("--responses", type=int, default=RESPONSES, help="size of the company (default: the demo's)")
    parser.add_argument("--output", type=Path, help="where to write the figures (default: benchmarks/results.json)")
    given = parser.parse_args()
    set_log_level("ERROR")  # AppTest is "bare mode" to Streamlit, which warns of it
    responses = QUICK_RESPONSES if given.quick else given.responses
    began, scratch = time.monotonic(), Path(tempfile.mkdtemp(prefix="cx-benchmarks-"))
    try:
        figures = _measured(scratch, responses, once=given.quick)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    left_out = [reason for reason in [starts.missing()] if reason]
    output = given.output or (scratch.with_suffix(".json") if given.quick else RESULTS)
    report.save(output, figures, left_out, responses, time.monotonic() - began)
    sys.stdout.write(f"{report.table(figures, left_out, report.busy(report.machine()))}\nWritten to {output}.\n")


def _measured(scratch: Path, responses: int, *, once: bool) -> list[Figure]:
    _say(f"making a company with {responses:,} responses")
    company = make(scratch, responses)
    figures: list[Figure] = []
    for subject, runs in SUBJECTS:
        _say(f"measuring {subject.__name__.rpartition('.')[2]}")
        figures += subject.measure(company, 1 if once else runs)
    return figures


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


if __name__ == "__main__":
    main()
