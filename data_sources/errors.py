"""What can go wrong between a page and a database. Each says in one sentence what failed and what to do, and
none holds a password, a statement or its parameters."""

from __future__ import annotations

from data_sources.problems import Problem


class ConfigurationError(Exception):
    """The configuration cannot be used. Lists every problem, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "One problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{count} in the configuration:", *(f"  {p.text()}" for p in problems)]))


class Unavailable(Exception):  # noqa: N818  named for what is the case
    """A source gave no answer: which, what failed, what to do."""

    def __init__(self, source: str, what: str, remedy: str) -> None:
        self.source, self.what, self.remedy = source, what, remedy
        super().__init__(f"Source “{source}” {what}. {remedy}")

    def again(self) -> Unavailable:
        """The same error as a new object, for another thread to raise."""
        return Unavailable(self.source, self.what, self.remedy)


class TooSlow(Unavailable):
    """A query was stopped because it took longer than allowed."""

    def __init__(self, source: str, seconds: float) -> None:
        super().__init__(
            source,
            f"took longer than {seconds:g} s, so the query was stopped",
            f"Ask for less, or raise sources.{source}.timeout_seconds.",
        )


class AllInUse(Unavailable):
    """Every connection that the app may open to a source is in use, and none came free in time."""

    def __init__(self, source: str, seconds: float) -> None:
        super().__init__(
            source,
            f"has had no connection free for {seconds:g} s",
            f"Reload in a moment, or raise sources.{source}.pool_size.",
        )


class RefusedQuery(Unavailable):
    """The source is there but refused the query: a table or column that is gone, a type that does not fit.
    A kind of Unavailable, so that a page that survives an outage survives this too."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, f"refused the query: {reason}", "Run `python -m data_sources check`.")


class NotFilterable(Exception):  # noqa: N818  named for what is the case
    """A dataset does not record an axis that was asked for. A filter is never silently ignored."""

    def __init__(self, role: str, axis: str) -> None:
        self.role, self.axis = role, axis
        super().__init__(
            f"{role.replace('_', ' ').capitalize()} cannot be filtered by {axis}: name its column in cx.toml, {role}."
        )


class SearchRefused(Exception):  # noqa: N818  named for what is the case
    """A search for personal data, which comments are shown without (data_sources/masking/searching.py)."""

    def __init__(self) -> None:
        super().__init__(
            "Comments are not searched for what may be a person's name, an address or a number of five digits or more: "
            "search for other words."
        )


class EmptyDataset(Exception):  # noqa: N818  named for what is the case
    """A dataset without a single usable row, where at least one is needed."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"The dataset “{role}” has no rows up to now: check {role}.table or {role}.sql in cx.toml.")


class NotConfigured(Exception):  # noqa: N818  named for what is the case
    """A view whose dataset is not configured: which, and what to configure."""

    def __init__(self, role: str, needed_for: str) -> None:
        self.role = role
        super().__init__(f"{needed_for} needs [{role}] in cx.toml, which is not configured.")
