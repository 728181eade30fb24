"""What the address of the journey page holds of its paths and its walk: the grain, the path, the draw, the place."""

from __future__ import annotations

import streamlit as st

from components import links
from components.text import sendable
from data_sources.view import View
from metrics.choose import seed_of
from metrics.journeys import Journeys, Path, StepGrain

GRAIN, PATH, SEED, PLACE = "grain", "path", "seed", "place"
GRAINS = {"Stages": StepGrain.STAGE, "Touchpoints": StepGrain.TOUCHPOINT}
LARGEST = 999_999_999
"""Seeds and places beyond it are taken for a slip of the hand."""


def grain_choice(view: View) -> StepGrain:
    """Ask what one step of a path is; the widget keeps itself in the address. Another grain has other paths, so the
    path and the place are let go."""
    names = list(GRAINS)
    chosen = st.segmented_control(
        "A step is", names, default=names[0] if view.catalog.stages.values else names[-1], key=GRAIN,
        bind="query-params", required=True, wrap=True, label_visibility="collapsed", on_change=let_go,
    )  # fmt: skip
    return GRAINS[chosen]


def grain(view: View) -> StepGrain:
    """What one step is, for a panel that does not ask: as chosen, as in the address, else stages where there are."""
    chosen = st.session_state.get(GRAIN) or links.parameter(GRAIN)
    return GRAINS.get(str(chosen), StepGrain.STAGE if view.catalog.stages.values else StepGrain.TOUCHPOINT)


def listed(found: Journeys) -> tuple[Path, ...]:
    """The paths that may be shown."""
    return tuple(path for path in found.paths if not path.hidden)


def chosen_path(found: Journeys) -> Path | None:
    """The path of the address among those listed; None where none is asked for, or it is not among them."""
    asked = links.parameter(PATH)
    return next((path for path in listed(found) if asked is not None and address_of(path) == asked), None)


def lost_path(found: Journeys) -> str:
    """The path that the address asks for and that is not listed; "" where there is none."""
    return "" if chosen_path(found) else links.parameter(PATH) or ""


def address_of(path: Path) -> str:
    """A path as the address gives it back."""
    return sendable(path.key)[: links.LONGEST]


def choose(path: Path | None) -> None:
    """Walk with the customers of this path (None: of all) from the first one on."""
    change(path=None if path is None else address_of(path), place=None)


def let_go() -> None:
    """Forget path and place."""
    change(path=None, place=None)


def change(**parameters: str | int | None) -> None:
    """Write parameters of this page into the address; None takes one away. Only those that no widget owns."""
    for name, value in parameters.items():
        if value is not None:
            st.query_params[name] = str(value)
        elif name in st.query_params:
            del st.query_params[name]


def seed(view: View) -> int:
    """What the customers' order is drawn by: the week's own seed unless the address has another."""
    return _number(SEED, seed_of(view.week))


def place() -> int:
    """Which customer of the order, from 0."""
    return _number(PLACE, 0)


def _number(name: str, otherwise: int) -> int:
    text = links.parameter(name) or ""
    return int(text) if text.isascii() and text.isdigit() and int(text[:10]) <= LARGEST else otherwise
