"""What makes two written identities the same person: one rule, for the sign-in, the configuration and the table."""

from __future__ import annotations

import unicodedata


def identity(text: str) -> str:
    """A person as they are compared: Unicode's compatible composition (NFKC), lower case, no space around.

    Lower case and not Unicode's case folding, by which “groß@…” and “gross@…” would be one person. Never raises; "" for
    a text of spaces.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().lower())


def written_plainly(text: str) -> bool:
    """Whether an identity that somebody else wrote may be compared at all: it is its own NFKC form, is not empty and
    holds no space, comma, control or invisible character.

    A provider that lets people write their own address takes “ＡＮＡ@larkmere.example” (full-width letters) for another
    person than “ana@larkmere.example”; after NFKC they would be one, so the first is nobody.
    """
    if not text or text != unicodedata.normalize("NFKC", text):
        return False
    return not any(char == "," or char.isspace() or unicodedata.category(char)[0] == "C" for char in text)
