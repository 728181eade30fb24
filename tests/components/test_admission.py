"""Nothing is drawn or handed out past admission. Pages are not: app.main asks who is looking at every run. What
Streamlit runs without app.main is decided here by name, read from the code itself: fragments and dialogs (drawn alone),
and what a download holds (made alone). What several roles come to is in tests/metrics/test_access.py."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components import admission, exports
from components.admission import still_admitted
from components.identity import Seen
from components.tokens import SignedOut
from data_sources.errors import Unavailable
from data_sources.room import Room
from data_sources.settings.root import Settings
from metrics.access import Claims, NotPermitted
from tests.data_sources.test_people import settings
from tests.e2e.server import ROOT

DRAWN_ALONE = {
    ("components/identity.py", "check"): "looks whether the page is still its viewer's; draws nothing",
    ("components/messages.py", "_tick"): "asks for the page once more; draws nothing",
    ("components/messages.py", "_back_when_found"): "asks for what a page had to do without; draws nothing",
    ("components/entrance.py", "_try_again"): "asks whether there is a cube; draws nothing",
}
MADE_ALONE = {("components/exports.py", "_button"): "asks still_admitted first"}
ALONE, MADE = frozenset({"fragment", "dialog"}), "download_button"


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted([*ROOT.glob("components/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for place, tree in trees():
        yield from ((place, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _name(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_what_is_drawn_without_the_page_is_known() -> None:
    alone = {
        (place, function.name)
        for place, function in functions()
        if any(_name(decorator) in ALONE for decorator in function.decorator_list)
    }
    assert alone == set(DRAWN_ALONE)
    named = sum(
        _name(node) in ALONE for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    )
    assert named == len(DRAWN_ALONE)  # as a decorator, and in no other way


def test_what_is_made_without_the_page_asks_first() -> None:
    made = {
        (place, function.name)
        for place, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _name(node) == MADE
    }
    assert made == set(MADE_ALONE)


class Answering:
    """Says who is looking, as it changes."""

    def __init__(self) -> None:
        self.now: Claims | Exception = Claims("ana@larkmere.example", roles=("executive",))

    def __call__(self, _room: Room, _brought: Seen) -> Claims:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    answer = Answering()
    monkeypatch.setattr(admission, "present", answer)
    monkeypatch.setattr(admission, "seen", lambda: Seen({}, {}, 0.0))
    return answer


@pytest.fixture
def still(tmp_path: Path, answering: Answering) -> Callable[[], bool]:
    configured: Settings = settings(tmp_path)
    room = Room(configured)
    return still_admitted(room, admission._viewer(room, answering(room, Seen({}, {}, 0.0))))


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        pytest.param(Claims("ana@larkmere.example", roles=("executive",)), True, id="the same"),
        pytest.param(Claims("ana@larkmere.example", roles=("guest",)), False, id="a right less"),
        pytest.param(Claims("ana@larkmere.example", roles=("cco",)), False, id="a right more: the page is drawn anew"),
        pytest.param(Claims("max@larkmere.example", roles=("executive",)), False, id="somebody else"),
        pytest.param(SignedOut("over"), False, id="signed out"),
        pytest.param(Unavailable("directory", "is down", "Start it."), False, id="nobody can tell"),
    ],
)
def test_a_file_is_for_whoever_may_have_it_when_it_is_asked_for(
    answering: Answering, still: Callable[[], bool], now: Claims | Exception, counts: bool
) -> None:
    answering.now = now
    assert still() is counts
    failures: list[str] = []
    if counts:
        assert exports._made(lambda: b"rows", failures, still) == b"rows"
        return
    with pytest.raises(NotPermitted):
        exports._made(lambda: pytest.fail("the file was made"), failures, still)
    assert failures
