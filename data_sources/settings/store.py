"""`[store]`: where the app keeps what it must keep itself."""

from __future__ import annotations

from data_sources.settings.section import Section


class StoreSettings(Section):
    """What the app itself keeps: the audit log."""

    folder: str | None = None
    """Folder of the app's own store, for the app's user only and on a disk of this machine. Relative to cx.toml.
    Without it, "store" beside the cube's folder, which a clean-up of caches may remove: set it where the audit log
    matters."""
