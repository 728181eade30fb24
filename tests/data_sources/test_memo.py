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


def test_a_failure_is_raised_to_all_who_wait_and_worked_out_once() -> None:
    """Else eight viewers of a database that does not answer would wait eight times its time limit."""
    calls: list[int] = []

    def fail() -> int:
        calls.append(1)
        sleep(0.1)
        raise ConnectionError("down")

    memo: Memo[int] = Memo(4)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(memo.get, "k", fail) for _ in range(8)]
    assert all(isinstance(one.exception(), ConnectionError) for one in asked)
    assert len(calls) == 1
    assert memo.get("k", lambda: 3) == 3, "the next caller tries anew"


def test_an_answer_of_data_that_changed_meanwhile_is_given_but_not_kept_and_the_next_waiter_keeps_his() -> None:
    calls: list[int] = []
    memo: Memo[int] = Memo(4)

    def work() -> int:
        calls.append(1)
        if len(calls) == 1:
            sleep(0.1)
            memo.clear()
        return len(calls)

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(lambda _: memo.get("k", work), range(8)))
    assert answers == [1] + [2] * 7
    assert memo.get("k", lambda: 9) == 2


def test_what_may_not_be_kept_is_never_seen_by_others() -> None:
    memo: Memo[int] = Memo(4)
    assert memo.get("k", lambda: 1, lambda: False) == 1
    assert memo.get("k", lambda: 2) == 2
