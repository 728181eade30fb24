"""What is, must be and should be on the journey page: the sentence, the lines, and what is broken with its factors."""

from __future__ import annotations

import streamlit as st

from components import links
from components.charts import touchpoint_levels as levels_chart
from components.draw import draw
from components.tables import table
from components.text import cut, key_of, plain
from data_sources.touchpoint_levels import touchpoint_levels
from data_sources.view import View
from metrics.broken import AFFECTED_WEEKS, FACTORS, Broken, TouchpointLevels
from metrics.estimate import Estimate
from metrics.metric import Better, Metric
from metrics.minimum_gap import origin_of
from metrics.touchpoint_levels import Standard, TouchpointLevel
from metrics.words import number_word

CUSTOMERS, WEIGHT, VALUE = FACTORS
METHOD = (
    "Broken: {short} with a signal, by Benjamini–Hochberg over the {tested} compared. Ranked by customers × "
    "weight × yearly value, which says where to look first and is no forecast. Weight: how far customers who score "
    "high here also score high everywhere else (Pearson’s r over customers, a year of answers): an association, not "
    "a proof."
)


def must_be(view: View, metric: Metric) -> None:
    """The panel's body. Raises NotConfigured, NotFilterable, Unavailable: draw it inside a `panel`."""
    show(view, touchpoint_levels(view, metric))


def show(view: View, found: TouchpointLevels) -> None:
    """The sentence, one line a touchpoint, and the broken ones with every factor."""
    st.markdown(plain(sentence(found)))
    kind = found.axis.label
    picked = draw(levels_chart.chart(found.metric, found.rows, kind), "touchpoint_levels", on_select=True)
    if picked:
        _open(view, found, str(picked[0]["where"]))
    _openers(view, found)
    if found.broken:
        table(
            (_row(found, place, one) for place, one in enumerate(found.broken, 1)),
            alt="What is broken, ranked",
        )
    st.caption(plain(caption(found)))


def sentence(found: TouchpointLevels) -> str:
    """What an executive would say aloud: what is broken first and whom it hits, or that nothing is."""
    if found.broken:
        first = found.broken[0]
        head = f"{_capital(cut(first.at.place))} is broken: {_against(found.metric, first.at)}."
        others = [one.at.place for one in found.broken[1:]]
        return " ".join(part for part in (head, _hit(first, found.currency), _others(found.metric, others)) if part)
    counts = {standard: sum(row.standard is standard for row in found.rows) for standard in Standard}
    kind = found.axis.label.lower()
    said = [
        (counts[Standard.MEETS], "meets it", "meet it"),
        (counts[Standard.UNSURE], "cannot be told apart from it", "cannot be told apart from it"),
        (counts[Standard.TOO_FEW], "has too few answers", "have too few answers"),
        (counts[Standard.SILENT], "is silent", "are silent"),
        (counts[Standard.NO_MINIMUM], "has no known minimum", "have no known minimum"),
    ]
    parts = ", ".join(f"{number_word(n)} {one if n == 1 else many}" for n, one, many in said if n)
    if not found.tested:
        return f"Nothing to say about what is broken: of {_how_many(found, kind)}, {parts}."
    return f"No {kind} is broken on {found.metric.label}: of {_how_many(found, kind)}, {parts}."


def caption(found: TouchpointLevels) -> str:
    """How it was worked out, where the minimum comes from, and what is not known."""
    each = f"for each {found.axis.label.lower()}"
    musts = [row.must_be for row in found.rows if row.must_be is not None]
    shoulds = [row.should_be for row in found.rows if row.should_be is not None]
    parts = [f"Must be: {origin_of(musts, each)}."] if musts else []
    parts += [f"Should be: {origin_of(shoulds, each)}."] if shoulds else []
    if found.broken:
        parts += [METHOD.format(tested=found.tested, short=_short(found.metric)), f"Affected: {found.counted}."]
    elif found.tested:
        parts.append(f"Broken would be {_short(found.metric)} with a signal among the {found.tested} compared.")
    parts += [f"{_capital(name)}: not known of every one that is broken, so left out of the product."
              for name in found.left_out]  # fmt: skip
    return " ".join([*parts, *_spans(found), *found.notes])


def _spans(found: TouchpointLevels) -> list[str]:
    """Which scores are of more than the week, and which are of few answers all the same."""
    longer = [f"{row.place} ({row.weeks} weeks)" for row in found.rows if _pooled(row)]
    few = [row.place for row in found.rows if found.few(row)]
    said = [f"For enough answers, over more than the week: {', '.join(longer)}."] if longer else []
    return [*said, f"Low n, below {found.low_n} answers: {', '.join(few)}."] if few else said


def _pooled(row: TouchpointLevel) -> bool:
    return row.weeks > 1 and row.estimate.value is not None


def _against(metric: Metric, row: TouchpointLevel) -> str:
    """ "NPS −41 over three weeks, and customers need 15"."""
    need = metric.text(row.must_be.value if row.must_be else None)
    over = f" over {number_word(row.weeks)} weeks" if row.weeks > 1 else ""
    most = " at most" if metric.better is Better.LOWER else ""
    return f"{metric.label} {metric.text(row.estimate.value)}{over}, and customers need {need}{most}"


def _hit(one: Broken, currency: str) -> str:
    """Whom it hits, as far as that is known."""
    people = one.people
    if people.customers is None:
        return ""
    worth = ""
    if people.value.value is not None:
        worth = f", worth {_money(people.value.value, currency)} a year each"
    return f"{people.customers:,} customers came through it in {number_word(AFFECTED_WEEKS)} weeks{worth}."


def _short(metric: Metric) -> str:
    return "above the limit" if metric.better is Better.LOWER else "below the minimum"


def _others(metric: Metric, places: list[str]) -> str:
    if not places:
        return ""
    side = "Above" if metric.better is Better.LOWER else "Below"
    places = [cut(place) for place in places]
    names = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
    return f"{side} it too: {names}."


def _how_many(found: TouchpointLevels, kind: str) -> str:
    count = len(found.rows)
    return f"{number_word(count)} {kind}{'' if count == 1 else 's'}"


def _row(found: TouchpointLevels, place: int, one: Broken) -> dict[str, str]:
    metric, at, currency = found.metric, one.at, found.currency
    return {
        "Rank": str(place),
        found.axis.label: at.place,
        "Is": f"{metric.text(at.estimate.value)} · n {at.estimate.n:,}",
        "Must be": metric.text(at.must_be.value if at.must_be else None),
        "Gap": levels_chart.gap_words(metric, at),
        "Customers affected": "not known" if one.people.customers is None else f"{one.people.customers:,}",
        "Weight": _weight(one.weight),
        "Yearly value": _value(one.people.value, currency),
        _product_head(found): "–" if one.product is None else _product(found, one.product),
    }


def _product_head(found: TouchpointLevels) -> str:
    names = {CUSTOMERS: "customers", WEIGHT: "weight", VALUE: "value"}
    used = [word for name, word in names.items() if name not in found.left_out]
    return " × ".join(used).capitalize() if used else "Product"


def _product(found: TouchpointLevels, product: float) -> str:
    return _money(product, found.currency) if VALUE not in found.left_out else f"{product:,.0f}"


def _weight(weight: Estimate) -> str:
    if weight.value is None:
        return f"not known · n {weight.n or 0:,}"
    interval = ""
    if weight.lower is not None and weight.upper is not None:
        interval = f" ({_r(weight.lower)} to {_r(weight.upper)})"
    return f"{_r(weight.value)}{interval} · n {weight.n:,}"


def _value(value: Estimate, currency: str) -> str:
    if value.value is None:
        return "not known"
    interval = ""
    if value.lower is not None and value.upper is not None:
        interval = f" ({_money(value.lower, currency)} to {_money(value.upper, currency)})"
    return f"{_money(value.value, currency)}{interval} · n {value.n:,}"


def _r(value: float) -> str:
    """A correlation with two digits, without the zero before the point: ".21", "−.05"."""
    return f"{value:.2f}".replace("0.", ".").replace("-", "−")


def _money(amount: float, currency: str) -> str:
    return f"{currency}{amount:,.0f}".replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _openers(view: View, found: TouchpointLevels) -> None:
    """The same way onward for the keyboard."""
    with st.container(horizontal=True, gap="small", key="touchpoint_level_links"):
        st.caption(plain(f"Open {found.metric.label} of"), width="content")
        for row in found.rows:
            words = f"{found.metric.text(row.estimate.value)} · {levels_chart.standard_words(found.metric, row)}"
            if st.button(
                plain(row.place), type="tertiary", key=f"touchpoint_level_{key_of(row.place)}", help=plain(words)
            ):
                _open(view, found, row.place)


def _open(view: View, found: TouchpointLevels, place: str) -> None:
    links.go(links.METRIC, links.metric_link(found.metric.id, {**view.slice_where, found.axis.id: place}))
