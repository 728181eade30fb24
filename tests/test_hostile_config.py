"""A configuration and data that are hostile or unlucky: told in words, or shown letter by letter; never obeyed."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from components import links
from data_sources.errors import ConfigurationError
from data_sources.keys import LARGEST
from data_sources.paging import NoSuchPlace, place_of
from data_sources.settings import load_settings
from data_sources.settings.checks import EVERYONE, TAKEN
from tests.e2e.company import answers, in_folder

ROOT = Path(__file__).resolve().parents[1]
EVIL = '**b** [x](http://e.invalid) :red[r] $y$ <i>h</i> ![p](http://e.invalid/p.png) me@e.invalid = %_\\ "'
OBEYED = re.compile(r"(?<!\\)\[x\]\(|(?<!\\):red\[|(?<!\\)\*\*b|(?<!\\)<i>|http://e|me@e")
"""What stands unescaped in text that Streamlit would read as Markdown."""

HOSTILE = """
[metrics.nps]
kind = "nps"
column = "nps"
label = {evil}
definition = {evil}
owner = {evil}
target = 30
[dimensions.region]
label = {evil}
[personas.odd]
label = {evil}
rule = {{ region = ["Other"] }}
[[event]]
day = {day}
label = {evil}
[themes]
{evil} = ["number"]
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose every word is an attack, with response ids that stand twice and a value on two axes."""
    place = tmp_path_factory.mktemp("hostile")
    rows = answers([f"{EVIL} number {i}" for i in range(30)], ("Other", EVIL))
    rows["response_id"] = [f"A{i // 2}" for i in range(len(rows))]
    rows["touchpoint"] = ["Other" if i % 3 else EVIL for i in range(len(rows))]
    newest = (
        rows["submitted_at"]
        >= rows["submitted_at"].max() - (rows["submitted_at"].max() - rows["submitted_at"].min()) / 20
    )
    rows["nps"] = rows["nps"].where(rows.index % 4 == 0, 9).where(~newest | (rows["region"] != "Other"), 0)
    rows["nps"] = rows["nps"].where(~newest | (rows["touchpoint"] != "Other"), 0)
    path = in_folder(place, rows)
    day = rows["submitted_at"].iloc[len(rows) // 2].date()
    text = path.read_text(encoding="utf-8").replace('company = "Smallville"', f"company = {json.dumps(EVIL)}")
    text = re.sub(r"\[metrics\.nps\].*?(?=\[metrics\.ease\])", "", text, flags=re.DOTALL)
    path.write_text(text + HOSTILE.format(evil=json.dumps(EVIL), day=day), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _own_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield
    st.cache_resource.clear()


def opened(page: str, **parameters: str | list[str]) -> AppTest:
    at = AppTest.from_string("from app import main\nmain()", default_timeout=60)
    at._page_hash = calc_hash(page) if page else ""
    for name, value in parameters.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    return at


def markdown_of(at: AppTest) -> list[str]:
    """Every text that Streamlit reads as Markdown: bodies, labels, helps, options of segments, cells of tables."""
    heads = at.title, at.header, at.subheader
    bodies = [e.value for kind in (*heads, at.caption, at.markdown, at.info, at.warning) for e in kind]
    labels = [e.label for kind in (at.button, at.selectbox, at.multiselect, at.text_input, at.metric) for e in kind]
    helps = [button.help for button in at.button if button.help]
    segments = [option.content for group in at.get("button_group") for option in group.proto.options]
    cells = [str(cell) for t in at.table for cell in [*t.value.columns, *t.value.to_numpy().ravel()]]
    return [*bodies, *labels, *helps, *segments, *cells]


@pytest.mark.parametrize("page", ["", links.METRIC, links.VOICES, links.STORY, links.DATA_HEALTH])
def test_words_of_data_and_configuration_are_text_on_every_page(
    page: str, hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_CONFIG", str(hostile))
    at = opened(page, metric="nps", response="A1500", search=EVIL)
    said = markdown_of(at)
    assert any(r"\*\*b\*\*" in text for text in said), "the words are there"
    assert not [text for text in said if OBEYED.search(text)]


def test_slices_of_the_same_name_on_two_axes_open_what_they_say(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """“Other” is a region and a touchpoint, and both have fallen."""
    monkeypatch.setenv("CX_CONFIG", str(hostile))
    at = opened("")
    keys = [button.key for button in at.button if button.key.startswith("open_signal_")]
    assert keys and len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("", {"week": ["\0", "x"], "region": "[c](http://e.invalid)", "kpi": "\0", "persona": ["a", "b"]}),
        (links.METRIC, {"metric": "[x](http://e.invalid)", "slice": ["region", ":", "x:y:z", "region:Nowhere"]}),
        (links.VOICES, {"search": "\0 %_\\ '\" ; drop", "score": "\0", "order": "'", "after": "[" * 1_900}),
        (links.VOICES, {"order": "Lowest score", "after": '[["f",1],["t","x"],["i",1e400]]'}),
        (links.STORY, {"response": "9" * 5_000, "metric": "\u202enps"}),
    ],
)
def test_an_address_of_nonsense_is_answered_in_words(
    page: str, parameters: dict[str, str | list[str]], hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_CONFIG", str(hostile))
    at = opened(page, **parameters)
    assert at.title
    assert not [text for text in markdown_of(at) if OBEYED.search(text) or "\0" in text]
    assert all(len(warning.value) < 1_000 for warning in at.warning)


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_dimension_that_would_share_a_parameter_is_refused_with_a_way_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / "cx.toml"
    path.write_text(
        '[sources.f]\nfolder = "."\n[responses]\nsource = "f"\ntable = "r"\nid = "id"\ncustomer = "c"\ntime = "t"\n'
        f'[responses.dimensions]\n{name} = "col"\n[metrics.nps]\nkind = "nps"\ncolumn = "nps"\n',
        encoding="utf-8",
    )
    path.write_text('company = "X"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    told = [problem for problem in caught.value.problems if problem.key == f"responses.dimensions.{name}"]
    assert told and f"{name}_name" in told[0].remedy


def test_every_parameter_and_fixed_key_of_a_widget_is_taken() -> None:
    """Read out of the components themselves, so that a new one cannot be forgotten."""
    found: set[str] = set()
    for path in sorted((ROOT / "components").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "key" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
            if isinstance(node, ast.Assign):
                found |= _named_words(node.targets[0], node.value)
    assert {"week", "slice", "search", "filters"} <= found, "the scan finds what is known"
    assert found <= TAKEN, f"add to TAKEN: {sorted(found - TAKEN)}"


def _named_words(target: ast.expr, value: ast.expr) -> set[str]:
    """The words of `A_KEY, B_PARAMETER = "a", "b"`."""
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    return {
        str(word.value)
        for name, word in zip(names, values, strict=False)
        if isinstance(name, ast.Name) and name.id.endswith(("_KEY", "_PARAMETER")) and isinstance(word, ast.Constant)
    }


def test_labels_that_nobody_could_tell_apart_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cx.toml"
    path.write_text(
        'company = "X"\n[sources.f]\nfolder = "."\n[responses]\nsource = "f"\ntable = "r"\nid = "id"\ncustomer = "c"\n'
        'time = "t"\ntouchpoint = "p"\n[responses.dimensions]\nregion = "r"\n'
        '[dimensions.region]\nlabel = "Touchpoint"\n[metrics.nps]\nkind = "nps"\ncolumn = "nps"\n'
        '[metrics.other]\nkind = "nps"\ncolumn = "o"\nlabel = "NPS"\n'
        f'[personas.all]\nlabel = "{EVERYONE}"\nrule = {{ region = ["N"] }}\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"metrics.other.label", "personas.all.label", "touchpoints.label"}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "5", "null", '{"a":1}', '[["i",1e400]]', f'[["i",{LARGEST + 1}]]', '[["t",5]]', "[[[],1]]"]
)
def test_a_place_to_read_on_that_is_none_is_called_so(text: str) -> None:
    with pytest.raises(NoSuchPlace):
        place_of(text, 1)
