"""Kinds of figures: a relationship survey, a transactional one, a study of the market and a mystery shop ask other
people at other moments, so their figures never stand on one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.figures import MYSTERY_SHOP, RELATIONSHIP, STUDY, TRANSACTIONAL, Figure

KINDS = (RELATIONSHIP, TRANSACTIONAL, STUDY, MYSTERY_SHOP)
UNSTATED = "kind not stated"
WHY = (
    "Relationship surveys, transactional surveys, benchmark studies and mystery shops ask other people at other "
    "moments; their figures are never drawn on one line."
)


@dataclass(frozen=True, slots=True)
class OneKind:
    """Figures of one kind. `refusal` says in one sentence why ours may not be held against them, "" where it may;
    `unstated` says that a kind is missing on either side, so that nobody can tell."""

    kind: str
    figures: tuple[Figure, ...]
    refusal: str = ""
    unstated: bool = False


def kinds_of(figures: Iterable[Figure]) -> tuple[str, ...]:
    """The kinds that occur, in the order of KINDS; unknown words after them, "" (not stated) last."""
    found = {figure.kind for figure in figures}
    known = [kind for kind in KINDS if kind in found]
    return (*known, *sorted(found - {*KINDS, ""}), *([""] if "" in found else []))


def one_kind(ours: str, figures: Sequence[Figure], asked: str | None = None) -> OneKind:
    """The figures that may stand on one line: of the kind `asked` where there are such, else of our own kind, else
    of none stated, else of the kind with the newest figures and then the most answers. Our kind and theirs must be
    the same where both are stated."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.kind].append(figure)
    if asked is not None and asked in groups:
        kind = asked
    elif ours in groups or not groups:
        kind = ours
    elif ours and "" in groups:
        kind = ""
    else:
        kind = max(groups, key=lambda name: (_newest(groups[name]), name))
    return OneKind(kind, tuple(groups.get(kind, ())), refusal(ours, kind), not (ours and kind))


def refusal(ours: str, theirs: str) -> str:
    """Why two kinds may not be held against each other; "" where they may, or where one is not stated."""
    if not ours or not theirs or ours == theirs:
        return ""
    return (
        f"Ours is {_article(ours)}, theirs {_article(theirs)}: asked of other people at another moment; "
        "not held against each other."
    )


def _article(kind: str) -> str:
    """ "transactional", "a relationship study", "a mystery shop"."""
    words = {
        TRANSACTIONAL: "transactional",
        RELATIONSHIP: "a relationship study",
        STUDY: "a benchmark study",
        MYSTERY_SHOP: "a mystery shop",
    }
    return words.get(kind, f"“{kind}”")


def _newest(figures: Sequence[Figure]) -> tuple[object, int]:
    return max(figure.day for figure in figures), sum(figure.n or 0 for figure in figures)
