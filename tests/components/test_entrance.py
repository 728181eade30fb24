"""What is told of data that is not as configured: the doctor's findings name values and count rows of everybody."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from components import data_health, entrance
from data_sources import doctor
from data_sources.errors import RefusedQuery
from metrics.access import OWNER, Viewer
from metrics.slices import Filters

pytestmark = pytest.mark.security


@pytest.mark.parametrize(
    ("viewer", "told"),
    [
        (OWNER, True),
        (replace(OWNER, rules=(Filters.of({"region": ["North"]}),)), False),
        (replace(OWNER, pages=OWNER.pages - {"data-health"}), False),
    ],
    ids=["everything", "a part of the rows", "without the page"],
)
def test_findings_are_for_those_who_see_the_datasets_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, viewer: Viewer, told: bool
) -> None:
    screen, shown = MagicMock(), MagicMock()
    screen.stop.side_effect = SystemExit
    monkeypatch.setattr(entrance, "st", screen)
    monkeypatch.setattr(entrance, "_try_again", lambda: None)
    monkeypatch.setattr(data_health, "problem_list", shown)
    monkeypatch.setattr(doctor, "examine", lambda *_: SimpleNamespace(problems=("“South” in 1,163 rows",)))
    room = MagicMock(ready=False)
    room.cube.side_effect = RefusedQuery("db", "there is no such column")
    with pytest.raises(SystemExit):
        entrance.enter(room, viewer)
    assert shown.called is told
    assert "there is no such column" in screen.warning.call_args.args[0]
