"""Reading a configuration: all problems at once, each with its key, what was found and what to change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from data_sources.errors import ConfigurationError
from data_sources.problems import Problem, listed, remedy
from data_sources.settings.checks import check
from data_sources.settings.layers import Layers, Tree, read_layers
from data_sources.settings.root import Settings
from data_sources.settings.section import NAME_PATTERN

DEMO_CONFIG = Path(__file__).parents[1] / "demo" / "cx.toml"
"""The embedded demo company: what runs when nothing is configured."""
MISSING = "(missing)"
"""Stands for a required text while the rest is checked, so that one gap does not hide other problems."""
STAND_INS: dict[str, object] = {
    "kind": "nps", "day": "2000-01-01", "rule": {}, "sources": {}, "responses": {},
    "metrics": {"stand_in": {"kind": "nps", "column": MISSING}},
}  # fmt: skip
"""What stands for required settings that are no text."""
ROUNDS = 4
"""How often faults are set aside and the rest is validated again: a fault, the gap it leaves, the gaps
inside what fills that one, and one to spare."""


def load_settings(path: Path | None = None) -> Settings:
    """The configuration at `path`, else at CX_CONFIG, else the demo company's.

    Raises ConfigurationError with every problem found.
    """
    named = os.environ.get("CX_CONFIG")
    file = path or (Path(named) if named else DEMO_CONFIG)
    return settings_from(read_layers(file))


def settings_from(layers: Layers) -> Settings:
    """Settings of a merged tree. Raises ConfigurationError."""
    if layers.problems and not layers.tree:
        raise ConfigurationError(tuple(layers.problems))
    settings, invalid = _validated(layers.tree)
    problems = [*layers.problems, *invalid]
    if settings is not None:
        told = {problem.key for problem in problems}
        problems += [p for p in check(settings) if not _told(p, told)]
    grave = [problem for problem in problems if problem.grave]
    if grave or settings is None:
        raise ConfigurationError(tuple(problems))
    return settings


def _told(problem: Problem, told: set[str]) -> bool:
    """Whether a contradiction only comes from a value that was set aside: its own, its section, or its
    metric's kind."""
    section = problem.key.rpartition(".")[0]
    if f"{section}.kind" in told or MISSING in problem.found or "stand_in" in problem.key:
        return True
    return any(f"{problem.key}.".startswith(f"{key}.") for key in told)


def _validated(tree: Tree) -> tuple[Settings | None, list[Problem]]:
    """Settings and the problems of their shape; faulty values are set aside so that what remains can be checked
    further, None where nothing usable remains."""
    problems: dict[str, Problem] = {}
    rest = deepcopy(tree)
    for _ in range(ROUNDS):
        try:
            return Settings.model_validate(rest), list(problems.values())
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False):
                path = _path(fault["loc"])
                key = ".".join(map(str, path))
                if not _follows(key, problems):
                    problems[key] = _problem(key, path, fault)
                _set_aside(rest, path, fault["type"])
    return None, list(problems.values())


def _follows(key: str, problems: Mapping[str, Problem]) -> bool:
    """Whether a fault is only the consequence of another: of itself, of one inside it or around it."""
    return any(f"{key}.".startswith(f"{told}.") or told.startswith(f"{key}.") for told in problems)


def _path(loc: tuple[int | str, ...]) -> list[int | str]:
    """Where a fault is, without pydantic's mark for a faulty key of a table."""
    return [part for part in loc if part != "[key]"]


def _set_aside(tree: Tree, path: list[int | str], kind: str) -> None:
    if not path:
        return
    holder: object = tree
    for part in path[:-1]:
        try:
            holder = holder[part]  # type: ignore[index]  # a tree of tables and lists, walked by its own keys
        except (KeyError, IndexError, TypeError):
            return
    if not isinstance(holder, dict | list):
        return
    last = path[-1]
    if isinstance(holder, dict) and (kind in ("missing", "too_short")):
        holder[str(last)] = deepcopy(STAND_INS.get(str(last), MISSING))
    elif isinstance(holder, dict):
        holder.pop(str(last), None)
    elif isinstance(last, int) and last < len(holder):
        holder[last] = None


def _problem(key: str, path: list[int | str], fault: ErrorDetails) -> Problem:
    word = str(path[-1]) if path else ""
    match fault["type"]:
        case "extra_forbidden":
            known = _keys_at(path[:-1])
            return Problem(key, "there is no such setting.", remedy(word, known, f"Known here: {listed(known)}."))
        case "missing":
            return Problem(key, "is not set.", _what_it_is(path))
        case "string_pattern_mismatch" if NAME_PATTERN in str(fault.get("ctx", {})):
            return Problem(key, "is not a usable name.", "Use lower-case words joined by single underscores.")
    message = fault["msg"].removeprefix("Value error, ")
    return Problem(key, f"{message[:1].lower()}{message[1:]}.", _what_it_is(path))


def _what_it_is(path: list[int | str]) -> str:
    """The description of the setting at a path, as its remedy."""
    model = _model_at(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model and path else None
    return " ".join((field.description or "").split()) if field else ""


def _keys_at(path: list[int | str]) -> list[str]:
    model = _model_at(path)
    return list(model.model_fields) if model else []


def _model_at(path: list[int | str]) -> type[BaseModel] | None:
    """The section that a path leads to, through tables by name and lists by number."""
    model: type[BaseModel] | None = Settings
    inside_table = False
    for part in path:
        if inside_table:
            inside_table = False
            continue
        field = model.model_fields.get(str(part)) if model else None
        if field is None:
            return None
        model, inside_table = _section_of(field.annotation)
    return model


def _section_of(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """The section inside a type, and whether one more key (a name, a number) leads to it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for argument in get_args(annotation):
        section, _ = _section_of(argument)
        if section is not None:
            container = getattr(annotation, "__origin__", None)
            return section, container in (dict, tuple, list)
    return None, False
