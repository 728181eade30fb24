"""A problem of the configuration or the data: which key, what was found, what to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

CLOSE = 0.6
"""How alike two words must be to be offered (difflib's own default): "custmer_id" finds "customer_id"."""
LISTED = 12
"""Names listed in a remedy before "and 5 more"."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`key` is the place in cx.toml ("responses.time"), `found` what is there, `remedy` what to do. A grave
    problem would make a number wrong or leave a page empty; the others are worth knowing."""

    key: str
    found: str
    remedy: str
    grave: bool = True

    def text(self) -> str:
        """One line: "responses.time: there is no column “when”. Did you mean “submitted_at”?"."""
        return f"{self.key}: {self.found} {self.remedy}".strip()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "Did you mean “x”?" for the nearest known word, "" where none is near. Case does not count."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=CLOSE)
    return f"Did you mean “{by_lower[near[0]]}”?" if near else ""


def listed(names: Iterable[str]) -> str:
    """ "a, b, c", cut after a dozen with the number left out; "none" where there is none."""
    every = list(names)
    more = f" and {len(every) - LISTED} more" if len(every) > LISTED else ""
    return (", ".join(every[:LISTED]) or "none") + more


def remedy(word: str, known: Iterable[str], otherwise: str) -> str:
    """The near word as a question, or else what can be chosen from."""
    return did_you_mean(word, known) or otherwise
