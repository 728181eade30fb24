"""Key phrases: what these comments say that the others do not, by TF-IDF over one to three words.

TF-IDF weighs a phrase by how often a comment uses it and how few comments do (Spärck Jones 1972,
doi:10.1108/eb026526). A phrase is kept where these comments use it more often than the others by more than chance,
and ranked by its mean weight here minus there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from metrics.bands import bands
from metrics.metric import Metric
from metrics.stop_words import stop_words
from metrics.sums import FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]
ENDS = ".!?:…"
"""A capital after these begins a sentence."""
BEYOND_CHANCE = 4.0
"""Standard errors that a phrase's share must be apart: some thousand phrases are compared, and of 5,000 without any
difference 0.2 would pass (two-sided p = 6·10⁻⁵)."""
WORDS = (1, 3)
TOKEN = r"[^\W\d_](?:[\w']*\w)?"  # noqa: S105  a word begins with a letter
SAME = 0.6
"""Two phrases that share this much of their comments (Jaccard) are one theme; the better one stays."""
CANDIDATES = 500
"""How many of the best phrases are compared with each other."""
PART_OF = 0.9
"""A phrase that is this rarely used outside a longer one is part of it: "complete waste", not "complete"."""


@dataclass(frozen=True)
class Phrasebook:
    """Which phrase is in which text: `weights` (TF-IDF) has a row a text, a column for each of `phrases`."""

    texts: tuple[str, ...]
    phrases: tuple[str, ...]
    weights: csr_matrix

    @classmethod
    def of(cls, texts: Sequence[str], fewest: int) -> Phrasebook:
        """All phrases that `fewest` texts hold and that begin and end with a word that says something."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(
            preprocessor=_even, token_pattern=TOKEN, ngram_range=WORDS, min_df=max(fewest, 1), sublinear_tf=True,
            norm="l2",
        )  # fmt: skip
        try:
            weights = csr_matrix(vectorizer.fit_transform(texts))
        except ValueError:  # scikit-learn's word for "no phrase occurs often enough"
            return cls(tuple(texts), (), csr_matrix((len(texts), 0)))
        phrases = [str(phrase) for phrase in vectorizer.get_feature_names_out()]
        telling = np.flatnonzero([_says_something(phrase) for phrase in phrases])
        return cls(tuple(texts), tuple(phrases[int(i)] for i in telling), csr_matrix(weights[:, telling]))

    def telling(self, these: BoolArray, others: BoolArray, fewest: int, limit: int) -> list[int]:
        """The phrases of `these` texts that `others` do not use as often, beyond chance, the most telling first;
        none where either side has fewer than `fewest` texts."""
        n, m = int(these.sum()), int(others.sum())
        if min(n, m) < max(fewest, 1) or not self.phrases:
            return []
        here, there = self.weights[np.flatnonzero(these)], self.weights[np.flatnonzero(others)]
        held, elsewhere = _column_counts(here), _column_counts(there)
        lead = np.asarray(here.sum(axis=0)).ravel() / n - np.asarray(there.sum(axis=0)).ravel() / m
        kept = np.flatnonzero((held >= fewest) & (_apart(held, n, elsewhere, m) >= BEYOND_CHANCE))
        ranked = kept[np.argsort(-lead[kept], kind="stable")]
        return self._one_each(ranked[:CANDIDATES], limit)

    def _one_each(self, ranked: IntArray, limit: int) -> list[int]:
        """The best `limit` of ranked phrases, one of those that the same texts hold; of such, a longer one that
        nearly all of them hold stands for the shorter."""
        held = csr_matrix(self.weights[:, ranked] > 0, dtype=np.int32)
        both = (held.T @ held).toarray()
        counts = both.diagonal()
        jaccard = both / np.maximum(counts[:, None] + counts[None, :] - both, 1)
        chosen: list[int] = []
        for place in range(len(ranked)):
            twin = next((k for k, other in enumerate(chosen) if jaccard[place, other] >= SAME), None)
            if twin is None:
                chosen += [place] if len(chosen) < limit else []
            elif jaccard[place, chosen[twin]] >= PART_OF and self._within(ranked[chosen[twin]], ranked[place]):
                chosen[twin] = place
        return [int(ranked[place]) for place in chosen]

    def _within(self, shorter: int, longer: int) -> bool:
        return f" {self.phrases[shorter]} " in f" {self.phrases[longer]} "

    def holders(self, column: int) -> BoolArray:
        """Which texts hold a phrase."""
        return np.asarray(self.weights[:, [column]].toarray() > 0, dtype=np.bool_).ravel()


def telling_phrases(
    metric: Metric,
    texts: Sequence[str],
    scores: FloatArray,
    fewest: int,
    *,
    elsewhere: Sequence[str] = (),
    known: Sequence[str] = (),
    limit: int = 12,
) -> dict[str, BoolArray]:
    """Phrase → which of `texts` hold it: what the slice says that comments elsewhere do not, what its happiest and
    its unhappiest customers say that its others do not, in turn until there are `limit`.

    `scores` has one place per text, NaN where none was given. Phrases of fewer than `fewest` texts, and those of
    `known` (themes the company already has), are left out.
    """
    book = Phrasebook.of([*texts, *elsewhere], fewest)
    inside = np.arange(len(book.texts)) < len(texts)
    padded = np.concatenate([scores, np.full(len(elsewhere), np.nan)])
    ladder = bands(metric)
    contrasts = [book.telling(inside, ~inside, fewest, limit)]
    for edge in (ladder[-1], ladder[0]):
        these = np.array([not np.isnan(score) and edge.holds(score) for score in padded], dtype=np.bool_)
        contrasts.append(book.telling(these, inside & ~these, fewest, limit))
    found: dict[str, BoolArray] = {}
    already = {name.lower() for name in known}
    for column in (column for turn in zip_longest(*contrasts) for column in turn if column is not None):
        mentions = book.holders(column)[: len(texts)]
        new = book.phrases[column] not in already and all(_jaccard(mentions, other) < SAME for other in found.values())
        if new and len(found) < limit:
            found[_as_written(book.phrases[column], texts, mentions)] = mentions
    return found


def _column_counts(weights: csr_matrix) -> FloatArray:
    """How many texts hold each phrase."""
    counts: FloatArray = np.bincount(weights.indices, minlength=weights.shape[1]).astype(np.float64)
    return counts


def _apart(a: FloatArray, n: int, b: FloatArray, m: int) -> FloatArray:
    """z of the difference of two shares, pooled; 0 where nobody or everybody has the phrase."""
    pooled = (a + b) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return np.divide(a / n - b / m, error, out=np.zeros_like(error), where=error > 0)


def _says_something(phrase: str) -> bool:
    words = phrase.split()
    empty = stop_words()
    return words[0] not in empty and words[-1] not in empty and any(len(word) > 2 for word in words)  # noqa: PLR2004


def _jaccard(a: BoolArray, b: BoolArray) -> float:
    either = int((a | b).sum())
    return int((a & b).sum()) / either if either else 1.0


def _even(text: str) -> str:
    """Lower case, with typographic apostrophes made plain so that "don’t" and "don't" are one word."""
    return text.lower().replace("’", "'")


def _as_written(phrase: str, texts: Sequence[str], mentions: BoolArray) -> str:
    """The phrase with capitals where most comments that hold it write it so in the middle of a sentence: "Priya",
    but "refund" although sentences begin with it."""
    titled = phrase.title()
    holders = [" ".join(texts[int(i)].split()) for i in np.flatnonzero(mentions)]
    capital = sum(_inside(titled, text) for text in holders)
    small = sum(phrase in text for text in holders)
    return titled if capital > small else phrase


def _inside(phrase: str, text: str) -> bool:
    """Whether a phrase stands somewhere that is not the beginning of a sentence."""
    at = text.find(" " + phrase)
    while at > 0:
        if text[at - 1] not in ENDS:
            return True
        at = text.find(" " + phrase, at + 1)
    return False
