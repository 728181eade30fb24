"""What makes the audit log tamper-evident: every entry is sealed together with the seal of the one before it, and the
last seal is kept once more outside the table.

Seals are HMAC-SHA256 (RFC 2104) by keys derived from one secret, over JSON with sorted keys, no spaces and ASCII only,
so that equal entries are equal bytes. What refers to a customer is not in the entry: only a commitment to it, by a
random salt that is kept beside the reference. Erasing both leaves a commitment that nobody can test a guess against,
and a chain that still holds (crypto-shredding).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SALT_BYTES = 32
HEAD_FILE = "audit.head"
BEFORE_THE_FIRST = "0" * 64
JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
Fields = Mapping[str, str | int | None]


def canonical(fields: Fields) -> bytes:
    """Equal fields as equal bytes, whatever their order."""
    return JSON.encode(dict(fields)).encode("ascii")


def commitment(salt: bytes, about: Fields) -> str:
    """What stands in an entry for a reference: 64 hexadecimal digits."""
    return hmac.digest(salt, canonical(about), hashlib.sha256).hex()


def same(one: str, other: str) -> bool:
    """Whether two seals are the same, in a time that does not tell how far."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the chain: its number (0 before the first) and its seal."""

    sequence: int = 0
    seal: str = BEFORE_THE_FIRST

    def text(self) -> str:
        """ "1204:9f0c…": to be written down elsewhere."""
        return f"{self.sequence}:{self.seal}"

    @classmethod
    def of(cls, text: str) -> Head:
        """What `text` wrote. Raises ValueError."""
        number, _, seal = text.strip().partition(":")
        bytes.fromhex(seal)
        return cls(int(number), seal)


class Seals:
    """The keys of one log. Who has the secret can write any history: it belongs to the app and to nobody else."""

    def __init__(self, secret: bytes) -> None:
        self._entries, self._heads, self._marks = (
            hmac.digest(secret, f"customer-room/audit/{use}".encode(), hashlib.sha256)
            for use in ("entries", "heads", "marks")
        )

    def entry(self, fields: Fields, before: str) -> str:
        """The seal of an entry behind another's."""
        return hmac.digest(self._entries, canonical({**fields, "before": before}), hashlib.sha256).hex()

    def mark(self, text: str) -> str:
        """What stands for a customer: the log finds a customer's references again without knowing the customer."""
        return hmac.digest(self._marks, text.encode("utf-8", "replace"), hashlib.sha256).hex()

    def head(self, head: Head) -> str:
        """The seal of the chain's last seal."""
        return hmac.digest(self._heads, head.text().encode(), hashlib.sha256).hex()


class HeadFile:
    """The chain's head outside the table: whoever cuts off the end of the table leaves a head that points behind it."""

    def __init__(self, folder: Path, seals: Seals) -> None:
        self.path, self._seals = folder / HEAD_FILE, seals

    def read(self) -> Head | None:
        """The head as it was last kept; None where there is none, or none that was sealed by our key. Raises
        OSError."""
        try:
            kept = json.loads(self.path.read_bytes())
            head = Head(int(kept["sequence"]), str(kept["seal"]))
            return head if same(str(kept["sealed"]), self._seals.head(head)) else None
        except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, head: Head) -> None:
        """Replace the head; it is whole or the old one, after a power cut too. Raises OSError."""
        draft = self.path.with_name(f"{HEAD_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
        kept: Fields = {"sequence": head.sequence, "seal": head.seal, "sealed": self._seals.head(head)}
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(canonical(kept))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
