"""The right to erasure: what the app itself keeps of a customer is erased, and what stays elsewhere is said.

The app keeps little: rows and comments are read from the company's own databases for each page, the cube on disk holds
sums, and no customer stands in an address. What is left are references in the audit log and answers in the memory of
running processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from data_sources.audit import audit_log
from data_sources.connections import Sources
from data_sources.erasures import Erasures
from data_sources.errors import Unavailable
from data_sources.keys import Keys
from data_sources.own_store import StoreTrouble
from data_sources.settings.root import Settings
from data_sources.tables import Dataset, datasets

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Stays:
    """What the company's own data holds: `rows` of a customer in a dataset, None where it gave no answer and `why`."""

    role: str
    source: str
    rows: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, or with `only_said` would be: `references` of the audit log. `stays` is in the company's own
    data. `lingers`: a reader was in the way, so what was erased may still lie in the store's journal."""

    customer: str
    references: int
    stays: tuple[Stays, ...]
    only_said: bool = False
    lingers: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known of such a customer; a dataset that gave no answer might."""
        return bool(self.references) or any(stay.rows is None or stay.rows for stay in self.stays)


def forget(
    settings: Settings, customer: str, person: str, *, words: Sequence[str] = (), only_said: bool = False
) -> Forgotten:
    """Erase a customer from what the app keeps; `words` (a name, an e-mail address) from what was searched for, too.
    `person` is who asks, for the log. Nothing is changed where nobody of that id is known. Raises StoreTrouble."""
    sources = Sources(settings)
    try:
        stays = _stays(datasets(settings), sources, customer)
    finally:
        sources.dispose()
    log = audit_log(settings)
    found = Forgotten(customer, len(log.references_to(customer, words)), stays, only_said)
    if only_said or not found.known:
        return found
    erased, scrubbed = log.erase(person, customer, words), True
    if erased:
        scrubbed = log.store.scrub()
    try:
        Erasures(settings.store_folder()).say()
    except OSError as error:
        what = f"cannot tell running processes to drop their answers ({error.strerror})"
        raise StoreTrouble(what, "Restart them, and forget the customer again.") from error
    return Forgotten(customer, erased, stays, lingers=not scrubbed)


def _stays(every: dict[str, Dataset], sources: Sources, customer: str) -> tuple[Stays, ...]:
    keys, found = Keys(sources), []
    for role, dataset in every.items():
        if CUSTOMER in dataset:
            try:
                found.append(Stays(role, dataset.source, _count(dataset, keys, sources, customer)))
            except Unavailable as error:
                found.append(Stays(role, dataset.source, None, str(error)))
    return tuple(found)


def _count(dataset: Dataset, keys: Keys, sources: Sources, customer: str) -> int:
    n = sa.cast(sa.func.count(), sa.BigInteger).label("n")
    his = keys.equals(dataset, CUSTOMER, customer)
    return int(sources.run(dataset.source, sa.select(n).select_from(dataset.from_clause).where(his))["n"][0].as_py())


def in_words(found: Forgotten) -> str:
    """As the command prints it. Ends without a newline."""
    if not found.known:
        return (
            f"Nobody is called “{found.customer}” in the company’s data or in what this app keeps: nothing was changed."
        )
    verb = "would be erased" if found.only_said else "erased"
    lines = [
        f"What this app keeps of customer “{found.customer}”:",
        f"  audit log: {_things(found.references, 'reference')} {verb}; who looked and when stays, at whom does not",
        f"  answers in memory: {'would be dropped' if found.only_said else 'dropped'} by every running process at its "
        "next page",
        "  cube on disk: nothing to erase, it holds sums; a cell of few people is suppressed on the page",
    ]
    if found.lingers:
        lines.append("  a reader was in the way: run this again, so that the store’s journal is overwritten too")
    lines += ["What stays in the company’s own data, and is shown again while it is there:"]
    lines += [f"  {stay.role} (source {stay.source}): {_rows(stay)}" for stay in found.stays]
    if any(stay.rows for stay in found.stays):
        lines.append("Erase it there first. Sums count those rows until everything is read again, which is once a day.")
    lines.append("What stays elsewhere: files that were exported, copies of this store, pages open in a browser.")
    return "\n".join(lines)


def _rows(stay: Stays) -> str:
    return f"not known, {stay.why}" if stay.rows is None else _things(stay.rows, "row")


def _things(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
