"""Our rank with its uncertainty: how likely each place is."""

from __future__ import annotations

from functools import lru_cache, partial

import altair as alt
import pyarrow as pa

from components.charts import grammar as g
from components.charts.chart import Chart, Spec, arrow, schema
from metrics.rank import Ranks, ordinal

HEIGHT = 168
LEAST_SHOWN = 0.005
"""Below half a per cent a share is printed as "<1 %"."""
SCHEMA = schema(text="place text role", numbers="share")


def chart(ranks: Ranks, us: str) -> Chart:
    """One bar a place, first place left."""
    data = table(ranks, us)
    return Chart(spec(), data, alt_sentence(ranks, us), HEIGHT, "rank", partial(_behind, ranks))


@lru_cache
def spec() -> Spec:
    """The picture, the same for every metric."""
    base = g.base()
    axis = alt.Axis(
        title=None, labelAngle=0, labelFontSize=g.TEXT_SIZE, labelColor=g.MUTED_TEXT, domain=False, ticks=False,
        grid=False,
    )  # fmt: skip
    x = alt.X("place:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.25))
    y = alt.Y("share:Q", axis=None, scale=alt.Scale(domain=[0, 1.12]))
    tips = [alt.Tooltip("place:N", title="Place"), alt.Tooltip("text:N", title="Share of draws")]
    layers = alt.layer(
        base.mark_bar().encode(x=x, y=y, color=g.by_role("role"), tooltip=tips),
        base.mark_text(baseline="bottom", dy=-4, fontSize=g.TEXT_SIZE).encode(
            x=x, y=y, text="text:N", color=g.in_role(g.EXPECTATION)
        ),
    )
    return g.finished(layers)


def table(ranks: Ranks, us: str) -> pa.Table:
    """One row a place; the place by the estimates themselves in ink."""
    rows = [
        {"place": ordinal(place), "share": share, "text": share_words(share),
         "role": g.US if place == ranks.place(us) else g.INTERVAL}
        for place, share in enumerate(ranks.of(us), 1)
    ]  # fmt: skip
    return arrow(rows, SCHEMA)


def alt_sentence(ranks: Ranks, us: str) -> str:
    """What the picture shows, in one sentence."""
    shares = [(ordinal(place), share) for place, share in enumerate(ranks.of(us), 1) if share >= LEAST_SHOWN]
    said = ", ".join(f"{place} {share_words(share)}" for place, share in shares)
    return f"How likely each place is for us among {len(ranks.names)}: {said}."


def share_words(share: float) -> str:
    """ "78 %", "<1 %" where it rounds to nothing, ">99 %" where it rounds to all but is not."""
    if 0 < share < LEAST_SHOWN:
        return "<1\u202f%"
    if 1 - LEAST_SHOWN < share < 1:
        return ">99\u202f%"
    return f"{100 * share:.0f}\u202f%"


def _behind(ranks: Ranks) -> pa.Table:
    columns = {"Company": list(ranks.names)}
    for place in range(1, len(ranks.names) + 1):
        columns[ordinal(place).capitalize()] = [share_words(ranks.share(name, place)) for name in ranks.names]
    return pa.table(columns)
