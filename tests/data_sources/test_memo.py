"""One caller works an answer out; failures are never kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from data_sources.memo import Memo


def test_twenty_callers_at_once_work_an_answer_out_once() -> None:
    calls: list[int] = []

    def slow() -> int:
        calls.append(1)
        sleep(0.05)
        return 7

    memo: Memo[int] = Memo(4)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: memo.get("k", slow), range(20)))
    assert answers == [7] * 20
    assert len(calls) == 1


def test_a_failure_is_raised_and_not_kept() -> None:
    memo: Memo[int] = Memo(4)

    def fail() -> int:
        raise ConnectionError("down")

    with pytest.raises(ConnectionError):
        memo.get("k", fail)
    assert memo.get("k", lambda: 3) == 3


def test_the_oldest_answer_goes_first_and_clear_forgets_all() -> None:
    memo: Memo[int] = Memo(2)
    for key in ("a", "b", "c"):
        memo.get(key, lambda: 1)
    assert memo.get("a", lambda: 2) == 2
    memo.clear()
    assert memo.get("a", lambda: 3) == 3
