"""The floor of a page: the same elements with nothing behind them.

The floor of a view is what the app drew there: once, the app draws it while its calls of Streamlit are noted (name,
arguments, and which container was open). After that the same public `st.*` calls are made with those constant
arguments: the same texts, spec dicts, Arrow tables, containers, and filter widgets with the same options and keys. The
viewer gets the same page, message for message. Nothing else runs: no room, no cube, no memo, no words put together.
What a click costs above this is the data path and our own Python.

One thing is not repeated: `format_func` and the objects it names. Options are noted as the texts that it made of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import NAVIGATION

PARAMETER, NOTING, DRAWN = "floor", "noting", "drawn"
"""Of the address, and its values."""

Place = tuple[int, int]
"""A container: the number of the call that made it, and which of several it made."""
Step = Callable[[dict[Place, DeltaGenerator]], None]
"""One call, or a container opened or closed; it finds containers in the dict and puts its own there."""
View = tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]
"""A page and everything else in its address."""

NOTED: dict[View, tuple[Step, ...]] = {}
"""What the app drew, for all sessions of the process."""


def note(app: Callable[[], None]) -> None:
    """Draw the app and keep what it drew as the floor of this view."""
    notes = Notes()
    with _watched(notes):
        app()
    page = urlsplit(st.context.url or "").path.strip("/")
    NOTED[_view(page or NAVIGATION[0].address)] = tuple(notes.steps)


def draw() -> None:
    """Draw the floor of this view. Raises KeyError where the view has not been noted."""
    st.set_page_config(page_title="The Customer Room", layout="wide")
    chosen: list[str] = []
    pages = [
        st.Page(
            partial(chosen.append, entry.address),
            title=entry.title,
            url_path=entry.address,
            default=entry is NAVIGATION[0],
            visibility="visible" if entry.listed else "hidden",
        )
        for entry in NAVIGATION
    ]
    st.navigation(pages, position="top").run()
    containers: dict[Place, DeltaGenerator] = {}
    for step in NOTED[_view(chosen[0])]:
        step(containers)


def _view(page: str) -> View:
    address = ((name, tuple(st.query_params.get_all(name))) for name in st.query_params if name != PARAMETER)
    return page, tuple(sorted(address))


@dataclass
class Notes:
    """The calls of one run of the app, as steps that make them again."""

    steps: list[Step] = field(default_factory=list)
    _places: dict[int, Place] = field(default_factory=dict)
    _made: list[DeltaGenerator] = field(default_factory=list)

    def call(self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401  Streamlit's calls return what they like
        """Make a call and note it."""
        number = len(self.steps)
        self.steps.append(partial(_call, number, name, *_constant(args, kwargs)))
        result = function(*args, **kwargs)
        for i, container in enumerate(_containers(result)):
            self._places[id(container)] = (number, i)
            self._made.append(container)  # an id is only its own while the object lives
        return result

    def opened(self, container: DeltaGenerator) -> None:
        self.steps.append(partial(_open, self._places[id(container)]))

    def closed(self, container: DeltaGenerator) -> None:
        self.steps.append(partial(_close, self._places[id(container)]))


def _constant(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments with options as texts."""
    written = kwargs.get("format_func")
    if written is None:
        return args, kwargs
    label, options, *more = args
    given = {name: value for name, value in kwargs.items() if name != "format_func"}
    if "default" in given:
        given["default"] = written(given["default"])
    return (label, [written(option) for option in options], *more), given


def _containers(result: object) -> list[DeltaGenerator]:
    if isinstance(result, DeltaGenerator):
        return [result]
    return [one for one in result if isinstance(one, DeltaGenerator)] if isinstance(result, list) else []


def _call(number: int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], known: dict[Place, Any]) -> None:
    result = getattr(st, name)(*args, **kwargs)
    for i, container in enumerate(_containers(result)):
        known[number, i] = container


def _open(place: Place, known: dict[Place, DeltaGenerator]) -> None:
    known[place].__enter__()


def _close(place: Place, known: dict[Place, DeltaGenerator]) -> None:
    known[place].__exit__(None, None, None)


@contextmanager
def _watched(notes: Notes) -> Iterator[None]:
    """Streamlit's drawing functions and the opening of containers report to the notes, for this thread only."""
    here = threading.get_ident()
    drawing = {name: it for name, it in vars(st).items() if isinstance(getattr(it, "__self__", None), DeltaGenerator)}
    enter, leave = DeltaGenerator.__enter__, DeltaGenerator.__exit__

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if threading.get_ident() != here:
                return function(*args, **kwargs)
            return notes.call(name, function, args, kwargs)

        return call

    def entering(self: DeltaGenerator) -> None:
        if threading.get_ident() == here:
            notes.opened(self)
        enter(self)

    def leaving(self: DeltaGenerator, *why: Any) -> Any:  # noqa: ANN401
        if threading.get_ident() == here:
            notes.closed(self)
        return leave(self, *why)

    try:
        for name, function in drawing.items():
            setattr(st, name, watched(name, function))
        DeltaGenerator.__enter__, DeltaGenerator.__exit__ = entering, leaving  # type: ignore[method-assign]
        yield
    finally:
        for name, function in drawing.items():
            setattr(st, name, function)
        DeltaGenerator.__enter__, DeltaGenerator.__exit__ = enter, leave  # type: ignore[method-assign]
