"""Whether roles, row rules and the table of people fit the rest of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from data_sources.problems import Problem, listed, remedy
from data_sources.settings.roles import axes_of, roles_of
from data_sources.settings.root import Settings
from metrics.row_rules import parse

RULED = ("customers", "journey_events", "outcomes", "verbatims")
"""The datasets beside the responses whose rows row rules divide."""


def check_access(settings: Settings) -> Iterator[Problem]:
    """Every problem of [access], [roles] and [people]."""
    yield from _rules(settings)
    yield from _defaults(settings)
    yield from _people(settings)
    if settings.access.sign_in == "none" and (settings.roles or settings.people is not None):
        found = "nobody signs in, so roles have no effect."
        yield Problem("access.sign_in", found, "Set it to oidc or proxy (docs/sign_in.md).", grave=False)


def _rules(settings: Settings) -> Iterator[Problem]:
    """A rule over what responses do not record could not be applied; one that another dataset does not record hides
    that dataset from whoever has it."""
    known = axes_of(settings)
    for name, role in settings.roles.items():
        rule = parse(role.rows or ())
        if role.rows and role.all_rows:
            found = "all_rows opens every row, so the rule narrows nothing."
            yield Problem(f"roles.{name}.rows", found, "Remove one of the two.")
        for axis in rule.axes:
            if axis not in known:
                near = remedy(axis, known, f"Recorded: {listed(sorted(known))}.")
                yield Problem(f"roles.{name}.rows", f"responses do not record “{axis}”.", near)
            else:
                yield from _hidden(settings, name, axis)
        yield from _unknown_attributes(settings, name, rule.attributes)


def _hidden(settings: Settings, role: str, axis: str) -> Iterator[Problem]:
    word = axis if axis in ("stage", "touchpoint") else f"dim:{axis}"
    for dataset, configured in settings.datasets().items():
        if dataset in RULED and word not in configured.mapped():
            found = f"{dataset} does not record “{axis}”, so this role sees none of it."
            cure = f"Name its column in [{dataset}], or leave it so."
            yield Problem(f"roles.{role}.rows", found, cure, grave=False)


def _unknown_attributes(settings: Settings, role: str, attributes: tuple[str, ...]) -> Iterator[Problem]:
    people = settings.people
    for name in attributes:
        if people is not None and people.attributes and name not in people.attributes:
            near = remedy(name, people.attributes, "Add it to [people.attributes], or see that the sign-in claims it.")
            yield Problem(f"roles.{role}.rows", f"[people] has no attribute “{name}”.", near, grave=False)


def _defaults(settings: Settings) -> Iterator[Problem]:
    known = roles_of(settings)
    for name in settings.access.default_roles:
        if name not in known:
            cure = remedy(name, known, f"Known roles: {listed(known)}.")
            yield Problem("access.default_roles", f"there is no role “{name}”.", cure)


def _people(settings: Settings) -> Iterator[Problem]:
    people = settings.people
    if people is None:
        return
    if people.source not in settings.sources:
        cure = remedy(people.source, settings.sources, f"Known sources: {listed(settings.sources)}.")
        yield Problem("people.source", f"there is no source “{people.source}”.", cure)
    if (people.table is None) == (people.sql is None):
        found = "has neither table nor sql." if people.table is None else "has both table and sql."
        yield Problem("people.table", found, "Set exactly one of the two.")
