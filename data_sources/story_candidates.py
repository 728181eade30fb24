"""The comments among which the three stories of a week are chosen, read in three queries however many slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nsmallest

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data_sources.comment_rows import IN, rank
from data_sources.paging import Order
from data_sources.verbatims import PAGE, SHUFFLED, Verbatims
from data_sources.voice_rows import RAW_TIME
from metrics.people import Verbatim
from metrics.search import EVERYTHING_SAID
from metrics.slice_of import Slice
from metrics.sums import FloatArray

Places = npt.NDArray[np.int64]
MOST = 50_000
"""Keys read at most (some 10 MB for a moment). A week with more comments is read page by page instead."""


def candidates(verbatims: Verbatims, slices: Sequence[Slice], seed: int) -> tuple[Verbatim, ...]:
    """The first page of every slice in every order that choosing needs: the lowest, the highest and the drawn of the
    seed (only the drawn where comments do not carry the metric's score). Each comment once; none of a slice with too
    few answers. The first slice holds the others. Raises Unavailable, NotFilterable, as Verbatims does.

    How they sound is not read: most are not told.

    One query says which slices may be shown, one reads the keys of the first slice's comments with a mark for each
    of the others, one the comments chosen."""
    shown = [i for i, answers in enumerate(verbatims.answers(slices)) if answers >= verbatims.fewest_answers]
    if not shown:
        return ()
    orders = _orders(verbatims, slices[0])
    keys = verbatims.rows.keys(slices, MOST + 1)
    if keys.num_rows > MOST:
        return tuple(_page_by_page(verbatims, [slices[i] for i in shown], orders, seed))
    within = [_places(keys, i) for i in shown]
    score = np.array(keys["score"].to_pylist(), dtype=np.float64) if "score" in keys.column_names else np.empty(0)
    chosen = {place for here in within for order in orders if order is not Order.RANDOM
              for place in _extreme(here, score, order)}  # fmt: skip
    chosen |= _drawn(within, keys["id"].to_pylist(), seed)
    rows = keys.select(["id", RAW_TIME]).take(pa.array(sorted(chosen), pa.int64())).to_pylist()
    return tuple(verbatims.rows.by_id(slices[0], EVERYTHING_SAID, rows).values())


def _orders(verbatims: Verbatims, slice_: Slice) -> tuple[Order, ...]:
    return (Order.LOWEST, Order.HIGHEST, Order.RANDOM) if verbatims.knows_score(slice_) else (Order.RANDOM,)


def _places(keys: pa.Table, i: int) -> Places:
    """Where the comments of slice i are among the keys."""
    return np.arange(keys.num_rows) if i == 0 else np.flatnonzero(np.array(keys[f"{IN}{i}"].to_pylist()))


def _extreme(here: Places, score: FloatArray, order: Order) -> list[int]:
    """A page of the lowest or highest; keys are the newest first, which a stable sort keeps among equals."""
    facing = score[here] if order is Order.LOWEST else -score[here]
    found: list[int] = here[np.argsort(facing, kind="stable")[:PAGE]].tolist()
    return found


def _drawn(within: Sequence[Places], ids: Sequence[object], seed: int) -> set[int]:
    """A page of every slice by the seed's random order, from its newest SHUFFLED as Verbatims.page draws them."""
    newest = [here[:SHUFFLED].tolist() for here in within]
    ranks = {place: rank(seed, ids[place]) for place in set().union(*newest)}
    return {place for here in newest for place in nsmallest(PAGE, here, key=ranks.__getitem__)}


def _page_by_page(
    verbatims: Verbatims, slices: Sequence[Slice], orders: Sequence[Order], seed: int
) -> Iterator[Verbatim]:
    pages = (verbatims.page(slice_, order=order, seed=seed) for slice_ in slices for order in orders)
    yield from {told.id: told for page in pages for told in page.items}.values()
