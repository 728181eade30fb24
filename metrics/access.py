"""Who may see what: roles as sets of rights, and the viewer that a person's roles come to.

The rule for several roles: rights and pages add up; row rules are all met at once. A role without a row rule adds no
row, and a person whose roles have none sees none; only a role that says `all_rows` opens every row. So no role but one
that says so widens what another narrows; and every right holds for every row that is left, whichever role brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from metrics.identity import identity
from metrics.row_rules import Attributes, RowRule, together
from metrics.slices import ALL_ROWS, Filters, Rules, Scope

PAGES = (
    "weekly-review", "metric", "journey", "competitors", "expectations", "voices", "story", "data-health", "audit",
)  # fmt: skip
"""Every page that a role can open, by its address, in the order of the menu."""
LOCAL = "local"
"""Who is looking where nobody signs in: the person at this machine."""


class Right(StrEnum):
    """What a role may do beside opening pages."""

    SEE_COMMENTS = "see_comments"
    SEE_TIMELINE = "see_timeline"
    SEE_VALUE = "see_value"
    EXPORT = "export"
    SEE_ROLLUP = "see_rollup"
    EDIT = "edit"


SIGHTS = frozenset({Right.SEE_COMMENTS, Right.SEE_TIMELINE, Right.SEE_VALUE, Right.SEE_ROLLUP})
"""Rights on which an answer depends: answers are kept apart by them, as by the rows."""
IN_WORDS = {
    Right.SEE_COMMENTS: "read what customers said",
    Right.SEE_TIMELINE: "open one customer’s story",
    Right.SEE_VALUE: "see what customers are worth",
    Right.EXPORT: "take data out of this app",
    Right.SEE_ROLLUP: "see the company’s totals",
    Right.EDIT: "change what others see",
}


PAGE_NEEDS = {"voices": Right.SEE_COMMENTS, "story": Right.SEE_TIMELINE}
"""Pages that are nothing without a right."""
WHOLE_COMPANY = frozenset({"data-health"})
"""Pages that show what no row rule divides: only for those who see every row."""


class NotPermitted(Exception):  # noqa: N818  named for what is the case
    """The viewer has not the right that an answer needs. Raised where the data is, not where the page is drawn."""

    def __init__(self, right: Right | None, what: str = "") -> None:
        self.right = right
        asked = f" for “{right.value}”" if right else ""
        super().__init__(f"Your role may not {IN_WORDS[right] if right else what}: ask whoever gave you access{asked}.")


@dataclass(frozen=True, slots=True)
class Role:
    """A set of rights. `rows` says which rows, bound to the person; `all_rows` opens every one. `people` and `groups`
    say who has it, besides those a table names."""

    id: str
    label: str
    pages: frozenset[str] = frozenset()
    rights: frozenset[Right] = frozenset()
    rows: RowRule | None = None
    all_rows: bool = False
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claims:
    """What is known of somebody who has signed in: who (an e-mail address in lower case, or whatever the company's
    sign-in calls a person), the groups that the sign-in names, `attributes` for row rules, the roles that the table
    of people gives, and in `of_role` the attributes that stand beside each of them there: what is said of a person as
    one role binds that role's rule and no other's."""

    person: str
    groups: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    of_role: Mapping[str, Attributes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: `person`, the ids of the roles, and what these come to. `rules` are the rows to be seen."""

    person: str
    roles: tuple[str, ...]
    rights: frozenset[Right]
    pages: frozenset[str]
    rules: Rules

    def may(self, right: Right) -> bool:
        """Whether a right is among the viewer's."""
        return right in self.rights

    def opens(self, page: str) -> bool:
        """Whether the viewer has this page, with what it needs. A page is a choice of what to look at, not the guard:
        what it shows is guarded where the data is."""
        needs = PAGE_NEEDS.get(page)
        if page not in self.pages or (needs is not None and needs not in self.rights):
            return False
        return not (page in WHOLE_COMPANY and self.bounded)

    def require(self, right: Right) -> None:
        """Raises NotPermitted where the viewer has not the right."""
        if right not in self.rights:
            raise NotPermitted(right)

    def require_every_row(self, what: str) -> None:
        """Raises NotPermitted where the viewer sees a part of the rows only; `what` follows "may not"."""
        if self.bounded:
            raise NotPermitted(None, what)

    def scope(self, filters: Filters) -> Scope:
        """Filters ∧ row rules. One rule narrows the filters too, so that the page names it among them, and whatever
        cannot be narrowed by it says so."""
        narrowed = filters.and_also(self.rules[0]) if len(self.rules) == 1 else filters
        return Scope(narrowed, self.rules)

    @property
    def sight(self) -> frozenset[Right]:
        """The rights on which answers depend."""
        return self.rights & SIGHTS

    @property
    def bounded(self) -> bool:
        """Whether the viewer sees a part of the rows only."""
        return self.rules != ALL_ROWS


EVERY_RIGHT = frozenset(Right)
OWNER = Viewer(LOCAL, (), EVERY_RIGHT, frozenset(PAGES), ALL_ROWS)
"""The person at this machine, where nobody signs in: who reads the configuration may read the data as well."""


def viewer_of(claims: Claims, roles: Mapping[str, Role], otherwise: Iterable[str] = ()) -> Viewer:
    """What somebody may see: by the roles that list the person or one of the groups and those that the table of people
    gives; by `otherwise` where there is none. A role that nobody has configured gives nothing."""
    named = set(claims.roles)
    person = identity(claims.person)
    for role in roles.values():
        if person in role.people or not role.groups.isdisjoint(claims.groups):
            named.add(role.id)
    held = [role for role in roles.values() if role.id in named]
    held = held or [roles[name] for name in otherwise if name in roles]
    return Viewer(
        claims.person,
        tuple(role.id for role in held),
        frozenset(right for role in held for right in role.rights),
        frozenset(page for role in held for page in role.pages),
        rows_of(held, claims.attributes, claims.of_role),
    )


def rows_of(roles: Iterable[Role], attributes: Attributes, of_role: Mapping[str, Attributes] | None = None) -> Rules:
    """The rows that several roles open together: all of them where one says so, else those that meet every row rule,
    else none."""
    held = list(roles)
    if any(role.all_rows for role in held):
        return ALL_ROWS
    own = of_role or {}
    return together([role.rows.bound({**attributes, **own.get(role.id, {})}) for role in held if role.rows is not None])
