"""Capital letters for patterns: `re` has no class for them."""

from __future__ import annotations

UPPER = "".join(chr(code) for code in range(0x41, 0x530) if chr(code).isupper() and chr(code).isalpha())
"""Latin, Greek and Cyrillic capitals."""
