"""What is not masked in comments (docs/privacy.md)."""

from __future__ import annotations

from data_sources.settings.section import Section, Words


class PrivacySettings(Section):
    """What is left as it is when personal data in comments is masked. The company's name, values of dimensions, stages,
    touchpoints and the words of [themes] are never taken for names anyway."""

    not_masked: tuple[Words, ...] = ()
    """Words and names that are never masked as names of persons: brands, places, and people who agreed to be named."""
