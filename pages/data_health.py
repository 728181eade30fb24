"""Data health: can these numbers be trusted, who is heard, and what needs attention."""

from __future__ import annotations

import streamlit as st

from components.charts import volume as volume_chart
from components.data_health import cube_line, datasets_table, listening_table, problem_list, read_again, sentence
from components.draw import draw
from components.headline import headline
from components.messages import freshness_line, panel
from components.text import plain
from data_sources.health import health as health_of
from data_sources.view import View


def render(view: View) -> None:
    """Problems first, then each dataset, its weekly rows, and the touchpoints."""
    health = health_of(view.room, view.viewer)
    headline(view, sentence(health), "every dataset as a whole: filters narrow the other pages")
    with panel("What needs attention"):
        problem_list(health.examination.problems)
    with panel("The datasets"):
        datasets_table(health.examination.profiles)
    left, right = st.columns([3, 2], gap="large")
    with left, panel("Rows a week, against their own limits"):
        for volume in health.volumes:
            with panel():
                st.caption(volume.role.replace("_", " ").capitalize())
                if volume.chart is None:
                    st.warning(plain(volume.trouble))
                else:
                    draw(volume_chart.chart(volume.role, volume.chart, volume.periods))
    with right, panel("Who is listened to"):
        listening_table(health.heard)
    cube_line(health)
    read_again(view.room)
    freshness_line(view)


if __name__ == "__main__":
    from app import main

    main()
