"""docs/sign_in.md is true: its file is loaded, its roles come to what it says, its secrets are those asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from components.provider import NEEDED, trouble_with
from data_sources.people import OUTAGE_SECONDS, SHARE_OF_RECHECK
from data_sources.settings.layers import read_layers
from data_sources.settings.load import settings_from
from data_sources.settings.roles import roles_of
from data_sources.settings.root import Settings
from metrics.access import Claims, Right, Viewer, viewer_of
from metrics.slices import ALL_ROWS, Filters
from tests.e2e.server import ROOT

PAGE = (ROOT / "docs" / "sign_in.md").read_text(encoding="utf-8")
SECRETS, HEADERS, WHOLE = (
    re.sub(r"(?m)^   ", "", block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "cx.toml").write_text(WHOLE, encoding="utf-8")
    return settings_from(read_layers(tmp_path / "cx.toml", {}))


def seen_by(settings: Settings, claims: Claims) -> Viewer:
    return viewer_of(claims, roles_of(settings), settings.access.default_roles)


def test_the_file_gives_the_roles_that_it_says(settings: Settings) -> None:
    assert seen_by(settings, Claims("ana@larkmere.example")).roles == ("cco",)
    assert seen_by(settings, Claims("max@larkmere.example", ("board",))).rules == ALL_ROWS
    family = seen_by(settings, Claims("lea@larkmere.example", ("family-team",), {"regions": ("North",)}))
    assert family.rules == (Filters.of({"segment": ("Family",), "region": ("North",)}),)
    assert family.rights == {Right.SEE_COMMENTS, Right.SEE_ROLLUP}
    nowhere = seen_by(settings, Claims("lea@larkmere.example", ("family-team",)))
    assert nowhere.rules == ()
    assert not seen_by(settings, Claims("eve@larkmere.example")).pages


def test_the_secrets_are_those_that_are_asked_for() -> None:
    auth = tomllib.loads(SECRETS)["auth"]
    assert set(auth) == {"redirect_uri", "cookie_secret", *NEEDED}
    assert "cookie_secret" in trouble_with(auth, "default")  # copied as it stands, it signs nobody in
    assert trouble_with(auth | {"cookie_secret": "0123456789abcdef" * 4}, "default") == ""


def test_the_headers_are_named_as_claims(settings: Settings) -> None:
    headers = tomllib.loads(HEADERS)["trustedUserHeaders"]
    assert {settings.access.person, settings.access.groups} == set(headers.values())


def test_the_times_are_those_of_the_code(settings: Settings) -> None:
    assert "every half of `recheck_seconds`" in PAGE
    assert SHARE_OF_RECHECK == 0.5
    assert "counts for five minutes" in PAGE
    assert OUTAGE_SECONDS == 300
