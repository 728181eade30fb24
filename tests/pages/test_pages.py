"""Each page drawn from a company in memory: what it says, with which evidence, and what it says when it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from metrics.intervals import estimate
from metrics.metric import MetricKind
from tests.pages import company
from tests.pages.company import NPS, WEEKLY, rows, view


def drawn(page: Callable[[], None]) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    """Everything that is said, without Markdown's escapes."""
    kinds = (at.title, at.subheader, at.caption, at.markdown, at.info, at.warning)
    return re.sub(r"\\(.)", r"\1", "\n".join(element.value for kind in kinds for element in kind))


def quiet_review() -> None:
    from pages import weekly_review
    from tests.pages.company import view

    weekly_review.render(view())


def test_a_quiet_week_says_so_with_its_numbers() -> None:
    at = drawn(quiet_review)
    said = words(at)
    newest = rows().query("week == week.max()")
    value = 100 * ((newest["nps"] >= 9).mean() - (newest["nps"] <= 6).mean())
    assert at.metric[0].value == NPS.text(float(value))
    assert len(at.metric) == 2
    assert f"n {WEEKLY}" in said
    low, high = interval(rows())
    assert f"{NPS.text(low)} to {NPS.text(high)} · n {WEEKLY}" in said
    assert "concern" not in at.title[0].value
    assert "No slice departs from its usual level this week." in said
    assert "all customers" in said


def interval(given) -> tuple[float, float]:
    """The newest week's interval, by metrics.intervals on the cube's sums (its authority: METHODS §2, tested there)."""
    seen = view(given)
    found = estimate(NPS, seen.sums(NPS, (seen.week,)).at(0))
    assert found.lower is not None and found.upper is not None
    return found.lower, found.upper


def fallen_review() -> None:
    import numpy as np

    from pages import weekly_review
    from tests.pages.company import rows, view

    given = rows()
    hit = (given["week"] == given["week"].max()) & (given["region"] == "North")
    weekly_review.render(view(given.assign(nps=np.where(hit, given["nps"] // 3, given["nps"]))))


def test_a_fall_in_one_region_is_the_headline_and_a_link() -> None:
    at = drawn(fallen_review)
    assert re.search(r"NPS fell \d+ points (from its usual \d+ )?to", at.title[0].value)
    assert "North" in at.title[0].value
    assert any("North" in button.label for button in at.button if button.key.startswith("open_signal_nps"))
    assert "concern" in words(at)


def review_without_comments() -> None:
    from pages import weekly_review
    from tests.pages.company import view

    weekly_review.render(view(down=True))


def test_a_part_that_fails_leaves_the_rest_of_the_review_alive() -> None:
    at = drawn(review_without_comments)
    assert "Source “warehouse” does not answer. Start it." in words(at)
    assert len(at.metric) == 2
    assert at.title[0].value
    assert "Newest response" in words(at)


def thin_review() -> None:
    from pages import weekly_review
    from tests.pages.company import rows, view

    given = rows()
    weekly_review.render(view(given[(given["week"] < 39) | (given.index % 67 == 0)]))


def test_too_few_stands_in_the_numbers_place() -> None:
    given = rows()
    left = ((given["week"] == 39) & (given.index % 67 == 0)).sum()
    assert 0 < left < company.CATALOG.thresholds.show_number
    at = drawn(thin_review)
    assert [metric.value for metric in at.metric] == ["too few", "too few"]
    assert f"n {left}" in words(at)


def stale_review() -> None:
    from datetime import datetime

    from pages import weekly_review
    from tests.pages.company import view

    weekly_review.render(view(today=datetime(2026, 2, 1)))


def test_old_numbers_are_called_stale() -> None:
    assert "stale" in words(drawn(stale_review))


def fresh_metric() -> None:
    from pages import metric
    from tests.pages.company import view

    metric.render(view())


def test_the_metric_page_gives_level_interval_n_and_every_slice() -> None:
    at = drawn(fresh_metric)
    said = words(at)
    low, high = interval(rows())
    assert at.title[0].value.startswith("NPS is")
    assert f"{NPS.text(low)} to {NPS.text(high)} · n {WEEKLY}" in said
    assert "Chief Customer Officer" in said
    assert "Usual weeks lie between" in said
    assert {"North", "South"} <= {button.label for button in at.button if button.key.startswith("slice_")}
    assert "Target 30" in said


def narrowed_metric() -> None:
    from metrics.slices import EVERYTHING, Filters
    from pages import metric
    from tests.pages.company import view

    metric.render(
        view(scope=EVERYTHING.filtered(Filters.of({"region": ["North"]})), unknown=("region “[x](javascript:1)”",))
    )


def test_filters_and_what_nobody_knows_are_said() -> None:
    at = drawn(narrowed_metric)
    assert "· North" in re.sub(r"\\(.)", r"\1", at.caption[0].value)
    assert f"n {WEEKLY // 2}" in words(at)
    warned = "\n".join(element.value for element in at.warning)
    assert "does not record" in warned
    assert "](javascript" not in warned, "the address is text, not Markdown"


def all_voices() -> None:
    from pages import voices
    from tests.pages.company import view

    voices.render(view())


def test_the_voices_count_what_the_card_counts() -> None:
    at = drawn(all_voices)
    newest = rows().query("week == week.max()")
    assert at.title[0].value.startswith(f"{WEEKLY} responses")
    assert f"{(newest['text'] != '').sum()} comments to read" in at.title[0].value
    assert sum("They rang back after" in element.value for element in at.markdown) == 20
    assert f"n {WEEKLY}" in words(at)


def thin_voices() -> None:
    from pages import voices
    from tests.pages.company import rows, view

    given = rows()
    voices.render(view(given[(given["week"] < 39) | (given.index % 40 == 0)]))


def test_too_few_comments_are_not_shown() -> None:
    left = ((rows()["week"] == 39) & (rows().index % 40 == 0)).sum()
    assert 0 < left < company.CATALOG.thresholds.show_comments
    at = drawn(thin_voices)
    assert "Too few to show" in words(at)
    assert "They rang back" not in words(at)


def voices_down() -> None:
    from pages import voices
    from tests.pages.company import view

    voices.render(view(down=True))


def test_voices_without_their_source_say_so_and_keep_the_freshness_line() -> None:
    at = drawn(voices_down)
    assert at.title[0].value == "The comments cannot be read just now."
    assert "Source “warehouse” does not answer. Start it." in words(at)
    assert "Newest response" in words(at)


def one_story() -> None:
    import streamlit as st

    from pages import story
    from tests.pages.company import view

    st.query_params["response"] = "A1"
    story.render(view())


def test_a_story_says_who_what_and_which_words_led_here() -> None:
    at = drawn(one_story)
    said = words(at)
    assert at.title[0].value.startswith("Heron")
    assert "worst at sales" in at.title[0].value
    for part in ("North", "First home", "£624", "Mar 2020", "Order placed", "this is what led here", "*Awful*."):
        assert part in said, part
    assert "outcomes: none are configured" in said
    assert {"back_to_voices", "next_story"} <= {button.key for button in at.button}


@pytest.mark.parametrize(("response", "said"), [("nobody", "There is nothing to show here."), ("", "A story begins")])
def test_a_story_that_is_not_there_is_explained(response: str, said: str) -> None:
    def page(response: str) -> None:
        import streamlit as st

        from pages import story
        from tests.pages.company import view

        if response:
            st.query_params["response"] = response
        story.render(view())

    at = AppTest.from_function(page, args=(response,), default_timeout=60).run()
    assert not at.exception
    assert at.title[0].value.startswith(said)
    assert at.info


def story_down() -> None:
    import streamlit as st

    from pages import story
    from tests.pages.company import view

    st.query_params["response"] = "A1"
    story.render(view(down=True))


def test_a_story_without_its_source_says_so() -> None:
    at = drawn(story_down)
    assert at.title[0].value == "This story cannot be read just now."
    assert "Source “warehouse”" in words(at)


def test_the_fake_cube_holds_every_row() -> None:
    """The fake is checked too: its sums are pandas' own."""
    given, seen = rows(), view()
    table = seen.sums(NPS, seen.weeks)
    up, down = (given["nps"] >= 9).groupby(given["week"]).sum(), (given["nps"] <= 6).groupby(given["week"]).sum()
    assert NPS.kind is MetricKind.NPS
    assert np.array_equal([table.at(i).total for i in range(len(seen.weeks))], 100 * (up - down).to_numpy())
