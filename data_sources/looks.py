"""Every look at a person is noted before it is shown: whose story was opened, which journey walked, what was searched.

`noted` is what one session has noted already, kept by the page between its runs as marks, not names: a page that is
drawn again is the same look. Where the log cannot be written StoreTrouble is raised, and there is nothing to show.
"""

from __future__ import annotations

from data_sources.audit import CUSTOMER, SEARCH, Act
from data_sources.room import Room
from data_sources.timelines import NoSuchStory
from data_sources.view import View
from metrics.access import NotPermitted, Right
from metrics.people import CustomerStory
from metrics.search import EVERYTHING_SAID, Search

Noted = set[str]
RESPONSE, PSEUDONYM = "response", "pseudonym"
"""In a reference: the answer that a story was opened by, and what the customer is called here."""


def place(view: View, page: str) -> str:
    """ "voices · NPS · 6–12 Oct 2025 · North": where somebody was."""
    return " · ".join((page, view.metric.label, view.week.text(), view.words))


def story(view: View, response: str, noted: Noted) -> CustomerStory:
    """The story of the customer who gave a response. One that is not there for this viewer, or not permitted, is noted
    as refused. Raises NoSuchStory, NotPermitted, StoreTrouble, Unavailable."""
    try:
        timelines = view.room.timelines(view.viewer)
        found, customer = timelines.story_of(response, view.scope), timelines.customer_of(response, view.scope)
    except (NoSuchStory, NotPermitted):
        _note(view, noted, Act.REFUSED, "story", {}, apart=response)  # whose it is, is not known, so not erasable
        raise
    _note(view, noted, Act.STORY, "story", {RESPONSE: response} | _person(view, found, customer))
    return found


def walked(view: View, found: CustomerStory, customer: str, noted: Noted) -> CustomerStory:
    """A journey that a page has drawn, once it is noted. Raises StoreTrouble."""
    _note(view, noted, Act.WALK, "journey", _person(view, found, customer))
    return found


def searched(view: View, search: Search, noted: Noted) -> None:
    """What is searched for among comments; the words may name a person, so they can be erased. Raises NotPermitted,
    StoreTrouble."""
    view.viewer.require(Right.SEE_COMMENTS)
    if search != EVERYTHING_SAID:
        _note(view, noted, Act.SEARCHED, "voices", {SEARCH: search.in_words()})


def visited(room: Room, person: str, act: Act, noted: Noted) -> None:
    """Who came in, or was turned away. Where this cannot be noted the visit goes on and the next run tries again: what
    is looked at is noted, or not shown. Nobody is kept from the week's figures by a full disk."""
    key = room.audit.seals.mark(repr((person, act.value)))
    if key not in noted:
        room.audit.note(person, act)
        noted.add(key)


def _person(view: View, found: CustomerStory, customer: str | None) -> dict[str, str]:
    if customer is None:
        return {}
    return {CUSTOMER: view.room.audit.seals.mark(customer), PSEUDONYM: found.pseudonym}


def _note(view: View, noted: Noted, act: Act, page: str, about: dict[str, str], *, apart: str = "") -> None:
    """Once a session for what is the same; `apart` tells looks apart and is not written down."""
    where = place(view, page)
    # a walk of another place, a search under other filters are other looks; a story is the same from everywhere
    what = (view.viewer.person, act.value, apart, *sorted(about.values()), "" if act is Act.STORY else where)
    key = view.room.audit.seals.mark(repr(what))
    if key not in noted:
        view.room.audit.note(view.viewer.person, act, where, about=about)
        noted.add(key)
