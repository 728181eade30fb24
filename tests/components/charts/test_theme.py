"""Both themes are designed: every role has a colour, every text is readable (WCAG 2.2, 1.4.3 and 1.4.11)."""

import tomllib
from pathlib import Path

import pytest

from components.charts import grammar as g
from components.charts.spark import COLOURS

CONFIG = tomllib.loads(Path(".streamlit/config.toml").read_text())
THEMES = [pytest.param(CONFIG["theme"][name], id=name) for name in ("light", "dark")]
TEXT = (g.US, g.COMPETITOR, g.CONCERN, g.IMPROVEMENT, g.EXPECTATION, g.MUTED)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure() -> None:
    """Black on white is 21 : 1; #777777 on white is 4.48 : 1 (WebAIM)."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_role_has_a_colour_and_words_are_readable(theme: dict[str, str | list[str]]) -> None:
    colours = dict(zip(g.ROLES, theme["chartCategoricalColors"], strict=True))
    ground = str(theme["backgroundColor"])
    for role in TEXT:
        assert contrast(colours[role], ground) >= 4.5, role
    for role in ("us", "competitor", "concern", "improvement", "expectation"):
        assert contrast(colours[role], colours[g.LIMITS]) >= 3, f"{role} over the band"


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_their_grounds(theme: dict[str, str]) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        for ink in ("textColor", "linkColor", "grayTextColor"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    for name in ("red", "green", "orange", "yellow", "blue", "gray"):
        assert contrast(theme[f"{name}TextColor"], theme[f"{name}BackgroundColor"]) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_the_spark_is_visible_in_both(theme: dict[str, str]) -> None:
    for role, colour in COLOURS.items():
        assert contrast(colour, theme["backgroundColor"]) >= 3, role


def test_what_must_be_set_is_set() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1" and CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["client"]["showErrorDetails"] == "none" and CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["runner"]["postScriptGC"] is False
