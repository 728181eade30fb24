"""What the doctor says of promises and expectations that do not fit together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_sources.errors import ConfigurationError
from tests.data_sources.test_doctor import CONFIG, HEALTHY, by_key, examined

EXPECTED = """
[expectations]
source = "db"
table = "hopes"
metric = "metric"
time = "day"
value = "value"
level = "level"
"""
DAYS = 'promised = "due"\nactual = "came"\n'


def files(tmp_path: Path, levels: list[str | None]) -> None:
    (tmp_path / "files").mkdir()
    due = HEALTHY["at"].dt.normalize()
    answers = HEALTHY.assign(due=due, came=due + pd.Timedelta(days=2))
    answers.to_parquet(tmp_path / "files" / "answers.parquet")
    day = pd.Timestamp("2026-02-01")
    hopes = pd.DataFrame({"metric": "nps", "day": day, "value": 40.0, "level": levels, "who": "c1"})
    hopes.to_parquet(tmp_path / "files" / "hopes.parquet")


def with_responses(lines: str) -> str:
    return CONFIG.replace("[responses.dimensions]", f"{lines}[responses.dimensions]")


@pytest.mark.parametrize(("given", "absent"), [("promised", "actual"), ("actual", "promised")])
def test_one_end_of_a_delay_is_a_problem(tmp_path, given, absent):
    files(tmp_path, [None])
    with pytest.raises(ConfigurationError, match=rf"responses\.{absent}.*beside responses\.{given}"):
        examined(tmp_path, 'folder = "files"', "answers", config=with_responses(f'{given} = "due"\n'))


def test_both_ends_are_healthy_and_empty_until_it_came(tmp_path):
    files(tmp_path, [None])
    assert examined(tmp_path, 'folder = "files"', "answers", config=with_responses(DAYS)).healthy


def test_a_day_that_is_no_time_is_a_problem(tmp_path):
    files(tmp_path, [None])
    config = with_responses('promised = "due"\nactual = "words"\n')
    found = by_key(examined(tmp_path, 'folder = "files"', "answers", config=config))
    assert "not a time" in found["responses.actual"].text() and "responses.promised" not in found


def test_known_levels_are_fine_and_an_unknown_one_is_named_with_what_was_meant(tmp_path):
    files(tmp_path, ["desired", "adequate", "promised", "self", "", None, "desird", "wished"])
    problems = examined(tmp_path, 'folder = "files"', "answers", extra=EXPECTED).problems
    said = [problem.text() for problem in problems if problem.key == "expectations.level"]
    assert len(said) == 2
    assert any("“desird”" in text and "Did you mean “desired”" in text for text in said)
    assert any("“wished”" in text and "self" in text for text in said)


def test_a_customer_of_a_figure_is_a_problem(tmp_path):
    files(tmp_path, [None])
    with pytest.raises(ConfigurationError, match=r'expectations\.customer.*form = "responses"'):
        examined(tmp_path, 'folder = "files"', "answers", extra=EXPECTED + 'customer = "who"\n')
