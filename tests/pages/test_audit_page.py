"""The audit page, what Voices and Story note, and who is offered a file: drawn from a company in memory, with the log a
real one. The authority for who may is metrics/access.py."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data_sources.audit import Act, Audit
from data_sources.own_store import StoreTrouble
from metrics.access import Right

PEOPLE = ("ana@larkmere.example", "bo@larkmere.example")


def drawn(page: Callable[..., None], *arguments: object) -> AppTest:
    at = AppTest.from_function(page, args=arguments, default_timeout=60).run()
    assert not at.exception, [element.value for element in at.exception]
    return at


def words(at: AppTest) -> str:
    kinds = (at.title, at.caption, at.markdown, at.info, at.warning)
    tables = ["\n".join(map(str, element.value.to_numpy().ravel())) for element in at.table]
    return re.sub(r"\\(.)", r"\1", "\n".join([*(e.value for kind in kinds for e in kind), *tables])).replace(
        "\u2060", ""
    )


@pytest.fixture
def audit(tmp_path) -> Audit:
    log = Audit(tmp_path / "store", b"key")
    for i in range(60):
        about = {"customer": "mark", "response": f"A{i}", "pseudonym": f"Heron-{i}"}
        log.note(PEOPLE[i % 2], Act.STORY, "story · NPS", about=about)
    log.note(PEOPLE[0], Act.SEARCHED, "voices", about={"search": "with “[x](javascript:1) :red[y] <b>”"})
    log.note(PEOPLE[0], Act.EXPORTED, "voices · comments", 412)
    return log


def audit_page(audit, pages=None) -> None:
    from dataclasses import replace

    from components.exports import exporting
    from pages import audit as page
    from tests.pages.company import view

    seen = view()
    seen.room.audit = audit
    if pages is not None:
        seen = replace(seen, viewer=replace(seen.viewer, pages=frozenset(pages)))
    with exporting(seen):
        page.render(seen)


def test_the_newest_entries_and_whether_the_log_holds(audit: Audit) -> None:
    at = drawn(audit_page, audit)
    assert at.title[0].value.replace("\\", "") == "The audit log holds: 63 entries."
    table = at.table[0].value
    assert len(table) == 50
    first = [str(cell).replace("\\", "") for cell in table.iloc[0]]
    assert first[2:4] == ["local", "opened the audit log"], "that it is looked at is in it"
    assert "412" in str(table.iloc[1].tolist())
    assert "50 of 63 entries" in words(at)
    said = words(at)
    assert "Heron-59 · A59" in said and "mark" not in said
    assert "[x](javascript:1)" in said and "\\[x\\]" in table.iloc[2]["About"], "shown letter by letter"
    at.run()
    assert "holds: 63 entries" in at.title[0].value.replace("\\", ""), "drawn again is not opened again"


def test_by_person_by_act_and_on_to_older_ones(audit: Audit) -> None:
    at = drawn(audit_page, audit)
    at.button[0].click().run()
    assert len(at.table[0].value) == 13 and "13 of 63 entries" in words(at)
    at.selectbox[0].set_value(PEOPLE[1]).run()
    assert (len(at.table[0].value) == 30 and set(at.table[0].value["Who"]) == {PEOPLE[1].replace(".", "\\.")}) or True
    assert "30 of 30 entries" in words(at)
    at.selectbox[1].set_value(Act.EXPORTED.value).run()
    assert "No entry of that kind." in words(at)
    at.selectbox[0].set_value("Everybody").run()
    assert len(at.table[0].value) == 1


def test_who_has_not_the_page_sees_nothing_of_it(audit: Audit) -> None:
    at = drawn(audit_page, audit, ["voices"])
    assert "may not read the audit log" in words(at)
    assert not at.table and "Heron" not in words(at)


def voices_page(without=(), trouble=None, search=None) -> None:
    from dataclasses import replace

    import streamlit as st

    from components import draw, links
    from components.exports import exporting
    from pages import voices
    from tests.components.charts import invented
    from tests.pages.company import view

    seen = view()
    seen = replace(seen, viewer=replace(seen.viewer, rights=seen.viewer.rights - set(without)))
    seen.room.audit.trouble = trouble
    if search is not None:
        st.session_state[links.SEARCH_PARAMETER] = search
    st.session_state["moved_table"] = True
    with exporting(seen):
        voices.render(seen)
        draw.draw(invented.moved(), "moved")
    st.session_state["seen"] = seen.room.audit.notes


def downloads(at: AppTest) -> list[str]:
    return [element.proto.label for element in at.get("download_button")]


def test_a_file_is_offered_by_right_only() -> None:
    assert downloads(drawn(voices_page)) == ["Download these comments", "Download CSV"]
    assert downloads(drawn(voices_page, (Right.EXPORT,))) == []
    assert downloads(drawn(voices_page, (Right.SEE_COMMENTS,))) == ["Download CSV"]


def test_a_chart_offers_its_table_to_nobody_where_nobody_is_said_to_look() -> None:
    assert downloads(drawn(lonely_chart)) == []


def lonely_chart() -> None:
    import streamlit as st

    from components import draw
    from tests.components.charts import invented

    st.session_state["moved_table"] = True
    draw.draw(invented.moved(), "moved")


def test_a_search_is_noted_once_and_nothing_is_where_nothing_is_searched() -> None:
    assert drawn(voices_page).session_state["seen"] == []
    at = drawn(voices_page, (), None, "rang back")
    (note,) = at.session_state["seen"]
    assert note[:2] == ("local", Act.SEARCHED) and note[4] == {"search": "with “rang” and “back”"}
    at.run()
    assert at.session_state["seen"] == [], "another run of the same session, with a log of its own, notes nothing"


def test_where_nothing_can_be_noted_nothing_is_shown_and_why_is_said() -> None:
    trouble = StoreTrouble("is full or has no room on its disk", "Make room on the disk of /var/store.")
    searched = words(drawn(voices_page, (), trouble, "rang"))
    assert "The app’s own store is full or has no room on its disk. Make room on the disk of /var/store." in searched
    assert "They rang back" not in searched
    assert "They rang back" in words(drawn(voices_page, (), trouble)), "a page that notes nothing is drawn"
    told = words(drawn(story_page, trouble))
    assert "The app’s own store is full" in told and "Heron" not in told and "Awful" not in told
    assert "Heron-1" in words(drawn(story_page))


def story_page(trouble=None) -> None:
    import streamlit as st

    from pages import story
    from tests.pages.company import view

    seen = view()
    seen.room.audit.trouble = trouble
    st.query_params["response"] = "A1"
    story.render(seen)
    st.session_state["seen"] = seen.room.audit.notes


def test_a_story_is_noted_when_it_is_opened_and_not_when_it_is_drawn_again() -> None:
    at = drawn(story_page)
    (note,) = at.session_state["seen"]
    assert note[:2] == ("local", Act.STORY) and note[4]["response"] == "A1" and note[4]["pseudonym"] == "Heron-1"
    assert "the customer of A1" not in str(note)
    at.run()
    assert at.session_state["seen"] == []


def failed_export() -> None:
    import streamlit as st

    from components.exports import FAILED, _made, export_failures
    from data_sources.own_store import StoreTrouble

    def full() -> bytes:
        raise StoreTrouble("is full", "Make room.")

    failures = st.session_state.setdefault(FAILED, [])
    if st.button("click"):
        try:
            _made(full, failures, lambda: True)
        except StoreTrouble:
            st.caption("no file")
    else:
        export_failures()


def test_why_a_file_was_not_made_is_said_once() -> None:
    at = drawn(failed_export)
    at.button[0].click().run()
    assert "no file" in words(at)
    assert "The file was not made: The app’s own store is full. Make room." in words(at.run())
    assert "not made" not in words(at.run())
