"""Pseudonyms: stable, keyed, of neutral words; the key is made once and readable by its owner only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from data_sources.pseudonyms import KEY_FILE, NUMBERS, WORDS, Pseudonyms, pseudonyms
from data_sources.settings import Settings
from tests.data_sources.voices import raw_rows, stored_rows


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    made = stored_rows("folder", raw_rows(size=200), tmp_path, request)
    cube = made.cube.model_copy(update={"folder": str(tmp_path / "kept" / "cube")})
    return made.model_copy(update={"cube": cube})


def test_the_same_customer_has_the_same_name_and_another_key_another() -> None:
    names = Pseudonyms(b"key")
    assert names.of("42") == names.of(42) == Pseudonyms(b"key").of(42)
    assert names.of(42) != Pseudonyms(b"other").of(42)
    word, number = names.of(42).split("-")
    assert word in WORDS
    assert int(number) in NUMBERS


def test_words_are_many_and_namesakes_as_rare_as_documented() -> None:
    assert len(WORDS) == len(set(WORDS)) >= 200
    names = Pseudonyms(b"key")
    twins = 60_000 - len({names.of(i) for i in range(60_000)})
    expected = 60_000**2 / 2 / (len(WORDS) * len(NUMBERS))
    assert expected == pytest.approx(781, abs=1)
    assert abs(twins - expected) < 5 * expected**0.5


def test_a_key_is_made_once_for_all_and_kept_to_oneself(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: pseudonyms(settings).of("customer"), range(16)))
    assert len(found) == 1
    path = settings.cube_folder() / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert [p.name for p in path.parent.iterdir()] == [KEY_FILE]


def test_a_configured_key_needs_no_file(settings: Settings) -> None:
    keyed = settings.model_copy(update={"pseudonym_key": SecretStr("secret")})
    assert pseudonyms(keyed).of(1) == Pseudonyms(b"secret").of(1)
    assert not settings.cube_folder().exists()
