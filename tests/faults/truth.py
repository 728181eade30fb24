"""What the numbers must be: counted by SQL of the test's own over psycopg, none of it the app's."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from data_sources.room import Room
from metrics.slices import EVERYTHING

Week = tuple[str, str]
"""First day of the week, region."""
Counted = Mapping[Week, tuple[int, int, int]]
"""Answers to NPS, promoters minus detractors, and all responses."""
SQL = """
select to_char(date_trunc('week', {time}), 'YYYY-MM-DD'), coalesce(region, 'not recorded'),
       count(*) filter (where nps between 0 and 10),
       count(*) filter (where nps between 9 and 10) - count(*) filter (where nps between 0 and 6),
       count(*)
from {table} group by 1, 2
"""


def counted(
    connection: psycopg.Connection[tuple[object, ...]], table: str = "responses", time: str = "submitted_at"
) -> Counted:
    rows = connection.execute(SQL.format(table=table, time=time)).fetchall()  # type: ignore[arg-type]
    return {(str(week), str(region)): tuple(map(int, rest)) for week, region, *rest in rows}  # type: ignore[misc,call-overload]


def shown(room: Room) -> Counted:
    """The same of the room's cube."""
    cube = room.cube()
    slices = cube.over(cube.weeks, EVERYTHING)
    sums = slices.sums(room.catalog.metric("nps"), ("region",))
    rows = slices.counts("rows", ("region",))
    found = {}
    for i, week in enumerate(cube.weeks):
        for j, region in enumerate(cube.labels("region")):
            if rows[i, j]:
                total = round(float(sums.total[i, j]) / 100)
                found[week.start.isoformat(), region] = (int(sums.n[i, j]), total, int(rows[i, j]))
    return found
