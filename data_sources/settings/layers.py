"""Where settings come from: cx.toml, .streamlit/secrets.toml over it, the environment over both."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import sqlalchemy as sa
from pydantic_settings import EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from data_sources.problems import Problem, did_you_mean
from data_sources.settings.root import Settings
from data_sources.settings.sources import DEMO

Value: TypeAlias = "str | int | float | bool | list[Value] | Tree | object"
Tree: TypeAlias = "dict[str, Value]"

PREFIX, DELIMITER = "CX_", "__"
OTHER_VARIABLES = frozenset(
    {"CX_CONFIG", "CX_TEST_POSTGRES", "CX_NOTHING_LEFT_OUT", "CX_BENCHMARK_POSTGRES", "CX_BENCHMARK_FOLDER"}
)
"""Variables with our prefix that are no settings: which file to read, and what tests and benchmarks use."""
SECRET_QUERY_KEYS = frozenset(
    {"password", "passwd", "pwd", "token", "access_token", "secret", "api_key", "private_key"}
)
"""URL options in which drivers accept a secret."""
UNREADABLE = "unreadable://"
"""Stands for a URL that is none."""
FILE_DATABASES = ("sqlite", "duckdb")
KEYS = ("pseudonym_key", "audit_key")
"""Secrets at the top level: never in cx.toml."""


@dataclass
class Layers:
    """The merged tree and what was wrong with it before any validation."""

    tree: Tree
    problems: list[Problem] = field(default_factory=list)


def read_layers(path: Path, environment: Mapping[str, str] | None = None) -> Layers:
    """Everything that is configured. A file that is missing or no TOML is a problem and an empty tree."""
    layers = Layers({})
    for over in (
        _from_file(path, layers.problems),
        _from_secrets(path.parent, layers.problems),
        _from_environment(os.environ if environment is None else environment, layers.problems),
    ):
        layers.tree = merged(layers.tree, over)
    _hide_unreadable(layers.tree, layers.problems)
    _resolve_places(layers.tree, path.parent.resolve())
    return layers


def merged(under: Tree, over: Tree) -> Tree:
    """Two trees as one; where both have a value, that of `over`."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def _toml(path: Path, problems: list[Problem]) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problems.append(Problem(str(path), "there is no such file.", "Set CX_CONFIG to where it is, or --config."))
    except OSError as error:
        problems.append(Problem(str(path), f"cannot be read: {error.strerror}.", "Let the app's user read it."))
    except UnicodeDecodeError:
        problems.append(Problem(str(path), "is not UTF-8 text.", "Save it as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        reason = str(error) if "secrets" not in path.name else "is no TOML"  # the text could repeat a secret
        problems.append(Problem(str(path), f"is not valid TOML: {reason}.", "Correct that line."))
    return {}


def _from_file(path: Path, problems: list[Problem]) -> Tree:
    tree = _toml(path, problems)
    for key in KEYS:
        if tree.pop(key, None) is not None:
            problems.append(Problem(key, "a secret stands in the file.", f"Set {PREFIX}{key.upper()} instead."))
    for name, source in _tables(tree.get("sources")):
        remedy = f"Remove it and set {secret_variable(name)}, or .streamlit/secrets.toml [sources.{name}]."
        if source.pop("password", None) is not None:
            problems.append(Problem(f"sources.{name}.password", "a password stands in the file.", remedy))
        if _split_secret(source):
            source.pop("password", None)
            problems.append(Problem(f"sources.{name}.url", "a password stands in the URL.", remedy))
    return tree


def secret_variable(source: str) -> str:
    """The environment variable that holds a source's password."""
    return f"{PREFIX}SOURCES{DELIMITER}{source.upper()}{DELIMITER}PASSWORD"


def _split_secret(source: Tree) -> bool:
    """Move a password out of the URL into `password`, so that the URL may be shown. Whether there was one."""
    url = _parsed(str(source.get("url") or ""))
    if url is None:
        return False
    hidden = [key for key in url.query if key.lower() in SECRET_QUERY_KEYS]
    secret = url.password if url.password is not None else next((url.query[key] for key in hidden), None)
    if secret is None:
        return False
    bare = url._replace(password=None).difference_update_query(hidden)
    source["url"], source["password"] = bare.render_as_string(hide_password=False), str(secret)
    return True


def _from_secrets(folder: Path, problems: list[Problem]) -> Tree:
    """Passwords and keys from Streamlit's own secrets file, beside cx.toml or where the app runs."""
    for place in (folder, Path.cwd()):
        path = place / ".streamlit" / "secrets.toml"
        if path.is_file():
            secrets = _toml(path, problems)
            break
    else:
        return {}
    sources: Tree = {}
    for name, source in _tables(secrets.get("sources")):
        _split_secret(source)
        sources[name] = {key: source[key] for key in ("url", "password") if key in source}
    known: Tree = {"sources": sources} if sources else {}
    return known | {key: secrets[key] for key in KEYS if key in secrets}


def _from_environment(environment: Mapping[str, str], problems: list[Problem]) -> Tree:
    mine = {key: value for key, value in environment.items() if key.upper().startswith(PREFIX)}
    for variable in sorted(set(map(str.upper, mine)) - OTHER_VARIABLES):
        _check_variable(variable, problems)
    source = EnvSettingsSource(Settings)
    source.env_vars = {key.lower(): value for key, value in mine.items()}
    try:
        tree: Tree = source()
    except SettingsError as error:
        problems.append(Problem("environment", f"{_without_value(error)}.", "Write lists and tables as JSON."))
        return {}
    for _, table in _tables(tree.get("sources")):
        _split_secret(table)
    return tree


def _check_variable(variable: str, problems: list[Problem]) -> None:
    """A variable that looks like a setting and is none would be ignored in silence."""
    first, nested, _ = variable.removeprefix(PREFIX).lower().partition(DELIMITER)
    if first in Settings.model_fields:
        return
    near = did_you_mean(first, Settings.model_fields)
    if nested or near:
        problems.append(Problem(variable, "there is no such setting.", near or "Remove the variable."))


def _without_value(error: SettingsError) -> str:
    """pydantic-settings names the field and never the value."""
    return str(error).splitlines()[0]


def _tables(tree: object) -> list[tuple[str, Tree]]:
    return [(key, value) for key, value in tree.items() if isinstance(value, dict)] if isinstance(tree, dict) else []


def _resolve_places(tree: Tree, folder: Path) -> None:
    """Relative folders and file databases are looked for beside cx.toml."""
    for _, source in _tables(tree.get("sources")):
        place = source.get("folder")
        if isinstance(place, str) and place != DEMO:
            source["folder"] = str(folder / Path(place).expanduser())
        if isinstance(source.get("url"), str):
            source["url"] = _resolved_url(str(source["url"]), folder)
    cube = tree.get("cube")
    for kept in (cube, tree.get("store")):
        if isinstance(kept, dict) and isinstance(kept.get("folder"), str):
            kept["folder"] = str(folder / Path(str(kept["folder"])).expanduser())


def _parsed(text: str) -> sa.URL | None:
    """None for a text that is no URL; a port that is no number is a ValueError with what stands there, which may be a
    password."""
    try:
        return sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        return None


def _hide_unreadable(tree: Tree, problems: list[Problem]) -> None:
    """A URL that cannot be read is a problem, and nothing of it is kept: nobody knows where in it a password is."""
    for name, source in _tables(tree.get("sources")):
        if isinstance(source.get("url"), str) and _parsed(str(source["url"])) is None:
            source["url"] = UNREADABLE
            remedy = "Write dialect+driver://user@host:port/database; “:”, “/” and “@” in a name as %3A, %2F and %40."
            problems.append(Problem(f"sources.{name}.url", "is no URL.", remedy))


def _resolved_url(text: str, folder: Path) -> str:
    url = sa.make_url(text)
    database = url.database
    if url.get_backend_name() not in FILE_DATABASES or not database or database.startswith((":", "file:", "md:")):
        return text
    return url.set(database=str(folder / Path(database).expanduser())).render_as_string(hide_password=False)
