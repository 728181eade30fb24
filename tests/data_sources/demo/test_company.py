"""What the demo company consists of. Authority: issue 2, "The demo company", read with pandas from the files."""

import re
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_sources.demo import demo_folder, generate, last_complete_week
from data_sources.demo.company import (
    COMPANY,
    COMPETITORS,
    MOMENT_STAGE,
    MOMENT_TOUCHPOINT,
    PRODUCTS,
    PUBLISHER,
    REGIONS,
    SEGMENTS,
    STAGES,
    TOUCHPOINTS,
)
from data_sources.demo.figures import STUDY
from data_sources.demo.histories import LEAVING_DAYS
from data_sources.demo.incidents import DETAIL, DETAILS, WORDS, incidents
from data_sources.demo.studies import AWARENESS, MYSTERY_KIND, MYSTERY_SHOP, RELATIONSHIP
from data_sources.demo.threads import AFTER, BEFORE, LONGEST_AFTER, shares, threads

UNTIL = date(2026, 11, 15)
COLUMNS = {
    "responses": "response_id customer_id submitted_at stage touchpoint region segment product nps csat success effort"
    " emotion free_text topic language promised_for came_on",
    "journey_events": "event_id customer_id occurred_at stage touchpoint what outcome region segment product",
    "customers": "customer_id value_per_year since segment region product outcome renewed_at",
    "benchmarks": "month company metric product touchpoint value n publisher kind",
    "expectations": "quarter metric segment touchpoint level value n",
    "outcomes": "customer_id time outcome amount region segment product",
    "events": "day label rebase metric",
}
SCALES = {"nps": (0, 10), "csat": (1, 5), "success": (1, 7), "effort": (1, 7), "emotion": (1, 7)}
REAL = re.compile(
    r"vodafone|o2\b|\bee\b|openreach|virgin|talktalk|plusnet|sky\b|giffgaff|verizon|t-mobile|orange|comcast|facetime|whatsapp"
    r"|netflix|google|iphone|samsung|facebook|twitter|instagram|amazon|trustpilot|ofcom",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def company(larkmere) -> dict[str, pd.DataFrame]:
    return {file.stem: pd.read_parquet(file) for file in larkmere.folder.glob("*.parquet")}


def test_the_default_size_takes_under_fifteen_seconds(larkmere, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\ndemo company, 250,000 responses: {larkmere.wall:.1f} s, of which {larkmere.work:.1f} s work")
    assert larkmere.work < 15
    assert list(larkmere.told) == sorted(larkmere.told)
    assert len(larkmere.told) > 100
    assert larkmere.told[-1] == 1


def test_every_table_has_its_columns(company: dict[str, pd.DataFrame]) -> None:
    assert {name: list(table.columns) for name, table in company.items()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }
    assert all(len(table) > 0 for table in company.values())


def test_the_numbers_promised(company: dict[str, pd.DataFrame]) -> None:
    responses = company["responses"]
    assert len(responses) == 250_000
    assert len(company["customers"]) == pytest.approx(60_000, rel=0.05)
    assert responses["free_text"].notna().sum() == pytest.approx(40_000, rel=0.05)
    assert responses["submitted_at"].min() >= pd.Timestamp("2023-11-20")
    assert responses["submitted_at"].max() < pd.Timestamp("2026-11-16")
    weeks = (responses["submitted_at"] - pd.Timestamp("2023-11-20")).dt.days // 7
    assert weeks.nunique() == 156
    assert weeks.is_monotonic_increasing


def test_every_place_of_the_journey_is_there_and_unevenly_busy(company: dict[str, pd.DataFrame]) -> None:
    responses = company["responses"]
    for column, known in {
        "stage": STAGES,
        "touchpoint": TOUCHPOINTS,
        "region": REGIONS,
        "segment": SEGMENTS,
        "product": PRODUCTS,
    }.items():
        share = responses[column].value_counts(normalize=True)
        assert set(share.index) == set(known)
        assert share.max() > 1.3 / len(known)
    assert set(company["journey_events"]["touchpoint"]) == set(TOUCHPOINTS)


def test_scores_stay_on_their_scales_lack_answers_and_go_together(company: dict[str, pd.DataFrame]) -> None:
    scores = company["responses"][list(SCALES)]
    for question, (low, high) in SCALES.items():
        assert set(scores[question].dropna()) == set(range(low, high + 1))
    assert scores.isna().mean().between(0.03, 0.5).all()
    assert scores.notna().any(axis=1).all()
    together = scores.corr().to_numpy()
    assert 0.4 < together.min() < 0.75
    nps = scores["nps"].dropna()
    assert 25 < 100 * ((nps >= 9).mean() - (nps <= 6).mean()) < 40


def test_customers_are_the_same_people_everywhere(company: dict[str, pd.DataFrame]) -> None:
    customers = company["customers"].set_index("customer_id")
    assert customers.index.is_unique
    assert company["responses"]["response_id"].is_unique
    assert company["journey_events"]["event_id"].is_unique
    for name in ("responses", "journey_events", "outcomes"):
        merged = company[name].join(customers.add_suffix("_of_customer"), on="customer_id")
        for column in ("region", "segment", "product"):
            assert (merged[column] == merged[f"{column}_of_customer"]).all()
    merged = company["responses"].join(customers["since"], on="customer_id")
    assert (merged["submitted_at"] > pd.to_datetime(merged["since"])).all()


def test_moods_last_and_who_leaves_was_let_down(company: dict[str, pd.DataFrame]) -> None:
    responses = company["responses"].dropna(subset=["nps"])
    first, second = (responses.groupby("customer_id")["nps"].nth(place) for place in (0, 1))
    by_customer = [
        pd.Series(part.to_numpy(), index=responses.loc[part.index, "customer_id"].to_numpy())
        for part in (first, second)
    ]
    assert 0.1 < by_customer[0].corr(by_customer[1]) < 0.6
    last = responses.groupby("customer_id")["nps"].last()
    left = company["customers"].set_index("customer_id")["outcome"].eq("left").reindex(last.index)
    assert left[last <= 6].mean() > 2 * left[last >= 9].mean()


def test_nobody_answers_after_leaving(company: dict[str, pd.DataFrame]) -> None:
    outcomes = company["outcomes"]
    left = outcomes[outcomes["outcome"] == "left"].set_index("customer_id")["time"]
    assert left.index.is_unique
    last = company["responses"].groupby("customer_id")["submitted_at"].max()
    both = pd.concat({"last": last, "left": left}, axis=1).dropna()
    assert len(both) > 1_000
    assert (both["last"] < both["left"]).all()
    assert set(company["customers"].query("outcome == 'left'")["customer_id"]) == set(left.index)


def test_what_happened_comes_before_what_was_said(company: dict[str, pd.DataFrame]) -> None:
    """Who complains of minutes on hold was kept waiting for just as many within the two days before."""
    said = company["responses"].query("topic == 'Waiting time' and nps <= 6 and language == 'en'")
    said = said.assign(minutes=said["free_text"].str.extract(r"(\d\d) (?i:min)", expand=False)).dropna(
        subset=["minutes"]
    )
    assert len(said) > 100
    joined = said[["response_id", "customer_id", "submitted_at", "minutes"]].merge(
        company["journey_events"][["customer_id", "occurred_at", "what"]], on="customer_id"
    )
    lead = joined["submitted_at"] - joined["occurred_at"]
    same = pd.Series([f"{row.minutes} minutes" in row.what for row in joined.itertuples()], index=joined.index)
    led = joined[same & (lead > pd.Timedelta(0)) & (lead < pd.Timedelta(days=2))]
    assert led["response_id"].nunique() > 0.99 * len(said)


def test_things_happen_by_day_and_as_far_apart_as_they_say(company: dict[str, pd.DataFrame]) -> None:
    events = company["journey_events"]
    assert events["occurred_at"].dt.hour.between(6, 21).mean() > 0.97
    gone_by = events[events["what"].str.contains(r"^No call back after \d+ days$")]
    promised = events[events["what"] == "Call back promised within 24 hours"]
    both = gone_by.merge(promised, on="customer_id", suffixes=("", "_promised"))
    days = (both["occurred_at"] - both["occurred_at_promised"]).dt.total_seconds() / 86_400
    told = both["what"].str.extract(r"(\d+)", expand=False).astype(float)
    near = (days - told).abs() < 0.2
    assert both[near]["event_id"].nunique() == len(gone_by)


def test_comments_read_like_people(company: dict[str, pd.DataFrame]) -> None:
    said = company["responses"].dropna(subset=["free_text"])
    text = said["free_text"]
    assert text.nunique() / len(text) >= 0.90
    assert text.str.lower().str.strip(" .!").nunique() / len(text) >= 0.90
    words = text.str.split().str.len()
    assert (words <= 4).mean() > 0.04
    assert (words >= 40).mean() > 0.04
    assert not text.str.contains(r"[\[\]{}|]|  |: fixed|line: |mobile: |staff: ").any()
    assert 0.02 < (said["language"] != "en").mean() < 0.06
    assert said["language"].nunique() >= 6
    assert said.loc[said["language"] == "cy", "region"].eq("Wales").all()
    assert 0.5 < said["topic"].notna().mean() < 0.75
    assert (
        company["responses"].loc[company["responses"]["free_text"].isna(), ["topic", "language"]].isna().all(axis=None)
    )


def test_comments_fit_the_score(company: dict[str, pd.DataFrame]) -> None:
    said = company["responses"].query("language == 'en'").dropna(subset=["nps"])
    pleased = said["free_text"].str.contains(r"\b(?:brilliant|keep it up|pleased|cheers|well done|great)\b", case=False)
    angry = said["free_text"].str.contains(
        r"rubbish|shambles|useless|disgraceful|fed up|appalling|dreadful", case=False
    )
    assert pleased[said["nps"] >= 9].mean() > 6 * pleased[said["nps"] <= 6].mean()
    assert angry[said["nps"] <= 6].mean() > 0.04
    assert angry[said["nps"] >= 9].sum() == 0


def test_nobody_in_it_is_real(company: dict[str, pd.DataFrame]) -> None:
    names = " ".join((COMPANY, *COMPETITORS, *company["benchmarks"]["publisher"].unique()))
    assert not REAL.search(names)
    texts = pd.concat([company["responses"]["free_text"].dropna(), company["journey_events"]["what"].drop_duplicates()])
    found = texts[texts.str.contains(REAL)]
    assert found.empty, found.head().to_list()
    assert not texts.str.contains(r"\b\d{5,}\b|@\w+\.|\b0\d{3}[ -]?\d{3}").any()


def test_figures_from_elsewhere(company: dict[str, pd.DataFrame]) -> None:
    figures = company["benchmarks"]
    panel = figures[figures["publisher"] == PUBLISHER]
    assert set(panel["company"]) == set(COMPETITORS)
    assert set(panel["kind"]) == {STUDY}
    assert panel.groupby(["month", "company", "metric", "product"]).size().eq(1).all()
    assert panel["month"].nunique() == 36
    assert figures["month"].max() == panel["month"].max() == date(2026, 10, 1)
    assert (figures["n"] >= 100).all()
    assert figures["value"].between(-100, 100).all()


def test_other_kinds_of_figures_never_stand_for_the_newest(company: dict[str, pd.DataFrame]) -> None:
    """A second publisher of NPS, older and of another kind; and two metrics that only others measure, of us too."""
    figures = company["benchmarks"]
    nps = figures[figures["metric"] == "nps"].groupby(["publisher", "kind"])["month"].agg(["max", "nunique"])
    assert set(nps.index.get_level_values("kind")) == {STUDY, RELATIONSHIP}
    assert nps.xs(RELATIONSHIP, level="kind")["nunique"].item() == 3
    assert nps.xs(RELATIONSHIP, level="kind")["max"].item() < nps.xs(STUDY, level="kind")["max"].item()
    for metric, kind in ((AWARENESS, STUDY), (MYSTERY_SHOP, MYSTERY_KIND)):
        own = figures[figures["metric"] == metric]
        assert set(own["company"]) == {COMPANY, *COMPETITORS}
        assert set(own["kind"]) == {kind}
        assert own["month"].max() == date(2026, 7, 1)
        assert own["value"].between(0, 100).all()
        assert own["product"].isna().all()
    shopped = figures.loc[figures["metric"] == MYSTERY_SHOP, "touchpoint"]
    assert set(shopped) == {"sales", "call centre"}
    assert figures.loc[figures["metric"] != MYSTERY_SHOP, "touchpoint"].isna().all()
    assert set(figures.loc[figures["company"] == COMPANY, "metric"]) == {AWARENESS, MYSTERY_SHOP}


def test_what_customers_expect_by_segment_and_touchpoint_and_what_we_say_ourselves(
    company: dict[str, pd.DataFrame],
) -> None:
    figures = company["expectations"]
    for axis, values in (("segment", SEGMENTS), ("touchpoint", TOUCHPOINTS)):
        asked = figures[figures[axis].notna()]
        assert set(asked["level"]) == {"desired", "adequate"}
        levels = asked.pivot_table(index=["quarter", "metric", axis], columns="level", values="value")
        assert (levels["desired"] > levels["adequate"]).all()
        assert len(levels) == 12 * 5 * len(values)
    ours = figures[figures["segment"].isna() & figures["touchpoint"].isna()]
    assert ours.groupby("level")["metric"].unique().map(set).to_dict() == {
        "promised": {"success", "effort"},
        "self": {"csat", "success", "effort"},
    }


def test_a_journey_has_a_shape(company: dict[str, pd.DataFrame]) -> None:
    """A customer's events with no more than 30 days between them, as cx.toml has it: several stages, in their order
    more often than not, with turn-backs and repeat contacts; fewer arrive at every stage of buying."""
    events = company["journey_events"].sort_values(["customer_id", "occurred_at"], kind="stable")
    gap = events["occurred_at"] - events["occurred_at"].shift()
    starts = (events["customer_id"] != events["customer_id"].shift()) | (gap > pd.Timedelta(days=30))
    journey, stage = starts.cumsum(), events["stage"].map(STAGES.index)
    step = (stage - stage.shift()).where(~starts)
    assert step.gt(0).sum() > 1.5 * step.lt(0).sum() > 20_000
    assert 0.35 < (stage.groupby(journey).nunique() > 1).mean() < 0.65
    assert 0.10 < (stage.groupby(journey).nunique() > 2).mean() < 0.35
    moved = events["touchpoint"].ne(events["touchpoint"].shift()) | starts
    visits = events[moved].groupby([journey, "touchpoint"]).size()
    assert 10_000 < visits.gt(1).sum() < 60_000
    begun = stage.groupby(journey).first() == STAGES.index("awareness")
    reached = stage.groupby(journey).max()[begun]
    funnel = [(reached >= STAGES.index(name)).sum() for name in ("awareness", "discovery", "attraction", "purchase")]
    assert all(0.4 < after / before < 0.95 for before, after in pairwise(funnel)), funnel


def test_events_come_in_time_and_while_somebody_is_a_customer(company: dict[str, pd.DataFrame]) -> None:
    events = company["journey_events"]
    assert events["occurred_at"].max() < pd.Timestamp("2026-11-16")
    people = company["customers"].set_index("customer_id")
    assert (events["occurred_at"] >= pd.to_datetime(events["customer_id"].map(people["since"]))).mean() > 0.99
    left = company["outcomes"].query("outcome == 'left'").set_index("customer_id")["time"]
    gone = events["customer_id"].map(left)
    assert gone.notna().sum() > 10_000
    assert not (events["occurred_at"] > gone).any()
    assert len(events) < 1.6 * 596_122, "what incidents alone have"


def test_threads_fit_and_nobody_takes_two() -> None:
    for side in (BEFORE, AFTER):
        share = shares(side)
        usual = [
            share[place, stage]
            for place, incident in enumerate(incidents())
            for stage in MOMENT_STAGE[incident.touchpoint == MOMENT_TOUCHPOINT]
        ]
        assert np.max(usual) < 1
        for thread in threads(side):
            assert any(thread.fits(i, s, k) for i in incidents() for s in range(len(STAGES)) for k in range(2)), thread
            assert thread.starts is None or thread.starts <= {incident.what[0] for incident in incidents()}
            for step in thread.steps:
                assert step.days[0] <= step.days[1]
                assert step.days[0] >= 1 or side == AFTER
                assert step.outcome in {"", *(incident.outcome for incident in incidents())}
            assert side == BEFORE or sum(step.days[1] for step in thread.steps) <= LONGEST_AFTER < LEAVING_DAYS[0]


def test_promises_are_made_for_deliveries_and_kept_in_time(company: dict[str, pd.DataFrame]) -> None:
    rows = company["responses"]
    delivered = rows["touchpoint"] == "delivery & installation"
    assert rows.loc[~delivered, ["promised_for", "came_on"]].isna().all(axis=None)
    rows = rows[delivered]
    assert rows["promised_for"].notna().all()
    came, promised = pd.to_datetime(rows["came_on"]), pd.to_datetime(rows["promised_for"])
    assert came.max() < pd.Timestamp("2026-11-16")
    late = (came - promised).dt.days
    assert late.min() == -1
    assert 0.4 < (late <= 0).mean() < 0.75
    assert late.corr(rows["nps"]) < -0.4
    told = rows["free_text"].str.contains("^Late, but in|^Second attempt worked", na=False)
    assert (late[told] >= 2).all()


@pytest.mark.parametrize("texts", ["what", "say", "short"])
def test_every_detail_is_known_and_every_set_complete(texts: str) -> None:
    assert all(len(values) == DETAILS for values in DETAIL.values())
    known = set(DETAIL) | {"name", "years", "age", "score"}
    for file in WORDS.glob("*.toml"):
        assert set(re.findall(r"{(\w+)}", file.read_text("utf-8"))) <= known, file.name
    assert all(getattr(incident, texts) for incident in incidents())


def test_the_same_seed_gives_the_same_company(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        generate(tmp_path / name, until=UNTIL, responses=4_000, seed=seed)
    for table in COLUMNS:
        one, two = (pd.read_parquet(tmp_path / name / f"{table}.parquet") for name in ("one", "two"))
        pd.testing.assert_frame_equal(one, two)
    other = pd.read_parquet(tmp_path / "other" / "responses.parquet")
    assert not other["nps"].equals(pd.read_parquet(tmp_path / "one" / "responses.parquet")["nps"])


@pytest.mark.parametrize("responses", [1, 150, 3_000])
def test_small_companies_have_exactly_as_many_responses(tmp_path: Path, responses: int) -> None:
    generate(tmp_path, until=UNTIL, responses=responses)
    assert len(pd.read_parquet(tmp_path / "responses.parquet")) == responses


def test_a_week_belongs_to_its_sunday(tmp_path: Path) -> None:
    assert last_complete_week(date(2026, 11, 22)) == date(2026, 11, 15)
    assert last_complete_week(date(2026, 11, 23)) == date(2026, 11, 22)
    for name, until in (("wednesday", date(2026, 11, 11)), ("sunday", UNTIL)):
        generate(tmp_path / name, until=until, responses=2_000)
    wednesday, sunday = (pd.read_parquet(tmp_path / name / "responses.parquet") for name in ("wednesday", "sunday"))
    pd.testing.assert_frame_equal(wednesday, sunday)


def _folder(responses: int) -> str:
    return str(demo_folder(UNTIL, responses=responses))


def test_the_folder_is_made_once_even_by_two_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with ProcessPoolExecutor(2) as two:
        folders = set(two.map(_folder, [2_000, 2_000]))
    (folder,) = {Path(name) for name in folders}
    assert {file.stem for file in folder.iterdir()} == set(COLUMNS)
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]
    made = (folder / "responses.parquet").stat().st_mtime_ns
    assert Path(_folder(2_000)) == folder
    assert (folder / "responses.parquet").stat().st_mtime_ns == made
    assert demo_folder(UNTIL, responses=2_000, planted=False) != folder


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def stop(part: float, _: str) -> None:
        if part > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo_folder(UNTIL, responses=2_000, progress=stop)
    assert list((tmp_path / "customer-room" / "demo").iterdir()) == []
