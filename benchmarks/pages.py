"""What a click costs the server, driven by Streamlit's own AppTest: the script runs whole, its messages are made, and
no browser and no websocket take part. Processor time of all threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from streamlit.testing.v1 import AppTest

from benchmarks import experience
from benchmarks.company import Company, room, view
from benchmarks.figures import Figure, clock, milliseconds, processor
from data_sources.metric_report import metric_report
from data_sources.room import Room
from data_sources.voices import Request, heard, voices

SUBJECT = "Page"
RUN_SECONDS = 60


def measure(company: Company, runs: int) -> list[Figure]:
    """What pages ask for, then whole clicks."""
    with room(company) as opened:
        figures = [*_asked(opened, runs), *experience.measure(opened)]
    with _configured(company):
        figures += _clicks(runs)
    return figures


def _asked(opened: Room, runs: int) -> list[Figure]:
    regions = opened.catalog.axis("region").values
    everybody = view(opened)
    everybody.review()  # the first reads the competitors' figures, once a refresh
    scopes = [view(opened, region=value) for value in regions]
    reviews = [clock(scope.review, 1)[0] for scope in scopes]
    reports = [clock(partial(metric_report, scope, scope.metric), 1)[0] for scope in scopes]
    first = clock(lambda: voices(everybody, Request()), runs)
    themes = clock(lambda: heard(everybody, Request()), runs)
    comments = f"{voices(everybody, Request()).comments:,} comments in the slice"
    return [
        Figure(SUBJECT, "review of a scope, seen first", "ms", milliseconds(reviews), "every KPI and slice tested"),
        Figure(SUBJECT, "metric report of a scope", "ms", milliseconds(reports), "its review already known"),
        Figure(SUBJECT, "voices: counts and first comments", "ms", milliseconds(first), comments),
        Figure(SUBJECT, "voices: themes and phrases", "ms", milliseconds(themes), comments),
    ]


def _clicks(runs: int) -> list[Figure]:
    app = AppTest.from_function(_app, default_timeout=RUN_SECONDS)
    app.run()
    assert not app.exception, app.exception
    figures = []
    for page, opening in (("weekly review", None), ("metric page", "open_")):
        if opening is not None:
            _open_a_card(app, opening)
        for known, what in ((False, "a filter seen first"), (True, "a filter seen before")):
            seconds = list(_each_value(app, "segment" if page == "weekly review" else "product", known, runs))
            how = "AppTest: the whole script, no websocket" + (", answers kept from before" if known else "")
            figures.append(Figure("Click", f"{page}, {what}", "CPU ms", milliseconds(seconds), how))
    return figures


def _each_value(app: AppTest, axis: str, known: bool, runs: int) -> Iterator[float]:
    """Processor seconds of choosing each value of an axis in turn."""
    options = app.multiselect(key=axis).options
    chosen: Sequence[str] = options[:runs] if known else options
    for value in chosen:
        picked = app.multiselect(key=axis).set_value([value])
        yield processor(picked.run)
        assert not app.exception, app.exception


def _open_a_card(app: AppTest, opening: str) -> None:
    app.multiselect(key="segment").set_value([]).run()
    card = next(button for button in app.button if str(button.key).startswith(opening))
    card.click().run()
    assert not app.exception, app.exception


def _app() -> None:
    from app import main

    main()


@contextmanager
def _configured(company: Company) -> Iterator[None]:
    """The app reads its company from the environment, as on a server."""
    settings = company.settings()
    ours = {
        "CX_SOURCES__DEMO__FOLDER": str(company.tables),
        "CX_CUBE__FOLDER": str(settings.cube.folder),
        "CX_CUBE__REFRESH_MINUTES": "0",
    }
    before = {name: os.environ.get(name) for name in (*ours, "CX_CONFIG")}
    os.environ.update(ours)
    os.environ.pop("CX_CONFIG", None)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
