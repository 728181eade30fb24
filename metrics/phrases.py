"""Key phrases: what these comments say that the others do not, by TF-IDF over one to three words.

TF-IDF weighs a phrase by how often a comment uses it and how few comments do (Spärck Jones 1972,
doi:10.1108/eb026526). A phrase is kept where these comments use it more often than the others by more than chance,
and ranked by its mean weight here minus there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from metrics.bands import bands
from metrics.metric import Metric
from metrics.stop_words import stop_words
from metrics.sums import FloatArray
from metrics.themes import by_dictionary

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
    """Phrase → which of `texts` hold it: what the slice says that comments elsewhere do not, and what its happiest
    and its unhappiest customers say that its others do not, in turn until there are `limit`.

    `scores` has one place per text, NaN where none was given.
    """
    ladder = bands(metric)
    contrasts = [key_phrases(texts, elsewhere, fewest, limit, known)]
    for edge in (ladder[-1], ladder[0]):
        inside = np.array([not np.isnan(score) and edge.holds(score) for score in scores], dtype=np.bool_)
        these = [text for text, kept in zip(texts, inside, strict=True) if kept]
        others = [text for text, kept in zip(texts, inside, strict=True) if not kept]
        contrasts.append(key_phrases(these, others, fewest, limit, known))
    in_turn = [phrase for row in zip_longest(*contrasts) for phrase in row if phrase is not None]
    found: dict[str, BoolArray] = {}
    for phrase, mentions in by_dictionary(texts, {phrase: (phrase,) for phrase in in_turn}).items():
        if len(found) < limit and not any(_alike(mentions, other) for other in found.values()):
            found[phrase] = mentions
    return found


def key_phrases(
    these: Sequence[str], others: Sequence[str], fewest: int, limit: int = 10, known: Sequence[str] = ()
) -> dict[str, BoolArray]:
    """Phrase → which of `these` hold it, the most telling first, at most `limit`.

    A phrase must be in `fewest` of these comments, begin and end with a word that says something, and not be one
    of `known` (themes the company already has, in lower case). Empty where either side has fewer than `fewest`
    comments or nothing stands out. A name is printed with its capital where most comments write it so.
    """
    if len(these) < max(fewest, 1) or len(others) < max(fewest, 1):
        return {}
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        preprocessor=_even, token_pattern=TOKEN, ngram_range=WORDS, min_df=max(fewest, 1), sublinear_tf=True
    )
    try:
        weights = vectorizer.fit_transform([*these, *others])
    except ValueError:  # scikit-learn's word for "no phrase occurs often enough"
        return {}
    phrases = vectorizer.get_feature_names_out()
    here, there = weights[: len(these)], weights[len(these) :]
    counts = np.asarray((here > 0).sum(axis=0), dtype=np.float64).ravel()
    apart = _apart(counts, len(these), np.asarray((there > 0).sum(axis=0), dtype=np.float64).ravel(), len(others))
    lead = np.asarray(here.mean(axis=0) - there.mean(axis=0), dtype=np.float64).ravel()
    telling = np.array([_says_something(phrase) and phrase not in known for phrase in phrases])
    candidates = np.flatnonzero(telling & (counts >= fewest) & (apart >= BEYOND_CHANCE))
    ranked = candidates[np.argsort(-lead[candidates], kind="stable")]
    found: dict[str, BoolArray] = {}
    for column in ranked:
        if len(found) == limit:
            break
        mentions = np.asarray((here[:, [column]] > 0).todense(), dtype=np.bool_).ravel()
        if not any(_alike(mentions, other) for other in found.values()):
            found[_as_written(str(phrases[column]), these, mentions)] = mentions
    return found


def _apart(a: FloatArray, n: int, b: FloatArray, m: int) -> FloatArray:
    """z of the difference of two shares, pooled; 0 where nobody or everybody has the phrase."""
    pooled = (a + b) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return np.divide(a / n - b / m, error, out=np.zeros_like(error), where=error > 0)


def _says_something(phrase: str) -> bool:
    words = phrase.split()
    empty = stop_words()
    return words[0] not in empty and words[-1] not in empty and any(len(word) > 2 for word in words)  # noqa: PLR2004


def _alike(a: BoolArray, b: BoolArray) -> bool:
    return bool((a & b).sum() >= SAME * (a | b).sum())


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
