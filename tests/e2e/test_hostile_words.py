"""What customers and databases hold is read, never obeyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import company
from tests.e2e.browser import Window
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

COMMENTS = (
    "<img src=x onerror=\"document.title='owned'\"> nice",
    "<script>document.title='owned'</script> said I",
    "[click me](javascript:document.title='owned') now",
    "![spy](https://example.invalid/pixel.png) look",
    ":red[alarm] and :material/bug_report: and :rainbow[all]",
    "$\\frac{1}{0}$ of them, $$x^2$$ more",
    "# Not a heading\n- nor a list\n> nor a quote",
    "**bold** _thin_ ~~gone~~ `code` | cell |",
    "https://example.invalid/visit and www.example.invalid too, me@example.invalid -> :smile:",
    "safe \u202etxet desrever\u202c end",
    '=HYPERLINK("https://example.invalid","x")',
)
SHOWN = (
    "<img src=x onerror=\"document.title='owned'\"> nice",
    "<script>document.title='owned'</script> said I",
    "[click me](javascript:document.title='owned') now",
    "![spy](https://example.invalid/pixel.png) look",
    ":red[alarm] and :material/bug_report: and :rainbow[all]",
    "$\\frac{1}{0}$ of them, $$x^2$$ more",
    "# Not a heading - nor a list > nor a quote",
    "**bold** _thin_ ~~gone~~ `code` | cell |",
    "https://example.invalid/visit and www.example.invalid too, me@example.invalid -> :smile:",
    "safe txet desrever end",
    '=HYPERLINK("https://example.invalid","x")',
)
REGIONS = ("<b>North</b> :red[x]", "So*u*th [y](javascript:1)")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company.in_folder(tmp_path_factory.mktemp("hostile"), company.answers(COMMENTS, REGIONS))


OBEDIENCE = (
    "a[href^=javascript]",
    "a[href*='example.invalid']",
    "a[href^=mailto]",
    "img[src*='example.invalid']",
    "img[src=x]",
    "script",
    "h2:has-text('Not a heading')",
    ".katex",
    "blockquote",
    "del",
    "[data-testid=stIconMaterial]:has-text('bug_report')",
)
"""What obeying one of the comments would leave on the page."""


def obeyed(window: Window) -> list[str]:
    """What a page of hostile words made the browser do."""
    page = window.page
    done = ["the title"] if page.title() == "owned" else []
    main = page.get_by_test_id("stMain")
    for selector in OBEDIENCE:
        done += [selector] * main.locator(selector).count()
    return done


def test_hostile_comments_appear_letter_by_letter(
    start_app: Callable[..., Server], hostile: Path, window: Window
) -> None:
    app = start_app(hostile)
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    window.open(f"{app.url}/voices?metric=nps")
    words = window.words
    for shown in SHOWN:
        assert shown in words, shown
    assert not obeyed(window)

    window.page.locator("[class*=st-key-comment_]").first.get_by_role("button").click()
    window.page.wait_for_url("**/story?*")
    window.settle()
    assert any(shown in window.words for shown in SHOWN)
    assert not obeyed(window)
    assert not [url for url in asked if "example.invalid" in url]
    assert "\u202e" not in window.page.content()


def test_hostile_names_of_slices_appear_letter_by_letter(
    start_app: Callable[..., Server], hostile: Path, window: Window
) -> None:
    app = start_app(hostile)
    window.open(app.url)
    window.choose("region", REGIONS[0])
    assert REGIONS[0] in window.evidence
    assert not obeyed(window)
    window.go_to("Metric")
    assert REGIONS[0] in window.evidence
    window.page.reload()
    window.settle()
    assert REGIONS[0] in window.evidence
    assert not obeyed(window)


def test_a_search_with_markup_marks_words_and_nothing_else(
    start_app: Callable[..., Server], hostile: Path, window: Window
) -> None:
    app = start_app(hostile)
    window.open(f"{app.url}/voices?metric=nps&search=alarm")
    assert ":red[alarm] and :material/bug_report: and :rainbow[all]" in window.words
    window.open(f"{app.url}/voices?metric=nps&search=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert not obeyed(window)
    window.open(f"{app.url}/voices?metric=nps&search=%5Bx%5D(javascript:1)")
    assert not obeyed(window)
