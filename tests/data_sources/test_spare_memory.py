"""Unused memory goes back to the system: measured by what Linux says the process holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import pyarrow as pa
from data_sources.spare_memory import give_back

def held():
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000

tables = [pa.table({"a": pa.array([i] * 1000).cast(pa.int64())}) for i in range(5_000)]
lists = [bytearray(2_000) for _ in range(40_000)]
del tables, lists
before = held()
give_back()
print(before - held())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc and malloc_trim are Linux's")
def test_what_was_needed_once_goes_back_to_the_system() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=True)
    assert float(done.stdout) > 20, "40 MB of small tables and 80 MB of byte arrays were let go"
