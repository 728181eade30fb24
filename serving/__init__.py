"""One process that serves: made ready before its first visitor, asked how it is, and ended gracefully (serve.py)."""
