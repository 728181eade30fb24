"""The configuration reference, written from the settings themselves so that it cannot be out of date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from types import NoneType
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from data_sources.settings.root import Settings

HEAD = """# Configuration reference

Written by `python -m data_sources reference > docs/configuration.md` from the settings themselves; a test fails when
it is out of date.

One file, `cx.toml`, says everything. `CX_CONFIG` names it; without one the app shows the embedded demo company. Every
setting can also come from the environment, which wins over the file: `CX_COMPANY=Northlight`, nested with two
underscores `CX_METRICS__NPS__TARGET=50`, lists and tables as JSON `CX_STAGES='["purchase", "use"]'`. Passwords come
only from the environment (`CX_SOURCES__WAREHOUSE__PASSWORD`) or from `.streamlit/secrets.toml`
(`[sources.warehouse]` `password = "…"`), never from `cx.toml`.

`python -m data_sources check [--config cx.toml]` reads the configuration against the live databases and lists every
problem at once; it exits with 1 when something would make a number wrong.

Names of sources, metrics, dimensions and personas are lower-case words joined by single underscores. Times without a
zone are taken to be in the company's `time_zone`; others are brought to it. What a dataset's `sql` returns is used as
it is: clean up there (`select … as submitted_at from …`). It must be one SELECT, as far as its quotes, comments and
brackets tell: no second statement, no INSERT, UPDATE, DELETE or MERGE, no bracket that closes what it did not open.
Every other name (tables, columns, values) is quoted or bound by the app, whatever signs are in it.
"""


def reference() -> str:
    """The whole reference as Markdown."""
    plain = {name: field for name, field in Settings.model_fields.items() if _section(field.annotation) is None}
    parts = [HEAD, "## Top level\n", _table(plain)]
    for name, field in Settings.model_fields.items():
        section = _section(field.annotation)
        if section is not None:
            need = "Required. " if field.is_required() else ""
            parts += [f"\n## `{_heading(name, field)}`\n", f"{need}{_flat(section.__doc__)}\n"]
            parts.append(_table(section.model_fields))
    return "\n".join(parts).rstrip() + "\n"


def _heading(name: str, field: FieldInfo) -> str:
    match get_origin(field.annotation):
        case origin if origin is dict:
            return f"[{name}.<name>]"
        case origin if origin is tuple:
            return f"[[{name}]]"
    return f"[{name}]"


def _table(fields: Mapping[str, FieldInfo]) -> str:
    lines = ["| key | type | default | what it is |", "|---|---|---|---|"]
    for name, field in fields.items():
        cells = (f"`{name}`", _type(field.annotation), _default(field), _flat(field.description))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _section(annotation: object) -> type[BaseModel] | None:
    """The section inside a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for argument in get_args(annotation) if (found := _section(argument))), None)


WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "day",
         "SecretStr": "secret"}  # fmt: skip


def _type(annotation: object) -> str:
    """A type in words."""
    arguments = [argument for argument in get_args(annotation) if argument not in (NoneType, Ellipsis)]
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(f'`"{choice}"`' for choice in arguments)
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    if origin is tuple:
        pair = Ellipsis not in get_args(annotation)
        return f"[{', '.join(_type(argument) for argument in arguments)}]" if pair else f"list of {_type(arguments[0])}"
    if arguments:
        return _type(arguments[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f'`"{member.value}"`' for member in annotation)
    return WORDS.get(getattr(annotation, "__name__", ""), str(annotation))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value is PydanticUndefined or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()
