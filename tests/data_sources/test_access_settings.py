"""Roles as they are configured: defaults, what replaces them, and every problem named with its key and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources.errors import ConfigurationError
from data_sources.settings import load_settings
from data_sources.settings.checks import check
from data_sources.settings.roles import DEFAULTS, roles_of
from metrics.access import PAGES, Claims, Right, viewer_of
from metrics.slices import ALL_ROWS, NO_ROWS, Filters

pytestmark = pytest.mark.security

COMPANY = """
company = "Small"
[sources.db]
url = "sqlite:///rows.sqlite"
[responses]
source = "db"
table = "responses"
id = "id"
customer = "customer"
time = "at"
stage = "stage"
[responses.dimensions]
region = "region"
[customers]
source = "db"
table = "people"
customer = "customer"
[metrics.nps]
kind = "nps"
column = "nps"
"""


def settings(tmp_path: Path, more: str = "", company: str = COMPANY):
    path = tmp_path / "cx.toml"
    path.write_text(more + company if more.startswith("#") else company + more)
    return load_settings(path)


def test_six_roles_are_there_without_a_word(tmp_path: Path) -> None:
    roles = roles_of(settings(tmp_path))
    assert list(roles) == ["executive", "cco", "team_lead", "analyst", "auditor", "guest"]
    viewers = {name: viewer_of(Claims("x", attributes={"regions": ("North",)}, roles=(name,)), roles) for name in roles}
    assert viewers["executive"].rules == viewers["cco"].rules == viewers["analyst"].rules == ALL_ROWS
    assert viewers["team_lead"].rules == (Filters.of({"region": ["North"]}),)
    assert viewers["guest"].rules == viewers["auditor"].rules == NO_ROWS
    assert not viewers["guest"].pages and not viewers["guest"].rights
    assert [page for page in PAGES if viewers["auditor"].opens(page)] == ["audit"]
    assert [page for page in PAGES if not viewers["team_lead"].opens(page)] == ["data-health", "audit"]
    assert viewers["cco"].rights == set(Right)
    assert Right.SEE_ROLLUP not in viewers["team_lead"].rights


def test_what_is_configured_replaces_key_by_key(tmp_path: Path) -> None:
    found = roles_of(
        settings(
            tmp_path,
            """
[access]
sign_in = "oidc"
[roles.team_lead]
rights = ["see_comments"]
people = ["Ana@Example.org"]
[roles.store]
label = "Store manager"
pages = ["weekly-review"]
rows = "region in user.regions and stage == 'use'"
groups = ["stores"]
[roles.guest]
all_rows = true
""",
        )
    )
    assert found["team_lead"].rights == {Right.SEE_COMMENTS}
    assert found["team_lead"].pages == DEFAULTS["team_lead"].pages
    assert found["team_lead"].rows == DEFAULTS["team_lead"].rows
    assert found["team_lead"].people == {"ana@example.org"}
    assert found["store"].label == "Store manager" and found["store"].groups == {"stores"}
    assert found["guest"].all_rows and not found["guest"].pages


def test_the_default_team_lead_has_no_rows_where_there_are_no_regions(tmp_path: Path) -> None:
    without = settings(tmp_path, company=COMPANY.replace('[responses.dimensions]\nregion = "region"\n', ""))
    assert roles_of(without)["team_lead"].rows is None


@pytest.mark.parametrize(
    ("more", "key", "found"),
    [
        ('[roles.x]\nrows = "regoin in user.regions"', "roles.x.rows", "do not record “regoin”"),
        ('[roles.x]\nrows = "region not in user.regions"', "roles.x.rows", "only what is named can be seen"),
        ('[roles.x]\npages = ["everything"]', "roles.x.pages", ""),
        ('[roles.x]\nrights = ["see_all"]', "roles.x.rights", ""),
        ('[access]\nsign_in = "oidc"\ndefault_roles = ["gest"]', "access.default_roles", "no role “gest”"),
        ("[roles.x]\nrows = \"region == 'N'\"\nall_rows = true", "roles.x.rows", "the rule narrows nothing"),
        ('[people]\nsource = "bd"\ntable = "t"\nperson = "p"\nrole = "r"', "people.source", "no source “bd”"),
        ('[people]\nsource = "db"\nperson = "p"\nrole = "r"', "people.table", "neither table nor sql"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, more: str, key: str, found: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        settings(tmp_path, more)
    problems = [problem for problem in raised.value.problems if problem.key.startswith(key)]
    assert problems and any(found in problem.found for problem in problems), raised.value


def test_what_a_rule_hides_is_said(tmp_path: Path) -> None:
    said = check(
        settings(
            tmp_path,
            """
[roles.x]
rows = "region in user.areas"
[people]
source = "db"
table = "t"
person = "p"
role = "r"
[people.attributes]
regions = "region"
""",
        )
    )
    words = [f"{problem.key} {problem.found}" for problem in said]
    assert "roles.x.rows customers does not record “region”, so this role sees none of it." in words
    assert "roles.x.rows [people] has no attribute “areas”." in words
    assert "access.sign_in nobody signs in, so roles have no effect." in words
    assert not any(problem.grave for problem in said)


def test_a_row_rule_takes_every_row_from_a_role_that_opens_them_by_default(tmp_path: Path) -> None:
    roles = roles_of(settings(tmp_path, "[roles.executive]\nrows = \"region == 'North'\""))
    assert viewer_of(Claims("x", roles=("executive",)), roles).rules == (Filters.of({"region": ["North"]}),)
    assert viewer_of(Claims("x", roles=("cco",)), roles).rules == ALL_ROWS
