"""Three stories for the meeting: from the worst signal, from the best, and one at random with its seed (METHODS §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.cells import Where
from metrics.estimate import Direction
from metrics.headline import MIDWEEK
from metrics.metric import Better, Metric
from metrics.people import Verbatim
from metrics.periods import Period
from metrics.review import Mover
from metrics.slices import NOT_RECORDED, STAGE, TOUCHPOINT

WORDS_ENOUGH = 12
"""Words from which a comment tells something; shorter ones stand back where there is a longer one."""


class Why(StrEnum):
    """Why a story was chosen."""

    WORST = "from the worst signal"
    BEST = "from the best signal"
    LOWEST = "lowest score"
    HIGHEST = "highest score"
    RANDOM = "at random"


@dataclass(frozen=True, slots=True)
class Story:
    """A comment, why it is here, and from where. `seed` is set for the one at random: with it anybody can check."""

    why: Why
    verbatim: Verbatim
    where: Where = ()
    seed: int | None = None


def seed_of(week: Period) -> int:
    """The week's seed: year and ISO number, 202646; the same week always tells the same stories."""
    year, number, _ = (week.start + MIDWEEK).isocalendar()
    return year * 100 + number


def wanted(movers: Sequence[Mover]) -> tuple[Mover | None, Mover | None]:
    """The signals to look for comments in: the worst and the best, by the points they explain; None where nothing
    signals in that direction. (A page fetches candidates of these slices and of the whole week.)"""

    def most(direction: Direction) -> Mover | None:
        found = [mover for mover in movers if mover.reading.direction is direction]
        return max(found, key=lambda mover: abs(mover.contribution.points), default=None)

    return most(Direction.CONCERN), most(Direction.IMPROVEMENT)


def choose_stories(
    candidates: Sequence[Verbatim], metric: Metric, movers: Sequence[Mover], week: Period
) -> tuple[Story, ...]:
    """Up to three stories of different customers among the week's candidate comments; fewer where there are fewer.

    The worst signal's slice gives its lowest-scored comment, the best signal's its highest-scored; without a signal in
    that direction the week's lowest and highest score. Of equal scores a comment of at least twelve words goes first,
    then the seed decides. The third is drawn by the seed from all candidates not taken. The draw hashes seed and id, so
    that it depends neither on the order of the candidates nor on the machine.
    """
    seed = seed_of(week)
    worst, best = wanted(movers)
    scored = [verbatim for verbatim in candidates if metric.id in verbatim.scores and verbatim.text.strip()]
    taken: list[Story] = []
    for mover, why, fallback, sign in ((worst, Why.WORST, Why.LOWEST, 1), (best, Why.BEST, Why.HIGHEST, -1)):
        facing = sign if metric.better is Better.HIGHER else -sign
        open_ = _left(scored, taken)
        inside = [verbatim for verbatim in open_ if mover and lies_in(verbatim, mover.where)]
        pool, reason, where = (inside, why, mover.where) if mover and inside else (open_, fallback, ())
        if pool:
            taken.append(Story(reason, min(pool, key=_by_score(metric, facing, seed)), where))
    rest = _left([verbatim for verbatim in candidates if verbatim.text.strip()], taken)
    if rest:
        taken.append(Story(Why.RANDOM, min(rest, key=lambda verbatim: _draw(seed, verbatim)), (), seed))
    return tuple(taken)


def lies_in(verbatim: Verbatim, where: Where) -> bool:
    """Whether a comment belongs to a slice."""
    known: Mapping[str, str | None] = {
        **verbatim.dimensions,
        STAGE: verbatim.stage,
        TOUCHPOINT: verbatim.touchpoint,
    }
    return all((known.get(axis) or NOT_RECORDED) == value for axis, value in where)


def _left(candidates: Sequence[Verbatim], taken: Sequence[Story]) -> list[Verbatim]:
    """Candidates of customers who have not had their say."""
    heard = {story.verbatim.pseudonym for story in taken}
    return [verbatim for verbatim in candidates if verbatim.pseudonym not in heard]


def _by_score(metric: Metric, facing: int, seed: int) -> Callable[[Verbatim], tuple[float, bool, str]]:
    def key(verbatim: Verbatim) -> tuple[float, bool, str]:
        short = len(verbatim.text.split()) < WORDS_ENOUGH
        return facing * verbatim.scores[metric.id], short, _draw(seed, verbatim)

    return key


def _draw(seed: int, verbatim: Verbatim) -> str:
    return hashlib.sha256(f"{seed}:{verbatim.id}".encode()).hexdigest()
