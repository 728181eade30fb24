"""The most travelled paths, and where customers turn back or leave; a path opens to the customers who walked it."""

from __future__ import annotations

import streamlit as st

from components import journey_address as address
from components.charts import paths as paths_chart
from components.draw import draw
from components.messages import too_few
from components.path_words import in_words, per_cent, turned_back
from components.tables import table
from components.text import cut, plain
from data_sources.journeys import journeys
from data_sources.view import View
from metrics.journeys import Journeys, Path, StepGrain, Turn
from metrics.metric import Metric
from metrics.slices import NOT_RECORDED
from metrics.words import number_word, plural

TURN_TITLES = ("Where they turn back", "Where they leave")
LONGEST_BUTTON = 72
"""Letters of a path on its button."""


def paths(view: View, metric: Metric) -> None:
    """What one step is, how many journeys, their paths, and the turns. Raises NotConfigured, NotFilterable,
    Unavailable: inside a `panel`."""
    grain = address.grain_choice(view)
    found = journeys(view, metric, grain)
    st.markdown(plain(sentence(found)))
    if not found.journeys:
        return
    if found.customers < view.fewest:
        too_few(found.customers, view.fewest, "customers")
        return
    most_travelled(view, metric, found)


def sentence(found: Journeys) -> str:
    """ "1,204 journeys of 1,011 customers began in the twelve weeks to 15 Nov; 212 may still go on." """
    weeks = (found.period.end - found.period.start).days // 7
    last = found.period.last_day
    when = f"in the {number_word(weeks)} weeks to {last.day} {last:%b}"
    if not found.journeys:
        return f"No journey began {when}."
    began = f"{plural(found.journeys, 'journey')} of {plural(found.customers, 'customer')} began {when}"
    return f"{began}; {found.open:,} may still go on." if found.open else f"{began}; all have ended."


def most_travelled(view: View, metric: Metric, found: Journeys) -> None:
    """The picture of the paths, and a button for each."""
    order = step_order(view, found.grain)
    chosen, listed = address.chosen_path(found), address.listed(found)
    if listed:
        # a selection stays set until the next click: with the choice the chart gets another key, and none is set
        name = f"paths_{found.grain}_{listed.index(chosen) if chosen else 'all'}"
        picture = paths_chart.chart(metric, listed, order, chosen.key if chosen else "")
        picked = draw(picture, name, on_select=True)
        if picked:
            _take(found, str(picked[0].get("where")), chosen)
    for said in _asides(view, found, order):
        st.caption(plain(said))
    if listed:
        _buttons(listed, order, chosen)


def _take(found: Journeys, key: str, chosen: Path | None) -> None:
    """A click on a path opens it; on the open one, closes it."""
    path = next((path for path in address.listed(found) if path.key == key), None)
    address.choose(None if path == chosen else path)
    st.rerun()


def _asides(view: View, found: Journeys, order: tuple[str, ...]) -> list[str]:
    """What the picture leaves out, what its marks mean, why it has no score, what the address asks for in vain."""
    listed, lost = address.listed(found), address.lost_path(found)
    backs = any(any(turned_back(path.steps, order)) for path in listed)
    said = [
        f"{plural(found.elsewhere, 'journey')} on {'other' if listed else 'many'} paths." if found.elsewhere else "",
        "" if listed else f"None was walked by {number_word(view.fewest)} customers or more.",
        f"↩ leads back: to a {found.grain} visited before{', or to an earlier one' if order else ''}." if backs else "",
    ]
    unknown = f"The address asks for the path “{cut(lost)}”, which is not among these: ignored." if lost else ""
    return [text for text in (" ".join(filter(None, said)), found.scored, _no_success(listed), unknown) if text]


def _no_success(listed: tuple[Path, ...]) -> str:
    """Why no path has a share of success; "" where one has."""
    if not listed or any(path.success.n for path in listed):
        return ""
    return (
        "Whether a journey succeeded is not known: name the column of outcomes, and which of them are a success, in "
        "cx.toml, [journey_events] outcome and succeeded."
    )


def _buttons(listed: tuple[Path, ...], order: tuple[str, ...], chosen: Path | None) -> None:
    st.caption("Walk with the customers of a path: click its row, or its name")
    with st.container(horizontal=True, gap="small", key="path_links"):
        for i, path in enumerate(listed):
            label = plain(cut(in_words(path, order), LONGEST_BUTTON))
            words = f"**{label}**" if path == chosen else label
            st.button(words, type="tertiary", key=f"path_{i}", on_click=address.choose, args=(path,))
        if chosen:
            st.button(":primary[All paths] ›", type="tertiary", key="path_all", on_click=address.let_go)
    if chosen:
        st.caption(f"The walk in one customer’s shoes, on this page, now follows {plain(in_words(chosen, order))}.")


def step_order(view: View, grain: StepGrain) -> tuple[str, ...]:
    """The order of the steps; touchpoints have none."""
    if grain is StepGrain.TOUCHPOINT:
        return ()
    return tuple(stage for stage in view.catalog.stages.values if stage != NOT_RECORDED)


def turns(view: View, metric: Metric) -> None:
    """Where journeys turn back and where they end, most journeys first. Raises NotConfigured, NotFilterable,
    Unavailable: inside a `panel`."""
    found = journeys(view, metric, address.grain(view))
    if found.customers < view.fewest:
        return
    back, away = [turn for turn in found.turns if turn.to], [turn for turn in found.turns if not turn.to]
    for column, title, kind in zip(st.columns(2, gap="large"), TURN_TITLES, (back, away), strict=True):
        with column:
            st.markdown(f"**{title}**")
            if kind:
                table(_turn_row(turn) for turn in sorted(kind, key=lambda turn: -turn.journeys))
            else:
                st.caption("Nowhere often enough to show.")
    if found.turns:
        silence = plural(found.gap_days, "day")
        st.caption(
            "Of the journeys that were at a step and are over. Turning back: on to an earlier stage, or to a step "
            f"visited before. Leaving: it was the last step, nothing followed for {silence}, and the journey had not "
            "succeeded (where no success is configured: not reached the last stage)."
        )


def _turn_row(turn: Turn) -> dict[str, str]:
    where = {"From": turn.at, "To": turn.to} if turn.to else {"At": turn.at}
    journeys = f"{turn.journeys:,} of {turn.of:,}"
    return {**where, "Journeys": journeys, "Share (95 % interval)": per_cent(turn.share)}
