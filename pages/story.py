"""Being built."""

from __future__ import annotations

from data_sources.view import View


def render(view: View) -> None:
    """Being built."""
