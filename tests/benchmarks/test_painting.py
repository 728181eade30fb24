"""When a page counts as painted, on a page of our own whose last change is known; and what its shifts score.
The authority is the page itself and web.dev's definition of cumulative layout shift (https://web.dev/articles/cls)."""

from __future__ import annotations

import pytest

from benchmarks.painting import QUIET, browser, clicked, opened, visitor
from tests.e2e.shifts import Shift, score, whole

LAST, STEP = 600, 150
"""Milliseconds: the last change of the page, and between its changes."""
APP = f"""<div data-testid="stApp" data-test-script-state="running" data-test-connection-state="CONNECTED">
<div data-testid="stMain"><h1>Title</h1><p></p><button>Go</button></div></div>
<script>
const app = document.querySelector('[data-testid=stApp]'), words = document.querySelector('p');
const change = until => {{
    for (let at = {STEP}; at <= until; at += {STEP})
        setTimeout(() => {{ words.textContent = `after ${{at}}`; }}, at);
    setTimeout(() => {{ app.dataset.testScriptState = 'notRunning'; }}, 2 * {STEP});
}};
document.querySelector('button').onclick = () => change(2 * {STEP});
change({LAST});
setInterval(() => {{ document.title = Date.now(); }}, 20);
</script>"""


@pytest.mark.browser
def test_painted_is_the_last_change_inside_the_page_two_frames_later() -> None:
    """Not when the script has finished, and not what moves outside the page."""
    with browser() as chrome, visitor(chrome) as context:
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(body=APP, content_type="text/html"))
        first = opened(page, "http://page.test/", f"after {LAST}")
        assert LAST <= first.milliseconds < LAST + QUIET + 2_000
        assert first.processor > 0
        after = clicked(page, page.get_by_role("button").click, f"after {2 * STEP}")
        assert 2 * STEP <= after.milliseconds < 2 * STEP + QUIET + 2_000


def test_a_score_is_the_largest_window_of_what_no_input_explains() -> None:
    def shift(at: float, value: float, after_input: bool = False) -> Shift:
        return {"at": at, "value": value, "after_input": after_input, "moved": []}

    one, near, far = shift(0, 0.1), shift(900, 0.2), shift(2_000, 0.25)
    assert score([]) == whole([]) == 0
    assert score([one, near, far]) == pytest.approx(0.3), "a second without a shift ends the window"
    assert score([one, shift(900, 0.2, after_input=True)]) == pytest.approx(0.1)
    assert whole([one, shift(900, 0.2, after_input=True)]) == pytest.approx(0.3)
    steady = [shift(at, 0.01) for at in range(0, 10_000, 500)]
    assert score(steady) == pytest.approx(0.11), "no window is longer than five seconds"
