"""The README's pictures, taken anew from the demo company: `python docs/pictures.py`."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.e2e.browser import DESKTOP, FLAGS, PHONE, Size, settle  # noqa: E402  the repository is no installed package
from tests.e2e.server import start  # noqa: E402
from tests.needs import chromium  # noqa: E402

COLOURS = 192
"""A palette of this size keeps the charts' colours apart and a picture under 200 kB."""
FADE = 700
"""Milliseconds until Streamlit's last fade has ended."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to photograph: where it is, how large the screen, in which theme."""

    name: str
    address: str
    screen: Size
    theme: str = "light"


PICTURES = (
    Picture("weekly-review", "/", DESKTOP),
    Picture("metric", "/metric?metric=nps", DESKTOP),
    Picture("journey", "/journey", DESKTOP),
    Picture("competitors", "/competitors", DESKTOP),
    Picture("expectations", "/expectations", DESKTOP),
    Picture("voices", "/voices?metric=nps&slice=region:North&slice=touchpoint:delivery %26 installation", DESKTOP),
    Picture("phone", "/", PHONE, "dark"),
)


def main() -> None:
    """Start the app, take every picture, write docs/images."""
    folder = HERE / "images"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        server = start(Path(scratch))
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            for picture in PICTURES:
                path = folder / f"{picture.name}.png"
                take(browser, server.url, picture, path)
                sys.stdout.write(f"{path} ({path.stat().st_size // 1024} kB)\n")
        finally:
            browser.close()
            server.stop()


def take(browser: Browser, url: str, picture: Picture, path: Path) -> None:
    """One picture, as small as its colours allow."""
    context = browser.new_context(viewport=picture.screen, color_scheme=picture.theme)
    page = context.new_page()
    page.goto(url + picture.address)
    settle(page)
    page.wait_for_timeout(FADE)
    page.screenshot(path=path)
    context.close()
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
