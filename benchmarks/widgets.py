"""What a widget's front end reports by itself, without a click: its first value."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState


def first_states(element: Element, name: str, known: dict[str, WidgetState]) -> Iterator[WidgetState]:
    """What a widget's front end reports when it is drawn for the first time, or told to change its value."""
    read = FIRST.get(element.WhichOneof("type") or "")
    if read is not None and (name not in known or getattr(element, str(element.WhichOneof("type"))).set_value):
        yield read(element, name)


def _multiselect(element: Element, name: str) -> WidgetState:
    it = element.multiselect
    state = WidgetState(id=name)
    state.string_array_value.data.extend(it.raw_values if it.set_value else [it.options[i] for i in it.default])
    return state


def _selectbox(element: Element, name: str) -> WidgetState:
    it = element.selectbox
    return WidgetState(id=name, string_value=it.raw_value if it.set_value else it.options[it.default])


def _button_group(element: Element, name: str) -> WidgetState:
    it = element.button_group
    state = WidgetState(id=name)
    state.string_array_value.data.extend([it.options[i].content for i in it.default])
    return state


FIRST: dict[str, Callable[[Element, str], WidgetState]] = {
    "multiselect": _multiselect,
    "selectbox": _selectbox,
    "button_group": _button_group,
}
