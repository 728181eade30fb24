"""The honest peer: our weekly review as a competent person writes it with Streamlit, pandas and Altair in an afternoon.

One `read_sql` into a cached DataFrame, a groupby per widget, `st.metric` and `st.altair_chart`; Streamlit's own
settings. It imports nothing of ours and knows the tables of the demo company. PEER_RESPONSES names the Parquet file of
the responses. PEER_CACHE=resource shares the DataFrame (st.cache_resource) instead of handing every run a copy of it
(st.cache_data, what Streamlit's documentation recommends for a DataFrame).
"""

from __future__ import annotations

import os

import altair as alt
import pandas as pd
import sqlalchemy as sa
import streamlit as st

QUESTIONS = {"nps": "NPS", "csat": "Satisfaction", "success": "Success", "effort": "Ease", "emotion": "Emotion"}
GOOD = {"nps": 9, "csat": 4, "success": 6, "effort": 6, "emotion": 6}
POOR = {"nps": 6, "csat": None, "success": 3, "effort": 3, "emotion": 3}
AXES = ["region", "segment", "product"]
PLACES = [*AXES, "stage", "touchpoint"]
BASELINE_WEEKS = 8
SIGNALS, COMMENTS = 6, 3

cached = st.cache_resource if os.environ.get("PEER_CACHE") == "resource" else st.cache_data


@cached(show_spinner="Reading responses …")
def load() -> pd.DataFrame:
    engine = sa.create_engine("duckdb:///:memory:")
    columns = ", ".join(["submitted_at", *PLACES, *QUESTIONS, "free_text"])
    frame = pd.read_sql(f"SELECT {columns} FROM read_parquet('{os.environ['PEER_RESPONSES']}')", engine)
    frame["week"] = frame["submitted_at"].dt.to_period("W-SUN").dt.start_time
    frame["month"] = frame["submitted_at"].dt.to_period("M").dt.start_time
    for name in QUESTIONS:
        score = frame[name]
        net = (score >= GOOD[name]).astype(float)
        if POOR[name] is not None:
            net -= score <= POOR[name]
        frame[name] = (100 * net).where(score.notna())
    return frame.astype(dict.fromkeys(PLACES, "category"))


st.set_page_config(page_title="Weekly review", layout="wide")
everything = load()

weeks = sorted(everything["week"].unique(), reverse=True)
bar = st.columns(5)
week = bar[0].selectbox("Week", weeks, format_func=lambda day: f"{day:%d %b %Y}", key="week")
responses = everything
for column, axis in zip(bar[1:], AXES, strict=False):
    chosen = column.multiselect(axis.title(), sorted(everything[axis].cat.categories), key=axis)
    if chosen:
        responses = responses[responses[axis].isin(chosen)]
kpi = bar[4].selectbox("KPI", list(QUESTIONS), format_func=QUESTIONS.get, key="kpi")

this_week = responses[responses["week"] == week]
before = responses[(responses["week"] < week) & (responses["week"] >= week - pd.Timedelta(weeks=BASELINE_WEEKS))]
change = this_week[kpi].mean() - before[kpi].mean()
st.title(f"{QUESTIONS[kpi]} is {this_week[kpi].mean():.1f}, {change:+.1f} against the last {BASELINE_WEEKS} weeks")
st.caption(f"Week of {week:%d %b %Y}, {len(this_week):,} responses")

for column, (name, label) in zip(st.columns(len(QUESTIONS)), QUESTIONS.items(), strict=True):
    with column, st.container(border=True):
        mean, usual = this_week[name].mean(), before[name].mean()
        history = responses.groupby("week")[name].mean().tail(26)
        st.metric(label, f"{mean:.1f}", f"{mean - usual:+.1f}", chart_data=history)
        st.caption(f"n = {this_week[name].count():,} · usual {usual:.1f}")

left, right = st.columns([3, 2])
with left:
    st.header("Six weeks, twelve months")
    upto = responses[responses["week"] <= week]
    by_week = upto.groupby("week")[kpi].mean().tail(6).reset_index()
    by_month = upto.groupby("month")[kpi].mean().tail(12).reset_index()
    trends = [
        alt.Chart(part)
        .mark_line(point=True)
        .encode(x=f"{time}:T", y=alt.Y(f"{kpi}:Q", scale=alt.Scale(zero=False)), tooltip=[f"{time}:T", f"{kpi}:Q"])
        .properties(width=300, height=260)
        for time, part in (("week", by_week), ("month", by_month))
    ]
    st.altair_chart(trends[0] | trends[1])
with right:
    st.header("What moved")
    by = st.selectbox("By", PLACES, key="by")
    now = this_week.groupby(by, observed=True)[kpi].mean()
    moved = (now - before.groupby(by, observed=True)[kpi].mean()).rename("change").reset_index()
    bars = (
        alt.Chart(moved)
        .mark_bar()
        .encode(
            x="change:Q",
            y=alt.Y(f"{by}:N", sort="x"),
            color=alt.condition("datum.change < 0", alt.value("#b3261e"), alt.value("#1b7340")),
        )
    )
    st.altair_chart(bars.properties(height=300), width="stretch")

st.header("Signals this week")
found = []
for axis in PLACES:
    for name, label in QUESTIONS.items():
        now = this_week.groupby(axis, observed=True)[name].agg(["mean", "count"])
        both = now.join(before.groupby(axis, observed=True)[name].agg(["mean", "std"]), suffixes=("", "_usual"))
        both["z"] = (both["mean"] - both["mean_usual"]) / (both["std"] / both["count"] ** 0.5)
        found += [(label, place, row["mean"], row["count"], row["z"]) for place, row in both.iterrows()]
table = pd.DataFrame(found, columns=["KPI", "Where", "Mean", "n", "z"])
st.dataframe(table.reindex(table["z"].abs().sort_values(ascending=False).index).head(SIGNALS), hide_index=True)

st.header("In customers' own words")
said = this_week[this_week["free_text"].notna()]
said = said.sample(min(COMMENTS, len(said)), random_state=1)
for column, (_, row) in zip(st.columns(COMMENTS), said.iterrows(), strict=False):
    with column, st.container(border=True):
        st.markdown(f"*“{row['free_text']}”*")
        st.caption(f"{row['region']} · {row['segment']} · {row['touchpoint']} · {row['submitted_at']:%d %b %Y}")
