"""docs/methods.md cannot rot: every statistic and every constant of these modules is on the page with its value."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"
MODULES = ("intervals", "limits", "share_limits", "discovery", "contributions", "peak_end", "suppression")


def public(module: ModuleType, kind: type[ast.FunctionDef] | type[ast.Assign]) -> list[str]:
    """Names that the module itself defines: functions, or constants with a number."""
    names = []
    for node in ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and kind is ast.FunctionDef:
            names.append(node.name)
        if isinstance(node, ast.Assign) and kind is ast.Assign:
            targets = [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
            names += [name for name in targets if isinstance(getattr(module, name), int | float)]
    return [name for name in names if not name.startswith("_")]


def section(module: str) -> str:
    """The part of the page that names the module below its heading."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")
    return "\n".join(part for part in parts if f"`metrics/{module}.py`" in part)


@pytest.mark.parametrize("name", MODULES)
def test_every_statistic_is_on_the_page(name: str) -> None:
    found = public(import_module(f"metrics.{name}"), ast.FunctionDef)
    assert found
    assert [function for function in found if f"`{function}`" not in section(name)] == []


@pytest.mark.parametrize("name", MODULES)
def test_every_constant_is_on_the_page(name: str) -> None:
    found = public(import_module(f"metrics.{name}"), ast.Assign)
    assert [constant for constant in found if f"`{constant}`" not in section(name)] == []


@pytest.mark.parametrize(
    ("module", "constant", "printed"),
    [
        ("limits", "NATURAL", "`NATURAL` 2.66"),
        ("limits", "D2", "`D2` = 1.128"),
        ("limits", "RANGE", "3.268·mR̄ (`RANGE`)"),
        ("limits", "LEAST", "below 6 points (`LEAST`)"),
        ("limits", "FIRM", "below 12 (`FIRM`)"),
        ("intervals", "ADDED_RESPONSES", "`ADDED_RESPONSES` 3"),
        ("intervals", "ADDED_EXTREMES", "`ADDED_EXTREMES` 1.5"),
        ("contributions", "MOST", "80 % (`MOST`)"),
    ],
)
def test_the_page_prints_the_values_in_use(module: str, constant: str, printed: str) -> None:
    value = getattr(import_module(f"metrics.{module}"), constant)
    assert printed in section(module)
    assert f"{value:g}" in printed or f"{value:.0%}".replace("%", " %") in printed
