"""A row of comments (data_sources/voice_rows.py) as the domain's Verbatim: typed, and under a pseudonym."""

from __future__ import annotations

from collections.abc import Mapping

from data_sources.keys import text_of
from data_sources.masking import Masker
from data_sources.pseudonyms import Pseudonyms
from data_sources.voice_rows import DIMENSION, SCORE
from metrics.catalog import Catalog
from metrics.people import Verbatim

Row = Mapping[str, object]
NOBODY = "No customer named"
"""Stands where a response names no customer."""


def verbatim(row: Row, catalog: Catalog, names: Pseudonyms, masker: Masker, others: Mapping[str, float]) -> Verbatim:
    """A row of `voice_rows.columns` as a comment under a pseudonym, without personal data in it."""
    customer = row.get("customer")
    return Verbatim(
        id=text_of(row["id"]),
        pseudonym=NOBODY if customer is None else names.of(text_of(customer)),
        time=row["time"],  # type: ignore[arg-type]  # fetch returns a Moment as a datetime
        text=masker.masked(str(row["comment"])),
        scores={**scores(row, catalog), **others},
        stage=text(row.get("stage")),
        touchpoint=text(row.get("touchpoint")),
        dimensions=dimensions(row, catalog),
        topic=text(row.get("topic")),
        sentiment=number(row.get("sentiment")),
        language=text(row.get("language")),
    )


def scores(row: Row, catalog: Catalog) -> dict[str, float]:
    """The scores that a row holds, in the order of the cards."""
    held = ((metric.id, number(row.get(f"{SCORE}{metric.id}"))) for metric in catalog.metrics)
    return {name: score for name, score in held if score is not None}


def dimensions(row: Row, catalog: Catalog) -> dict[str, str | None]:
    """The dimensions that a row's dataset records."""
    return {
        axis.id: text(row[f"{DIMENSION}{axis.id}"]) for axis in catalog.dimensions if f"{DIMENSION}{axis.id}" in row
    }


def number(value: object) -> float | None:
    """A number of any driver; None for anything else."""
    return float(value) if isinstance(value, int | float) else None


def text(value: object) -> str | None:
    """Text of any driver; None for NULL and for an empty one."""
    return None if value is None or value == "" else str(value)


def said(value: object, masker: Masker) -> str | None:
    """What somebody wrote, without personal data in it; None for NULL and for an empty one."""
    written = text(value)
    return None if written is None else masker.masked(written)
