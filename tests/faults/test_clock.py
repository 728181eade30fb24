"""Clocks that disagree: the server's, the session's, the company's and the process's. The authority is raw SQL, which
counts by the wall clock of the company's zone (tests/faults/truth.py)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.faults.breakable import READER
from tests.faults.conftest import Ground
from tests.faults.killed import PROCESSES, abroad, started
from tests.faults.truth import counted, shown

pytestmark = [pytest.mark.postgres, pytest.mark.security]


def test_zones_of_server_user_and_session_change_no_number(ground: Ground) -> None:
    """Instants (timestamptz) fall into the company's days. The server lives on Kiritimati (UTC+14), the user's sessions
    in Samoa (UTC−11): Mondays differ by 25 hours."""
    ground.configured(time_zone='time_zone = "America/New_York"')
    ground.do(
        "alter table responses alter column submitted_at type timestamptz using submitted_at at time zone 'UTC'",
        f"alter role {READER} in database {ground.database} set timezone = 'Pacific/Pago_Pago'",
    )
    in_new_york = "(select *, (submitted_at at time zone 'America/New_York') as local from responses) as theirs"
    with ground.server.admin(ground.database) as connection:
        assert connection.execute("show timezone").fetchone() == ("Pacific/Kiritimati",)
        here = counted(connection, in_new_york, "local")
        assert here != counted(connection, in_new_york, "submitted_at at time zone 'Pacific/Pago_Pago'")
    assert shown(ground.room()) == here


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Nowhere/None"])
def test_the_process_s_own_zone_changes_nothing(ground: Ground, zone: str) -> None:
    """TZ of another process of the app: its present is the company's, and so are its closed weeks."""
    ground.configured(time_zone='time_zone = "Europe/London"')
    before = datetime.now(ZoneInfo("Europe/London")).replace(tzinfo=None)
    near, far = PROCESSES.Pipe(duplex=False)
    started(abroad, ground.config, zone, far)
    assert near.poll(30)
    now, closed, cube = near.recv()
    assert before <= now <= before + timedelta(minutes=1)
    assert closed == len(ground.room().closed_weeks())
    assert cube == ground.truth()


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=40), timedelta(days=120)])
def test_a_clock_that_jumps_back_and_forth_between_refreshes(ground: Ground, back: timedelta) -> None:
    """Weeks that the clock does not know of yet are not shown; all others are right; nothing of it stays."""
    ahead = timedelta()
    room = ground.room(lambda: datetime.now() - ahead)
    assert ground.right(room)
    ground.one_more()
    ahead = back
    assert room._keeper.due, "what was read in the future is read again"
    assert room.refresh()
    known = room.now().date().isoformat()
    truth = ground.truth()
    assert shown(room) == {key: counts for key, counts in truth.items() if key[0] <= known}
    again = ground.room(room.now)
    assert shown(again) == shown(room), "and from disk"
    ahead = timedelta()
    assert room.refresh() and ground.right(room)
    assert again._keeper.look() and ground.right(again)
