"""Giving memory back that allocators keep for later: reading ten million responses leaves 200 MB of it behind."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from contextlib import suppress

import pyarrow as pa


def give_back() -> None:
    """Hand unused memory back to the system: Arrow's pool, and what the C library keeps free (glibc's malloc_trim;
    elsewhere nothing happens). Takes some milliseconds; DuckDB gives back by itself (folders.py)."""
    pa.default_memory_pool().release_unused()
    _trim()


def _found() -> Callable[[], object]:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            trim = ctypes.CDLL("libc.so.6").malloc_trim
            return lambda: trim(0)
    return lambda: None


_trim = _found()
