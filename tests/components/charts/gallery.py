"""Every chart on invented figures: `python -m streamlit run tests/components/charts/gallery.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

import streamlit as st

from components.draw import draw, draw_spark
from tests.components.charts import invented


def main() -> None:
    st.set_page_config(page_title="Gallery", layout="wide")
    st.title("NPS fell 9 points to 31. Delivery in the North explains two thirds of it.", anchor=False)
    st.caption("9–15 Nov 2026 · all customers · 1,204 responses · data to 15 Nov 23:40")
    with st.grid(columns=5, min_column_width=180):
        for label, value, spark in invented.sparks():
            with st.container(border=True):
                st.metric(label, value)
                draw_spark(spark)
    left, right = st.columns([3, 2], gap="large")
    with left:
        panel("NPS against its natural limits, expectations and the best competitor", "process_behaviour", click=True)
        panel("Six weeks, twelve months", "six_twelve", click=True)
        panel("By touchpoint", "breakdown", click=True)
    with right:
        panel("What moved, and how much of the 9 points it explains", "movers", click=True)
        panel("Scores given", "score_distribution", click=True)
        panel("The emotional curve, its peak and its end", "emotional_curve", click=True)
        panel("Responses per week", "volume")
        panel("Comments per week", "volume_steady")
    panel("Satisfaction, nothing else configured", "process_behaviour_plain")


def panel(title: str, name: str, *, click: bool = False) -> None:
    st.subheader(title, anchor=False)
    picked = draw(invented.ALL[name](), name, on_select=click)
    if picked:
        st.caption(f"Clicked: {picked}")


main()
