"""Which words tell two groups of comments apart: log-odds ratios with an informative Dirichlet prior.

Monroe, Colaresi & Quinn 2008, "Fightin' Words", doi:10.1093/pan/mpn018. Counted are comments that hold a word, not how
often it stands in them: one comment that says "never" nine times is one customer. So a word is held or not, its prior
is the Dirichlet of those two outcomes (a beta), and odds are of comments.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from metrics.discovery import benjamini_hochberg
from metrics.search import SEPARATORS, normalised
from metrics.stop_words import stop_words
from metrics.sums import FloatArray, IntArray

PRIOR_COMMENTS = 50.0
"""α₀: the comments that the prior weighs on each side. If nothing differs, the variance of ζ is
Σ n/(n + α₀)² ÷ Σ 1/(n + α₀), below 1 for any α₀: it errs towards silence. Far smaller priors (10) leave a word that
one side never says with σ near 1/√(α₀·share) and hide it though 33 of 81 comments of the other side hold it; far larger
ones outweigh the comments of a stage. The paper sets α₀ to a typical speaker's text (its p. 387); fifty comments are a
small stage's side."""
FALSE_SHARE = 0.05
"""Share of the words called telling that may be so by chance, over all words compared (Benjamini & Hochberg)."""
FEWEST = 3
"""Comments that a word needs, whatever is configured: fewer are one household's story."""
SAME = 0.6
"""Words whose comments overlap this much (Jaccard) say the same; one of them is told (as metrics/phrases.py)."""
PART_OF = 0.9
"""A word that is this rarely used outside a phrase is told as the phrase: "call centre", not "centre"."""
WHOLE = 0.5
"""A word stands for what the search finds only where at least this share of it is the word itself, not longer ones
that begin with it ("app" among comments on appointments is not told)."""
SAY_SOMETHING = frozenset(
    {
        "amount", "bill", "call", "cry", "describe", "detail", "empty", "fill", "fire", "found", "full", "interest",
        "move", "serious", "show", "side", "sincere", "system", "top",
    }
)  # fmt: skip
"""On scikit-learn's list of stop words by mistake (Nothman, Qin & Yurchak 2018, doi:10.18653/v1/W18-2502); customers
speak of bills, calls and systems."""
LETTERS, LONGEST = 3, 40
"""Letters that a word needs to say something, and more than any word has."""

Comments = frozenset[int]
"""Places of comments in their list."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or two-word phrase that one side says more. `count` of its side's comments are found by searching for it
    and `other` of the other side's; `z` is its log-odds ratio in standard errors, above 0."""

    text: str
    count: int
    other: int
    z: float

    @property
    def search(self) -> str:
        """What to type into the search box so that it finds the comments counted."""
        return f'"{self.text}"' if " " in self.text else self.text


@dataclass(frozen=True, slots=True)
class Contrast:
    """The words of two sides, the most telling first. `compared` words were tested together."""

    these: tuple[Word, ...]
    those: tuple[Word, ...]
    compared: int


def contrast(
    these: Sequence[str], those: Sequence[str], everything: Sequence[str], fewest: int, limit: int = 8
) -> Contrast:
    """The words that tell `these` comments from `those`; `everything` is what the prior is taken from (the comments of
    the period). A word counts where the search box would find it, so that the comments counted can be opened: where a
    word of the comment begins with it (metrics/search.py).

    Told are at most `limit` words a side, found in at least `fewest` (and three) of its comments, whose |z| passes
    Benjamini & Hochberg at FALSE_SHARE over all words that as many comments of both sides together hold: that choice
    does not look at which side holds them (independent filtering; Bourgon et al. 2010, doi:10.1073/pnas.0914005107).
    Without comments on either side nothing is compared.
    """
    fewest = max(fewest, FEWEST)
    if not these or not those:
        return Contrast((), (), 0)
    held = _held([*these, *those], fewest)
    words = sorted(held)
    first = np.array([sum(place < len(these) for place in held[word]) for word in words], dtype=np.int64)
    second = np.array([len(held[word]) for word in words], dtype=np.int64) - first
    z = z_scores(first, len(these), second, len(those), shares(words, everything))
    told = benjamini_hochberg(2 * ndtr(-np.abs(z)), FALSE_SHARE)
    ranked = [words[int(i)] for i in np.argsort(-np.abs(z), kind="stable") if told[i]]
    place = {word: i for i, word in enumerate(words)}

    def side(sign: int, mine: IntArray, others: IntArray) -> tuple[Word, ...]:
        own = [word for word in ranked if sign * z[place[word]] > 0 and mine[place[word]] >= fewest]
        kept = _one_each(own, held, limit)
        return tuple(
            Word(word, int(mine[i]), int(others[i]), float(abs(z[i]))) for word in kept for i in (place[word],)
        )

    return Contrast(side(1, first, second), side(-1, second, first), len(words))


def z_scores(
    first: IntArray, n: int, second: IntArray, m: int, share: FloatArray, *, prior: float = PRIOR_COMMENTS
) -> FloatArray:
    """ζ of every word: `first` of n comments on one side and `second` of m on the other hold it, `share` of all
    comments do (0 < share < 1), and the prior weighs `prior` comments on each side; above 0 the first side says it
    more. Raises ValueError for a share of 0 or 1, whose prior leaves no odds.

    With a = y + α, b = n + α₀ − a and α = α₀·share: δ = ln(a₁/b₁) − ln(a₂/b₂) (their equation 16),
    σ² = 1/a₁ + 1/b₁ + 1/a₂ + 1/b₂ (their equation 19; the shorter 20 drops 1/b, which holds for rare words only, and
    in comments a word is not always rare), ζ = δ/σ (22).
    """
    if share.size and not (share.min() > 0 and share.max() < 1):
        raise ValueError("a prior share is 0 or 1: give the share of comments that hold the word, away from both ends")
    held, lacking = first + prior * share, n - first + prior * (1 - share)
    held_there, lacking_there = second + prior * share, m - second + prior * (1 - share)
    delta = np.log(held / lacking) - np.log(held_there / lacking_there)
    spread = np.sqrt(1 / held + 1 / lacking + 1 / held_there + 1 / lacking_there)
    scores: FloatArray = delta / spread
    return scores


def shares(words: Sequence[str], comments: Sequence[str]) -> FloatArray:
    """Share of the comments that hold each word, half a comment added to both outcomes so that none is 0 or 1."""
    index = _Index(comments)
    counts = np.array([len(index.found(word)) for word in words], dtype=np.float64)
    return (counts + 0.5) / (len(comments) + 1)


def _held(texts: Sequence[str], fewest: int) -> dict[str, Comments]:
    """Word or phrase → the comments in which the search finds it, for those that say something, that `fewest` comments
    hold, and that mostly are themselves what is found. A phrase that every comment holds tells nothing apart."""
    index = _Index(texts)
    found = {}
    for word, exact in index.exact.items():
        if len(exact) >= fewest and _says_something(word):
            comments = index.found(word)
            if len(exact) >= WHOLE * len(comments):
                found[word] = comments
    return found


class _Index:
    """Which comments hold which word or two-word phrase, and which are found by the beginning of one."""

    def __init__(self, texts: Iterable[str]) -> None:
        holders: dict[str, set[int]] = defaultdict(set)
        for place, text in enumerate(texts):
            for term in _terms(text):
                holders[term].add(place)
        self.exact = holders
        self._terms = sorted(holders)

    def found(self, word: str) -> Comments:
        """The comments with a word (or two) that begins with this, as metrics/search.py finds them."""
        comments: set[int] = set()
        for term in self._terms[bisect_left(self._terms, word) :]:
            if not term.startswith(word):
                break
            comments |= self.exact[term]
        return frozenset(comments)


def _terms(text: str) -> set[str]:
    """The words of a comment, and every two that a single separator keeps apart: the search takes "on, hold" (two
    separators) for no phrase."""
    words = normalised(text).split(" ")
    pairs = (f"{first} {second}" for first, second in pairwise(words) if first and second)
    return {word for word in words if word} | set(pairs)


def _one_each(ranked: Sequence[str], held: dict[str, Comments], limit: int) -> list[str]:
    """The best `limit` of ranked words, one of those that the same comments hold; of such, a longer one that nearly
    all of them hold stands for the shorter."""
    chosen: list[str] = []
    for word in ranked:
        twin = next((i for i, other in enumerate(chosen) if _overlap(held[word], held[other]) >= SAME), None)
        if twin is None:
            chosen += [word] if len(chosen) < limit else []
        elif _overlap(held[word], held[chosen[twin]]) >= PART_OF and _within(chosen[twin], word):
            chosen[twin] = word
    return chosen


def _overlap(a: Comments, b: Comments) -> float:
    return len(a & b) / len(a | b)


def _within(shorter: str, longer: str) -> bool:
    return f" {shorter} " in f" {longer} "


def _says_something(term: str) -> bool:
    """Words of letters (with the marks of their script), not empty at either end of a phrase."""
    empty = _empty_words()
    words = term.split()
    return all(_is_word(word) and word not in empty for word in words) and any(len(w) >= LETTERS for w in words)


def _is_word(word: str) -> bool:
    return word[0].isalpha() and word.isprintable() and len(word) <= LONGEST


@cache
def _empty_words() -> frozenset[str]:
    """Stop words as they stand here, where an apostrophe parts a word in two: "don't" is "don" and "t"."""
    separated = str.maketrans(dict.fromkeys(SEPARATORS, " "))
    return frozenset(
        part for word in stop_words() - SAY_SOMETHING for part in (word, *word.translate(separated).split())
    )
