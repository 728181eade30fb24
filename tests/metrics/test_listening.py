"""A feed that stopped is named with the week it stopped; a rare one and a holiday week are not."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.listening import SILENT_WEEKS, Listening, listening
from metrics.periods import weeks_between

WEEKS = weeks_between(date(2026, 1, 5), date(2026, 6, 30), 0)


def heard(rows: list[int]) -> object:
    return listening(["x"], WEEKS[: len(rows)], np.array(rows).reshape(-1, 1))[0]


def test_a_feed_that_stopped_three_weeks_ago() -> None:
    found = heard([9] * 20 + [0, 0, 0])
    assert found.state is Listening.SILENT
    assert found.silent_since == WEEKS[20]
    assert found.usual == 9


def test_one_empty_week_is_no_silence() -> None:
    assert heard([9] * 20 + [0]).state is Listening.HEARD


def test_a_rare_touchpoint_is_not_called_silent() -> None:
    assert heard([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]).state is Listening.RARE


def test_a_touchpoint_without_any_response_has_no_data() -> None:
    assert heard([0] * 10).state is Listening.NEVER


@given(st.lists(st.integers(0, 5), min_size=1, max_size=24))
def test_silent_needs_empty_weeks_at_the_end(rows: list[int]) -> None:
    found = heard(rows)
    if found.state is Listening.SILENT:
        assert not any(rows[-SILENT_WEEKS:])
        assert found.silent_since is not None
