"""`[access]`, `[roles]`, `[people]`: how people sign in, what roles may do, and who has which."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from data_sources.settings.section import Name, Section, Words
from metrics.access import PAGES, Right
from metrics.row_rules import WrongRule, parse

Page = Literal[
    "weekly-review", "metric", "journey", "competitors", "expectations", "voices", "story", "data-health", "audit"
]
assert Page.__args__ == PAGES  # type: ignore[attr-defined]  # noqa: S101  one list, said twice for the type checker
Network = IPv4Network | IPv6Network
Listed = Annotated[tuple[Words, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
"""One text or several."""


class AccessSettings(Section):
    """How people sign in."""

    sign_in: Literal["none", "oidc", "proxy"] = "none"
    """"oidc": an OpenID provider, configured in .streamlit/secrets.toml [auth]. "proxy": a proxy in front names the
    person in a header (server.trustedUserHeaders in .streamlit/config.toml). "none": nobody signs in and everybody sees
    everything; the app then serves this machine only."""
    provider: Name | None = None
    """oidc: which provider of [auth.<name>]; without it, the one in [auth]."""
    person: Words = "email"
    """The claim that names a person; letters' case does not count."""
    groups: Words = "groups"
    """The claim that lists a person's groups, for [roles.<id>] groups."""
    session_hours: Annotated[float, Field(gt=0, le=720)] = 12
    """Hours after signing in until it is asked again. (Streamlit's own cookie lasts 30 days.)"""
    recheck_seconds: Annotated[float, Field(ge=1, le=3600)] = 60
    """Seconds after which [people] is read again: so soon a person who was removed sees nothing any more."""
    proxy_networks: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
    """proxy: the networks from which the proxy connects. Nobody else is answered."""
    default_roles: tuple[Name, ...] = ("guest",)
    """Roles of somebody who has signed in and whom no role names."""
    contact: str = ""
    """Whom to ask for access, for the page that somebody without a role sees."""


class RoleSettings(Section):
    """A role: what it opens. executive, cco, team_lead, analyst, auditor and guest are there without being configured;
    a key that is set here replaces that of the role of the same name."""

    label: str | None = None
    """What it is called on screen. Without it, the id as words."""
    pages: tuple[Page, ...] | None = None
    """The pages it opens."""
    rights: tuple[Right, ...] | None = None
    """see_comments, see_timeline (one customer's story), see_value (what customers are worth), export, see_rollup (the
    company's totals beside one's own rows), edit."""
    rows: Listed | None = None
    """The rows it opens: "region in user.regions and segment == 'Family'"; of a list, any. `user.…` is a claim of the
    sign-in or an attribute of [people]. Several roles: what meets all their rules."""
    all_rows: bool | None = None
    """Whether it opens every row, whatever rule another role has. executive, cco and analyst: unless `rows` is."""
    people: tuple[Words, ...] = ()
    """Who has it, as the sign-in names them."""
    groups: tuple[Words, ...] = ()
    """Which groups have it, as the sign-in names them."""

    @field_validator("rows")
    @classmethod
    def _rule(cls, rows: tuple[str, ...] | None) -> tuple[str, ...] | None:
        try:
            parse(rows or ())
        except WrongRule as error:
            raise ValueError(str(error)) from None
        return rows


class PeopleSettings(Section):
    """A table of who has which role: one row for each person, role and value of an attribute."""

    source: Words
    """Which of [sources] holds it."""
    table: str | None = None
    """Its table or view. Either this or `sql`."""
    sql: str | None = None
    """A SELECT in the source's own dialect. Either this or `table`."""
    person: Words
    """Column with the person, as the sign-in names them."""
    role: Words
    """Column with the role's id."""
    attributes: dict[Name, Words] = Field(default_factory=dict)
    """Attribute = column: regions = "region" makes `user.regions` of the regions in a person's rows. What this table
    says of an attribute replaces what the sign-in claims of it."""
