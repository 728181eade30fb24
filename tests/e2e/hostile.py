"""A company in which everything that somebody typed is an attack: comments, names, values, sources, configuration.

The forms are those of CommonMark and GitHub's Markdown, OWASP's XSS filter evasion list, Streamlit's own directives,
KaTeX, Vega's expressions, and Unicode's bidirectional (UAX #9), default-ignorable and combining characters (UAX #15).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tests.e2e import company

AWAY = "https://evil.invalid"
RUN = "window.owned=1"
MARKUP = (
    f'<img src=x onerror="{RUN}"> nice',
    f"<script>{RUN}</script><style>*{{display:none}}</style> said I",
    f"<svg/onload={RUN}><iframe src={AWAY}></iframe><template><b>t</b></template>",
    f"<details open ontoggle={RUN}><summary>s</summary></details><h1>Big</h1>",
    f"[click me](javascript:{RUN}) and [there]({AWAY}/a) <{AWAY}/b>",
    f"![spy]({AWAY}/pixel.png) [ref]: {AWAY}/r",
    ":red[alarm] :material/bug_report: :rainbow[all] :blue-badge[b] :small[s] :smile: :red-background[x]",
    "$\\frac{1}{0}$ of them, $$x^2$$ and \\(y\\) more \\[z\\]",
    "# Not a heading\n- nor a list\n1. nor this\n> nor a quote\n\n---\n===",
    "**bold** __thick__ _thin_ ~~gone~~ `code` ``` fence ``` | cell | &lt;i&gt; &#60;u&#62;",
    "| a | b |\n|---|---|\n| c | d |\n\n    indented code\n\n```js\nalert(1)\n```",
    f"{AWAY}/visit www.evil.invalid ftp://evil.invalid -> <- -- <= >=",
    "datum.x ${window} {{7*7}} {%raw%} %s {0} #{x} <%= 1 %> \\u003cb\\u003e \\3c b\\3e url(x) expression(1)",
    "'; DROP TABLE responses; -- \" ` \\ % _ __proto__ constructor",
)
"""Each is shown as it stands, on one line."""
DRESSED = (
    ("safe \u202etxet desrever\u202c end", "safe txet desrever end"),
    ("isolated \u2067rtl\u2069 \u2066ltr\u2069 \u200fmark", "isolated rtl ltr mark"),
    ("zero\u200bwidth\ufeffjoin\u2060ed \U000e0041tag soft\u00adhyphen", "zerowidthjoined tag softhyphen"),
    ("bell\x07 escape\x1b[31m back\x08space \x85next", "bell escape[31m backspace next"),
)
"""What it is, and how it is shown."""
ZALGO = "Z" + "\u030d\u0316\u0489\u0334" * 60 + "a" + "\u0e47" * 200 + "lgo"
ZALGO_SHOWN = "Z\u030d\u0316\u0489\u0334a\u0e47lgo"
ENDLESS = "W" * 3_000
HUGE = "Huge begins. " + "Lorem <b>ipsum</b> **dolor** " * 38_000
ENDLESS_NAME = "M" * 1_000_000
"""Of a region, a stage and a touchpoint, in a few rows of the last week."""
ARABIC = "كانت الخدمة بطيئة جدا ولم يرد أحد"
COMMENTS = (*MARKUP, *(typed for typed, _ in DRESSED), ZALGO, ENDLESS, ARABIC)
NAMES = (
    f'**b** <img src=x onerror="{RUN}"> [x]({AWAY}) :red[r] $y$',
    f"# h1 {AWAY} www.evil.invalid me@evil.invalid \u202ederever\u202c `c` :smile: --",
    ZALGO,
    "N" * 400,
    f"__proto__ | <h1>x</h1> {ARABIC}",
)
"""What values of every axis, sources, companies, outcomes and words of the configuration are called."""

DATASETS = """
[customers]
source = "warehouse"
table = "customers"
customer = "customer"
value = "value"
since = "since"
outcome = "outcome"
[customers.dimensions]
region = "region"
[journey_events]
source = "warehouse"
table = "journey_events"
customer = "customer"
time = "time"
stage = "stage"
touchpoint = "touchpoint"
what = "what"
outcome = "outcome"
succeeded = [{evil}]
[benchmarks]
source = "warehouse"
table = "benchmarks"
company = "company"
own = "Us"
time = "time"
metric = "metric"
value = "value"
n = "n"
publisher = "publisher"
touchpoint = "touchpoint"
[benchmarks.dimensions]
region = "region"
[expectations]
source = "warehouse"
table = "expectations"
time = "time"
metric = "metric"
value = "value"
n = "n"
level = "level"
publisher = "publisher"
[expectations.dimensions]
region = "region"
[outcomes]
source = "warehouse"
table = "outcomes"
customer = "customer"
time = "time"
outcome = "outcome"
amount = "amount"
[events]
source = "warehouse"
table = "events"
day = "day"
label = "label"
[metrics.nps]
kind = "nps"
column = "nps"
label = {evil}
definition = {evil}
owner = {evil}
target = 30
minimum = 20
[metrics.ease]
kind = "net"
column = "ease"
label = {image}
[dimensions.region]
label = {evil}
[stages]
label = {evil_stages}
order = {names}
[touchpoints]
label = {evil_touchpoints}
[personas.odd]
label = {evil}
rule = {{ region = [{name}] }}
[[event]]
day = {day}
label = {evil}
[themes]
{evil} = ["number", "lorem", "bold"]
"""


def in_folder(place: Path) -> Path:
    """The configuration on a folder of Parquet files."""
    rows = _answers()
    path = company.in_folder(place, rows)
    for name, table in _others(rows).items():
        table.to_parquet(place / "files" / f"{name}.parquet")
    text = path.read_text(encoding="utf-8")
    head = text.replace(
        'company = "Smallville"', f"company = {json.dumps(NAMES[0])}\ncurrency = {json.dumps(NAMES[0])}"
    )
    head = head[: head.index("[metrics.nps]")].replace(
        'comment = "free_text"', 'comment = "free_text"\nstage = "stage"\ntopic = "topic"\nlanguage = "language"\n'
        'promised = "promised"\nactual = "actual"'
    )  # fmt: skip
    day = rows["submitted_at"].iloc[len(rows) // 2].date()
    words = {"evil": json.dumps(f"{NAMES[0]} {NAMES[1]}"), "names": json.dumps(NAMES), "name": json.dumps(NAMES[0])}
    words |= {f"evil_{axis}": json.dumps(f"{axis} {NAMES[0]} {NAMES[1]}") for axis in ("stages", "touchpoints")}
    extra = DATASETS.format(**words, image=json.dumps(MARKUP[5]), day=day)
    path.write_text(f"{head}{extra}[thresholds]\nshow_comments = 5\n[cube]\nrefresh_minutes = 60\n", encoding="utf-8")
    return path


def _answers() -> pd.DataFrame:
    """Half a year of answers; in the last week the first place fell, so that it is a signal everywhere."""
    rows = company.answers(COMMENTS, NAMES)
    size, rng = len(rows), np.random.default_rng(5)
    rows["stage"] = rng.choice(np.array(NAMES, dtype=object), size)
    rows["touchpoint"] = rng.choice(np.array(NAMES, dtype=object), size)
    rows["topic"] = _in_turn((*NAMES, None), size)
    rows["language"] = _in_turn(("en", NAMES[0], None), size)
    rows["customer_id"] = [f"{NAMES[i % 2]} {i % 90}" for i in range(size)]
    rows["response_id"] = [f"{i} {NAMES[i % 2]}" for i in range(size)]
    rows["promised"] = rows["submitted_at"].dt.normalize() - timedelta(days=5)
    rows["actual"] = rows["promised"] + pd.to_timedelta(rng.integers(0, 4, size), unit="D")
    rows["nps"] = rng.choice([7, 8, 9, 10], size)
    fallen = (np.arange(size) >= size - company.WEEKLY) & rows["region"].isin(NAMES[:1])
    rows["nps"] = rows["nps"].where(~fallen, 0)
    rows.loc[size - 1, "free_text"] = HUGE
    rows.loc[size - 12 : size - 2, ["region", "stage", "touchpoint"]] = ENDLESS_NAME
    return rows


def _others(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every other dataset, as far as this company's pages ask for it."""
    last = rows["submitted_at"].max().date()
    months = [date(last.year - (last.month <= ago), (last.month - ago - 1) % 12 + 1, 1) for ago in range(1, 8)]
    people = rows["customer_id"].unique()
    half = rows.iloc[::2]
    return {
        "customers": pd.DataFrame(
            {
                "customer": people,
                "value": 100.0,
                "since": pd.Timestamp(last) - pd.Timedelta(days=400),
                "outcome": _in_turn(NAMES, len(people)),
                "region": _in_turn(NAMES, len(people)),
            }
        ),
        "journey_events": pd.DataFrame(
            {
                "customer": half["customer_id"],
                "time": half["submitted_at"] - pd.Timedelta(hours=3),
                "stage": half["stage"],
                "touchpoint": half["touchpoint"],
                "what": _in_turn((*MARKUP, HUGE), len(half)),
                "outcome": _in_turn(NAMES, len(half)),
            }
        ),
        "benchmarks": pd.DataFrame(
            [
                {"company": name, "time": day, "metric": "nps", "value": 40.0 - (2 if day == months[0] else 9) * i,
                 "n": 900, "publisher": name, "region": region, "touchpoint": None}
                for i, name in enumerate(NAMES) for day in months for region in (None, *NAMES[:2])
            ]
        ),
        "expectations": pd.DataFrame(
            [
                {"time": months[0], "metric": "nps", "value": value, "n": 500, "level": level, "publisher": NAMES[0],
                 "region": region}
                for level, value in (("desired", 80.0), ("adequate", 70.0), ("promised", 60.0), (NAMES[0], 10.0))
                for region in (None, *NAMES)
            ]
        ),
        "outcomes": pd.DataFrame(
            {
                "customer": people,
                "time": pd.Timestamp(last) - pd.Timedelta(days=20),
                "outcome": _in_turn(NAMES, len(people)),
                "amount": 5.0,
            }
        ),
        "events": pd.DataFrame(
            {"day": [last - timedelta(days=60 + i) for i in range(len(NAMES))], "label": list(NAMES)}
        ),
    }  # fmt: skip


def _in_turn(values: Sequence[object], size: int) -> list[object]:
    return [values[i % len(values)] for i in range(size)]
