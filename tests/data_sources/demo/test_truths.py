"""The planted truths, each measured with pandas on the written rows; and their absence where nothing is planted."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data_sources.demo import generate, truths
from data_sources.demo.company import TOUCHPOINTS
from data_sources.demo.figures import STUDY
from metrics.limits import process_behaviour

UNTIL = date(2026, 11, 15)
YEAR = range(1, 53)
SPANS = (26, 52)


class Tables:
    """The tables of one folder, with `ago` (weeks before the last) and the value of every score."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.responses = pd.read_parquet(folder / "responses.parquet")
        end = pd.Timestamp(UNTIL + timedelta(days=1))
        self.responses["ago"] = (end - pd.Timedelta(seconds=1) - self.responses["submitted_at"]).dt.days // 7
        for metric in ("nps", "success", "effort", "emotion"):
            high, low = (9, 6) if metric == "nps" else (6, 3)
            score = self.responses[metric]
            value = 100.0 * (score >= high) - 100.0 * (score <= low)
            self.responses[f"{metric}_value"] = value.where(score.notna())
        csat = self.responses["csat"]
        self.responses["csat_value"] = (100.0 * (csat >= 4)).where(csat.notna())

    def of(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")


@pytest.fixture(scope="module")
def planted(larkmere):
    return Tables(larkmere.folder)


@pytest.fixture(scope="module")
def quiet(quiet_larkmere):
    return Tables(quiet_larkmere.folder)


def contribution(rows: pd.DataFrame, inside: pd.Series) -> tuple[float, float]:
    """The change of NPS from the year before to the last week, and what one slice contributes (METHODS §5)."""
    rows = rows.dropna(subset=["nps_value"])
    after, before = rows[rows["ago"] == 0], rows[rows["ago"].isin(YEAR)]
    parts = []
    for part in (after, before):
        here = part[inside.reindex(part.index)]
        parts.append((len(here) / len(part), here["nps_value"].mean(), part["nps_value"].mean()))
    (w1, m1, total1), (w0, m0, total0) = parts
    return total1 - total0, (w1 + w0) / 2 * (m1 - m0) + (m1 + m0 - total1 - total0) / 2 * (w1 - w0)


def test_the_installation_failure(planted: Tables) -> None:
    truth, rows = truths.INSTALLATION_FAILURE, planted.responses
    here = (rows["region"] == truth.region) & (rows["touchpoint"] == truth.touchpoint)
    change, part = contribution(rows, here)
    assert -truth.fall[1] <= change <= -truth.fall[0]
    assert truth.explains[0] <= part / change <= truth.explains[1]
    weekly = rows[here].groupby("ago")["nps_value"].mean()
    assert weekly[0] < weekly[1] < weekly[range(2, 54)].quantile(0.05)
    told = rows[
        here & (rows["ago"] < truth.since_weeks) & (rows["nps"] <= 6) & ~rows["product"].str.startswith("Mobile")
    ]
    story = (
        told["free_text"]
        .dropna()
        .str.contains(
            r"no show|turned? up|nobody|no one|engineer|"
            r"enginer|lads|two of them|text at|without|part|came|slot|appointment"
            r"|apointment|contractor|installer|moved|put back|rescheduled|day off|half|first week",
            case=False,
        )
    )
    assert len(story) > 40
    assert story.mean() > 0.95


def test_what_was_said_of_the_failure_was_said_nowhere_before(planted: Tables) -> None:
    old = planted.responses.query("ago >= 2")["free_text"].dropna()
    assert not old.str.contains("contractor", case=False).any()


def test_the_app_release(planted: Tables) -> None:
    truth, rows = truths.APP_RELEASE, planted.responses
    app = rows[rows["touchpoint"] == truth.touchpoint].groupby(rows["ago"] < truth.since_weeks)["effort_value"].mean()
    assert truth.rise[0] < app[True] - app[False] < truth.rise[1]
    others = (
        rows[rows["touchpoint"] == "website & forms"].groupby(rows["ago"] < truth.since_weeks)["effort_value"].mean()
    )
    assert abs(others[True] - others[False]) < 6
    (event,) = planted.of("events").query("rebase").itertuples()
    assert (event.label, event.metric) == (truth.label, truth.metric)
    first = rows.loc[rows["ago"] == truth.since_weeks - 1, "submitted_at"].min()
    assert event.day == first.date()


def failed_and_other(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bad answers about installations: those of the planted failure, and all older ones."""
    truth, rows = truths.PASSED_AROUND, tables.responses
    bad = rows[(rows["touchpoint"] == truth.touchpoint) & (rows["nps"] <= 6)]
    bad = bad[~bad["product"].str.startswith("Mobile")]
    return bad[(bad["region"] == truth.region) & (bad["ago"] < truth.since_weeks)], bad[bad["ago"] >= 2]


def turns(tables: Tables, answers: pd.DataFrame) -> pd.Series:
    """Touchpoints of each answer's customer from the incident on (ten days before the answer) to nine days after it,
    in order, repeats in a row counted once."""
    events = tables.of("journey_events")[["customer_id", "occurred_at", "touchpoint"]]
    joined = answers[["response_id", "customer_id", "submitted_at"]].merge(events, on="customer_id")
    since = joined["occurred_at"] - joined["submitted_at"]
    joined = joined[since.between(pd.Timedelta(days=-10), pd.Timedelta(days=10))].sort_values(
        ["response_id", "occurred_at"], kind="stable"
    )
    moved = (joined["touchpoint"] != joined["touchpoint"].shift()) | (
        joined["response_id"] != joined["response_id"].shift()
    )
    return joined[moved].groupby("response_id")["touchpoint"].agg(" > ".join).reindex(answers["response_id"])


def test_who_was_let_down_is_passed_around(planted: Tables, quiet: Tables) -> None:
    truth = truths.PASSED_AROUND
    failed, usual = failed_and_other(planted)
    had_time = failed[failed["submitted_at"] < pd.Timestamp(UNTIL) - pd.Timedelta(days=3)]
    assert len(had_time) > 40
    after = f"{truth.touchpoint} > call centre"
    assert turns(planted, had_time).str.contains(after).mean() >= truth.called
    assert turns(planted, usual).str.contains(after).mean() <= truth.usually
    whole = " > ".join(truth.after)
    assert turns(planted, failed).str.contains(whole).sum() >= 15
    assert turns(planted, usual).str.contains(whole).mean() < 0.01
    events = planted.of("journey_events")
    for text in ("Engineer came at last", "Called again, sent on once more", "Called to ask for a new date"):
        told = events[events["what"] == text]
        assert len(told) > 5
        assert set(told["region"]) == {truth.region}
        assert told["occurred_at"].min() > pd.Timestamp(UNTIL) - pd.Timedelta(weeks=truth.since_weeks)
        assert not (quiet.of("journey_events")["what"] == text).any()


def test_the_failed_installations_are_late(planted: Tables, quiet: Tables) -> None:
    truth = truths.LATE_INSTALLATION
    failed, _ = failed_and_other(planted)
    assert failed["came_on"].isna().mean() >= truth.outstanding
    assert lateness(failed).mean() >= truth.days
    for tables in (planted, quiet):
        rows = tables.responses[tables.responses["touchpoint"] == truth.touchpoint]
        usual = rows if tables is quiet else rows[rows["ago"] >= truth.since_weeks]
        assert usual["came_on"].notna().all()
        assert 0.5 < lateness(usual).mean() <= truth.usually


def lateness(rows: pd.DataFrame) -> pd.Series:
    """Days between promise and arrival."""
    return (pd.to_datetime(rows["came_on"]) - pd.to_datetime(rows["promised_for"])).dt.days


def test_one_touchpoint_falls_below_what_customers_put_up_with(planted: Tables, quiet: Tables) -> None:
    """The newest quarter's adequate level against the newest week: beyond two standard errors (the widest that n
    answers can have) only where it is planted, and elsewhere not below it by more than chance."""
    truth = truths.BELOW_MINIMUM
    for tables in (planted, quiet):
        expected = tables.of("expectations").query("level == 'adequate'").dropna(subset=["touchpoint"])
        expected = expected[expected["quarter"] == expected["quarter"].max()].set_index(["metric", "touchpoint"])
        week = tables.responses[tables.responses["ago"] == 0]
        for metric in truth.metrics:
            below = set()
            for touchpoint in TOUCHPOINTS:
                score = week.loc[week["touchpoint"] == touchpoint, f"{metric}_value"].dropna()
                asked = expected.loc[(metric, touchpoint)]
                error = np.hypot(score.std() / np.sqrt(max(len(score), 1)), 100 / np.sqrt(asked["n"]))
                if score.mean() - asked["value"] < -2.9 * error:  # 1 % over eleven touchpoints (Bonferroni)
                    below.add(touchpoint)
            assert below == ({truth.touchpoint} if tables is planted else set()), metric


def test_expectations_of_ease_rise_and_no_others(planted: Tables, quiet: Tables) -> None:
    truth = truths.RISING_EXPECTATION
    for tables in (planted, quiet):
        asked = tables.of("expectations").dropna(subset=["touchpoint"])
        quarterly = asked.groupby(["metric", "quarter"])["value"].mean().unstack("metric")
        a_year = 4 * quarterly.apply(lambda values: np.polyfit(range(len(values)), values, 1)[0])
        assert a_year[truth.metric] == pytest.approx(truth.a_year, abs=0.4)
        assert a_year.drop(truth.metric).abs().max() < 0.5


def test_the_mix_shift(planted: Tables) -> None:
    truth = truths.MIX_SHIFT
    rows = planted.responses[planted.responses["region"] == truth.region]
    after, before = rows[rows["ago"] < truth.since_weeks], rows[rows["ago"].between(truth.since_weeks, 57)]
    change = after.groupby("segment")["nps_value"].mean() - before.groupby("segment")["nps_value"].mean()
    assert len(change) == 5
    assert (change > 0).all()
    total = after["nps_value"].mean() - before["nps_value"].mean()
    assert -truth.fall[1] < total < -truth.fall[0]
    share = [(part["segment"] == truth.segment).mean() for part in (before, after)]
    assert share[1] > 2 * share[0]
    assert before.groupby("segment")["nps_value"].mean().idxmin() == truth.segment


def test_the_overtaking(planted: Tables) -> None:
    truth = truths.OVERTAKING
    figures = planted.of("benchmarks")
    figures = figures[(figures["metric"] == truth.metric) & (figures["product"] == truth.product)]
    figures = figures[figures["kind"] == STUDY]
    theirs = figures[figures["company"] == truth.company].set_index("month")["value"]
    rows = planted.responses[planted.responses["product"] == truth.product]
    ours = rows.groupby(rows["submitted_at"].dt.to_period("M").dt.start_time.dt.date)["nps_value"].mean()
    lead = (theirs - ours).dropna().sort_index()
    assert lead.iloc[-1] > 3
    assert lead.iloc[-15:-3].mean() < -4
    assert (lead.iloc[-24:-3] < 0).mean() > 0.9
    others = figures[figures["company"] != truth.company].set_index("month")["value"]
    assert (others.loc[theirs.index[-1]] < theirs.iloc[-1]).all()


def test_the_silent_touchpoint(planted: Tables, quiet: Tables) -> None:
    truth = truths.SILENT_TOUCHPOINT
    for tables, silent in ((planted, True), (quiet, False)):
        heard = tables.responses[tables.responses["touchpoint"] == truth.touchpoint]
        assert heard["ago"].min() == (truth.since_weeks if silent else 0)
        assert heard.query("ago >= 3").groupby("ago").size().min() > 10
        events = tables.of("journey_events")
        last = events.loc[events["touchpoint"] == truth.touchpoint, "occurred_at"].max()
        assert (last < pd.Timestamp(UNTIL) - pd.Timedelta(days=20)) == silent


def test_the_slice_with_too_few_answers(planted: Tables, quiet: Tables) -> None:
    truth = truths.TOO_FEW
    for tables, few in ((planted, True), (quiet, False)):
        rows = tables.responses[tables.responses["ago"] < 26]
        rows = rows[(rows["region"] == truth.region) & (rows["segment"] == truth.segment)]
        assert (rows.groupby("ago").size().max() < 5) == few
        assert len(rows) > 0


def test_the_helpful_employee(planted: Tables, quiet: Tables) -> None:
    truth = truths.HELPFUL_EMPLOYEE
    text = planted.responses["free_text"].fillna("")
    naming = planted.responses[text.str.contains(truth.name, case=False)]
    assert len(naming) >= truth.comments
    assert naming["ago"].max() < truth.since_weeks
    assert set(naming["touchpoint"]) == set(truth.touchpoints)
    assert (naming["nps"].dropna() >= 9).all()
    assert not quiet.responses["free_text"].fillna("").str.contains(truth.name, case=False).any()
    assert not quiet.of("journey_events")["what"].str.contains(truth.name).any()


@pytest.mark.parametrize("metric", ["nps", "csat", "success", "effort", "emotion"])
def test_where_nothing_is_planted_every_total_is_in_control(quiet: Tables, metric: str) -> None:
    """No rule of the process behaviour chart fires in the newest eight weeks."""
    weekly = quiet.responses.groupby("ago")[f"{metric}_value"].mean().sort_index(ascending=False).to_numpy()
    for span in SPANS:
        chart = process_behaviour(np.asarray(weekly[-span:]), (-100.0, 100.0))
        assert [signal for signal in chart.signals if signal.index >= span - 8] == []


def test_where_nothing_is_planted_the_planted_places_are_ordinary(quiet: Tables) -> None:
    rows = quiet.responses
    failure, mix, app = truths.INSTALLATION_FAILURE, truths.MIX_SHIFT, truths.APP_RELEASE
    here = (rows["region"] == failure.region) & (rows["touchpoint"] == failure.touchpoint)
    change, part = contribution(rows, here)
    assert abs(change) < 5
    assert abs(part) < 1.5
    south = rows[rows["region"] == mix.region]
    share = (south["segment"] == mix.segment).groupby(south["ago"] < mix.since_weeks).mean()
    assert abs(share[True] - share[False]) < 0.03
    on_app = rows[rows["touchpoint"] == app.touchpoint].groupby(rows["ago"] < app.since_weeks)["effort_value"].mean()
    assert abs(on_app[True] - on_app[False]) < 4
    assert not quiet.of("events")["rebase"].any()
    assert not rows["free_text"].dropna().str.contains("contractor", case=False).any()


@pytest.mark.parametrize("until", [date(2024, 2, 29), date(2027, 8, 29)])
def test_the_truths_do_not_hang_on_the_date(tmp_path, until: date) -> None:
    """Another date gives the same answers on other days, so all that is measured above holds on any day."""
    generate(tmp_path / "now", until=UNTIL, responses=5_000)
    generate(tmp_path / "then", until=until, responses=5_000)
    now, then = (pd.read_parquet(tmp_path / name / "responses.parquet") for name in ("now", "then"))
    monday = until - timedelta(days=until.weekday())
    moved = pd.Timestamp(UNTIL - timedelta(days=UNTIL.weekday())) - pd.Timestamp(monday)
    for table in (now, then):
        for column in ("promised_for", "came_on"):
            table[column] = pd.to_datetime(table[column])
    on_the_day = {column: then[column] + moved for column in ("submitted_at", "promised_for", "came_on")}
    pd.testing.assert_frame_equal(now, then.assign(**on_the_day))
