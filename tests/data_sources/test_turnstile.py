"""Runs go one after the other, step aside while they wait, and nobody waits for ever."""

from __future__ import annotations

import time
from threading import Barrier, Event, Thread

import pytest

from data_sources.memo import Memo
from data_sources.turnstile import RUNS, Turnstile


def _all(works) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_no_two_runs_are_inside_at_once() -> None:
    turnstile, inside, most = Turnstile(), [], []

    def run() -> None:
        with turnstile.inside():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.002)
            inside.pop()

    _all([run] * 12)
    assert max(most) == 1 and len(most) == 12


def test_who_waits_outside_lets_others_in() -> None:
    turnstile, other_was_in = Turnstile(patience=5), Event()

    def waiting() -> None:
        with turnstile.inside(), turnstile.outside():
            assert other_was_in.wait(2), "the other run never got in"

    def other() -> None:
        with turnstile.inside():
            other_was_in.set()

    _all([waiting, other])


def test_a_run_that_hangs_holds_nobody_up_for_ever() -> None:
    turnstile, release, began = Turnstile(patience=0.05), Event(), Event()

    def hangs() -> None:
        with turnstile.inside():
            began.set()
            release.wait(5)

    thread = Thread(target=hangs)
    thread.start()
    began.wait(2)
    with turnstile.inside():
        pass
    release.set()
    thread.join(5)
    with turnstile.inside():  # whoever went in without a turn gave none back either
        assert not turnstile._place.acquire(blocking=False)


def test_a_failing_run_gives_its_turn_back() -> None:
    turnstile = Turnstile(patience=0.05)
    with pytest.raises(ZeroDivisionError), turnstile.inside():
        raise ZeroDivisionError
    assert turnstile._place.acquire(blocking=False)


def test_a_run_inside_a_run_goes_straight_on() -> None:
    turnstile = Turnstile(patience=0.05)
    began = time.monotonic()
    with turnstile.inside(), turnstile.inside():
        pass
    assert time.monotonic() - began < 0.04


def test_two_runs_that_want_one_answer_do_not_wait_for_each_other() -> None:
    """One works it out and asks the database meanwhile; the other waits for it outside."""
    memo: Memo[int] = Memo(4)
    both = Barrier(2)
    answers = []

    def work() -> int:
        with RUNS.outside():
            time.sleep(0.05)
        return 7

    def run() -> None:
        both.wait(2)
        with RUNS.inside():
            answers.append(memo.get("same", work))

    began = time.monotonic()
    _all([run, run])
    assert answers == [7, 7]
    assert time.monotonic() - began < 1, "each waited for the other until its patience ended"
