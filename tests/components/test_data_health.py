"""The data health page's words and tables, from findings made up here."""

from __future__ import annotations

import re
from datetime import date, datetime

from streamlit.testing.v1 import AppTest

from components.data_health import sentence
from data_sources.doctor import Examination
from data_sources.health import Health
from data_sources.problems import Problem
from data_sources.profile import ColumnProfile, DatasetProfile, ScoreProfile, Type
from metrics.listening import Heard, Listening
from metrics.periods import Grain, Period

GRAVE = Problem("responses.time", "there is no column “*when*”.", "Did you mean “submitted_at”?")
MILD = Problem("responses.comment", "is empty in 85 % of rows.", "Nothing to do.", grave=False)
WEEK = Period(date(2026, 10, 26), date(2026, 11, 2), Grain.WEEK)
SILENT = Heard("social media", Listening.SILENT, WEEK, 0, 46.0)
HEARD = Heard("sales", Listening.HEARD, None, 155, 151.0)
PROFILE = DatasetProfile(
    "responses", "warehouse", "survey", 12_000, datetime(2023, 11, 20), datetime(2026, 11, 15), duplicates=3,
    columns=(ColumnProfile("comment", "free_text", Type.TEXT, 9_000),), scores={"nps": ScoreProfile(11_000, 7, 0, 11)},
)  # fmt: skip


def health(problems: tuple[Problem, ...] = (), heard: tuple[Heard, ...] = ()) -> Health:
    return Health(Examination((PROFILE,), problems), (), heard, 10, 12, 1_000, 0.5)


def test_the_sentence_counts_what_would_make_a_number_wrong() -> None:
    assert sentence(health()) == "The data is sound."
    assert sentence(health((MILD,))) == "The data is sound."
    assert sentence(health((GRAVE, MILD))) == "One problem would make a number wrong."
    assert sentence(health((GRAVE, GRAVE))) == "2 problems would make a number wrong."


def test_the_sentence_names_who_has_gone_silent() -> None:
    assert sentence(health((), (SILENT, HEARD))) == "The data is sound. Social media has gone silent."
    email = Heard("email", Listening.SILENT, WEEK, 0, 9.0)
    assert sentence(health((), (SILENT, email))).endswith("Social media and email have gone silent.")


def parts() -> None:
    from components.data_health import datasets_table, listening_table, problem_list
    from tests.components.test_data_health import GRAVE, HEARD, MILD, PROFILE, SILENT

    problem_list((GRAVE, MILD))
    datasets_table((PROFILE,))
    listening_table((SILENT, HEARD))
    listening_table(())


def test_problems_datasets_and_touchpoints_are_shown_whole() -> None:
    at = AppTest.from_function(parts, default_timeout=60).run()
    assert not at.exception
    problems = [re.sub(r"\\(.)", r"\1", element.value).replace("\u2060", "") for element in at.markdown]
    assert problems[0].startswith("**Wrong numbers** · responses.time: there is no column “*when*”.")
    assert problems[1].startswith("**Worth knowing**")
    assert r"\*when\*" in at.markdown[0].value, "a column's name is text"
    row = at.table[0].value.iloc[0]
    assert (row["Rows"], row["Repeated ids"], row["Off the scale"]) == ("12,000", "3", "7")
    assert row["Missing"] == "comment 75%"
    touchpoints = at.table[1].value
    states = [re.sub(r"\\(.)", r"\1", state) for state in touchpoints["State"]]
    assert states == ["stale: silent since 26 Oct – 1 Nov 2026", "listened to"]
    assert list(touchpoints["Newest week"]) == ["0", "155"]
    assert "No touchpoint is recorded" in at.caption[-1].value
