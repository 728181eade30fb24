"""Columns of the Thrift protocol of Hive and Spark as Arrow."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KINDS = {
    "BOOLEAN_TYPE": pa.bool_(),
    "TINYINT_TYPE": pa.int64(), "SMALLINT_TYPE": pa.int64(), "INT_TYPE": pa.int64(), "BIGINT_TYPE": pa.int64(),
    "FLOAT_TYPE": pa.float64(), "DOUBLE_TYPE": pa.float64(), "DECIMAL_TYPE": pa.float64(),
    "TIMESTAMP_TYPE": pa.timestamp("us"), "DATE_TYPE": pa.date32(), "BINARY_TYPE": pa.binary(),
    "NULL_TYPE": pa.null(),
}  # fmt: skip
"""What each type of the protocol becomes; all others are text."""
SENT_AS_TEXT = frozenset({"DECIMAL_TYPE", "TIMESTAMP_TYPE", "DATE_TYPE"})


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a column that the server calls `kind` (TTypeId)."""
    return KINDS.get(kind, pa.string())


def arrow_column(sent: object, kind: str) -> pa.Array:
    """A column of one batch (TColumn: the one member that is set holds `values`, and `nulls` as bits). Decimals
    become doubles."""
    filled = next(member for member in vars(sent).values() if member is not None)
    missing = _missing(filled.nulls, len(filled.values))
    if kind in SENT_AS_TEXT:
        return pc.cast(pa.array(filled.values, pa.string(), mask=missing), arrow_type(kind))
    if kind == "NULL_TYPE":
        return pa.nulls(len(filled.values))
    return pa.array(filled.values, arrow_type(kind), mask=missing)


def _missing(bits: bytes, length: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which values are NULL. The last bytes are left out where no bit is set in them."""
    found = np.zeros(length, dtype=np.bool_)
    set_bits = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")[:length]
    found[: len(set_bits)] = set_bits.astype(np.bool_)
    return found
