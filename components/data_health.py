"""The parts of the data health page: problems, datasets, touchpoints."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.tables import table
from components.text import plain
from data_sources.health import Health, Volume
from data_sources.problems import Problem
from data_sources.profile import DatasetProfile
from data_sources.room import Room
from metrics.listening import Heard, Listening

MEGABYTE = 1_000_000
STATES = {
    Listening.SILENT: "stale: silent since {since}",
    Listening.NEVER: "no data",
    Listening.RARE: "answers rarely",
    Listening.HEARD: "listened to",
}


def sentence(health: Health) -> str:
    """The page's sentence: what would make a number wrong, and who has gone silent."""
    grave = sum(problem.grave for problem in health.examination.problems)
    silent = [heard.label for heard in health.heard if heard.state is Listening.SILENT]
    said = "The data is sound." if not grave else f"{_count(grave, 'problem')} would make a number wrong."
    said += "".join(f" {_role(v)} came in below their usual number last week." for v in health.volumes if _low(v))
    if silent:
        have = "has" if len(silent) == 1 else "have"
        said += f" {_listed(silent)} {have} gone silent."
    return said


def _low(volume: Volume) -> bool:
    """Whether the newest week lies below its limits."""
    chart = volume.chart
    newest = [] if chart is None else [s for s in chart.signals if s.index == len(volume.periods) - 1]
    return any(signal.rule == 1 and not signal.high for signal in newest)


def _role(volume: Volume) -> str:
    return volume.role.replace("_", " ").capitalize()


def problem_list(problems: Sequence[Problem]) -> None:
    """Every problem with its key, what was found and what to do; grave ones first."""
    if not problems:
        st.caption("Nothing: every dataset answers, every mapped column is there, every score is on its scale.")
    for problem in problems:
        word = "Wrong numbers" if problem.grave else "Worth knowing"
        st.markdown(f"**{word}** · {plain(problem.key)}: {plain(problem.found)} {plain(problem.remedy)}")


def datasets_table(profiles: Sequence[DatasetProfile]) -> None:
    """One row a dataset: rows, first and last row, repeated ids, scores off the scale, shares of missing values."""
    table(_dataset_row(profile) for profile in profiles)


def listening_table(heard: Sequence[Heard]) -> None:
    """One row a touchpoint: how it is heard, answers in the newest week and in a usual one."""
    if not heard:
        st.caption("No touchpoint is recorded: name its column in cx.toml, responses.touchpoint.")
        return
    table(
        {
            "Touchpoint": each.label,
            "State": STATES[each.state].format(since=each.silent_since.text() if each.silent_since else ""),
            "Newest week": f"{each.newest:,}",
            "Usual week": f"{each.usual:,.0f}",
        }
        for each in heard
    )


def cube_line(health: Health) -> None:
    """What is held in memory, and how long reading it took."""
    st.caption(
        f"{health.cells:,} cells in memory ({health.bytes / MEGABYTE:,.1f} MB; {health.estimated_cells:,} estimated "
        f"before building). The last refresh took {health.seconds:.1f} s."
    )


def read_again(room: Room) -> None:
    """A button that reads every week again: for what was corrected in old rows."""
    if st.button("Read everything again", help="The open week and the last four are read again by themselves."):
        with st.spinner("Reading every week again …"):
            done = room.refresh(rebuild=True)
        st.rerun() if done else st.warning("Another refresh is under way, or the database gives no answer: try again.")


def _dataset_row(profile: DatasetProfile) -> dict[str, str]:
    shares = {c.word: profile.null_share(c.word) for c in profile.columns}
    missing = [f"{word.partition(':')[2] or word} {share:.0%}" for word, share in shares.items() if share]
    off = sum(score.off_scale for score in profile.scores.values())
    return {
        "Dataset": profile.role.replace("_", " "),
        "Source": profile.source,
        "Rows": _number(profile.rows),
        "First": "–" if profile.first is None else f"{profile.first:%d %b %Y}",
        "Last": "–" if profile.last is None else f"{profile.last:%d %b %Y}",
        "Repeated ids": _number(profile.duplicates),
        "Off the scale": _number(off) if profile.scores else "–",
        "Missing": ", ".join(missing) or "–",
        "Trouble": profile.trouble or "–",
    }


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _count(n: int, noun: str) -> str:
    return f"One {noun}" if n == 1 else f"{n} {noun}s"


def _listed(names: Sequence[str]) -> str:
    first = [name[:1].upper() + name[1:] for name in names[:1]] + list(names[1:])
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} and {first[-1]}"
