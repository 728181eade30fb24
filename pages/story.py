"""One customer's story: who, how it felt, what happened before and after the words that led here."""

from __future__ import annotations

from components import links
from components.headline import headline
from components.messages import freshness_line, no_story, page_boundary, panel
from components.noted import noted
from components.story_page import before_and_after, emotional_line, onward, sentence, timeline, who
from data_sources.looks import story as opened
from data_sources.view import View


def render(view: View) -> None:
    """The customer in a sentence, the emotional curve, the steps, and the next similar story."""
    response = links.parameter(links.RESPONSE_PARAMETER)
    if response is None:
        no_story()
        return
    with page_boundary("This story cannot be read just now."):
        story = opened(view, response, noted())
        headline(view, sentence(story), who(story))
        onward(view, view.room.timelines(view.viewer), response)
        with panel("How it felt"):
            emotional_line(view, story)
            before_and_after(story)
        with panel("What happened"):
            timeline(view, story)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
