"""From the configuration to roles: those that are there by default, with what is configured over them."""

from __future__ import annotations

from dataclasses import replace

from data_sources.settings.access import RoleSettings
from data_sources.settings.catalog import as_words
from data_sources.settings.root import Settings
from metrics.access import PAGES, Right, Role
from metrics.identity import identity
from metrics.row_rules import parse

REGION = "region"
"""The dimension by which team leads are told apart unless configured otherwise."""
READING = frozenset({"weekly-review", "metric", "journey", "competitors", "expectations", "voices", "story"})
_SEEING = frozenset({Right.SEE_COMMENTS, Right.SEE_TIMELINE, Right.SEE_VALUE, Right.SEE_ROLLUP})
DEFAULTS = {
    role.id: role
    for role in (
        Role("executive", "Executive", READING, _SEEING, all_rows=True),
        Role("cco", "Chief customer officer", READING | {"data-health"}, frozenset(Right), all_rows=True),
        Role(
            "team_lead", "Team lead", READING, frozenset({Right.SEE_COMMENTS, Right.SEE_TIMELINE}),
            parse([f"{REGION} in user.{REGION}s"]),
        ),
        Role(
            "analyst", "Analyst", READING - {"story"} | {"data-health"},
            frozenset({Right.SEE_COMMENTS, Right.EXPORT, Right.SEE_ROLLUP}), all_rows=True,
        ),
        Role("auditor", "Auditor", frozenset({"audit"})),
        Role("guest", "Guest"),
    )
}  # fmt: skip
"""A guest sees nothing: whoever has signed in and is named by nobody is told whom to ask."""


def roles_of(settings: Settings) -> dict[str, Role]:
    """Every role by id. The default team lead has no rows in a company without the dimension `region`."""
    names = dict.fromkeys((*DEFAULTS, *settings.roles))
    return {name: _role(name, settings.roles.get(name, RoleSettings()), settings) for name in names}


def _role(name: str, configured: RoleSettings, settings: Settings) -> Role:
    role = DEFAULTS.get(name, Role(name, as_words(name)))
    if role.rows is not None and not set(role.rows.axes) <= axes_of(settings):
        role = replace(role, rows=None)
    return replace(
        role,
        label=role.label if configured.label is None else configured.label,
        pages=role.pages if configured.pages is None else frozenset(configured.pages),
        rights=role.rights if configured.rights is None else frozenset(configured.rights),
        rows=role.rows if configured.rows is None else parse(configured.rows),
        all_rows=_every_row(role, configured),
        people=frozenset(map(identity, configured.people)),
        groups=frozenset(configured.groups),
    )


def _every_row(role: Role, configured: RoleSettings) -> bool:
    """Whoever writes a row rule means it: it takes every row from a role that opens them by default."""
    if configured.all_rows is not None:
        return configured.all_rows
    return role.all_rows and configured.rows is None


def axes_of(settings: Settings) -> set[str]:
    """What a row rule can name: the dimensions that responses record, stage and touchpoint where they do."""
    recorded = settings.responses.mapped()
    return {word.removeprefix("dim:") for word in recorded if word.startswith("dim:")} | (
        {"stage", "touchpoint"} & set(recorded)
    )


assert set(PAGES) >= READING  # noqa: S101  a page that no longer exists would be a right to nothing
