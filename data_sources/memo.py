"""Answers that many viewers share: worked out once, kept while the data they came from is current."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from data_sources.turnstile import RUNS

T = TypeVar("T")


class Memo(Generic[T]):
    """The newest `size` answers by key. One caller works an answer out while others wait for it; a failure is
    raised to all who wait and never kept; nor is an answer whose data changed (`clear`) while it was worked out."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, T] = OrderedDict()
        self._working: dict[Hashable, _Work] = {}
        self._lock = Lock()
        self._cleared = 0

    def get(self, key: Hashable, work_out: Callable[[], T], keep: Callable[[], bool] = lambda: True) -> T:
        """The answer under `key`, worked out if it is not there. `keep` says, once it is, whether it may be kept."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            work = self._working.setdefault(key, _Work())
        with _held(work.turn):
            if work.failure is not None:
                raise work.failure
            with self._lock:
                if key in self._answers:
                    return self._answers[key]
                cleared = self._cleared
            try:
                answer = work_out()
                with self._lock:
                    if self._cleared == cleared and keep():
                        self._answers[key] = answer
                    while len(self._answers) > self._size:
                        self._answers.popitem(last=False)
            except Exception as failure:
                work.failure = failure
                raise
            finally:
                with self._lock:
                    self._working.pop(key, None)
            return answer

    def forget(self, key: Hashable) -> None:
        """Forget one answer, if it is there."""
        with self._lock:
            self._answers.pop(key, None)

    def clear(self) -> None:
        """Forget everything: the data has changed."""
        with self._lock:
            self._cleared += 1
            self._answers.clear()


@dataclass
class _Work:
    """An answer that is being worked out: whose turn it is, and why it failed."""

    turn: Lock = field(default_factory=Lock)
    failure: Exception | None = None


@contextmanager
def _held(turn: Lock) -> Iterator[None]:
    """A turn; while another thread has it, other runs go on."""
    if not turn.acquire(blocking=False):
        with RUNS.outside():
            turn.acquire()
    try:
        yield
    finally:
        turn.release()
