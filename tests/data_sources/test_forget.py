"""A customer is forgotten: by the real command, beside a running app, down to the bytes on the disk. The authorities:
the files as they lie there, and pandas on the company's own rows."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from data_sources import erasures
from data_sources.__main__ import main
from data_sources.audit import Act
from data_sources.audit_entries import entries
from data_sources.audit_verdict import verdict
from data_sources.looks import Noted, searched, story
from data_sources.room import Room
from metrics.search import parse
from metrics.slice_of import Slice
from tests.data_sources.watched import company, look, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return company(tmp_path / "company")


@pytest.fixture
def room(config: Path) -> Iterator[Room]:
    made = opened(config)
    yield made
    made.close()


def looked_at(room: Room, n: int) -> list[tuple[str, str]]:
    """The first so many customers of the newest comments, their stories opened: their ids, and the answers."""
    view, found = look(room), dict[str, str]()
    for verbatim in room.verbatims(view.viewer).page(Slice(view.metric, view.week, view.scope)).items:
        customer = room.timelines(view.viewer).customer_of(verbatim.id, view.scope)
        if customer is not None and customer not in found and len(found) < n:
            found[customer] = verbatim.id
            story(view, verbatim.id, Noted())
    return list(found.items())


def kept(config: Path) -> bytes:
    """Everything that the app keeps on the disk."""
    files = (path for path in (config.parent / "kept").rglob("*") if path.is_file())
    return b"".join(path.name.encode() + path.read_bytes() for path in files)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody types it, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CX_")}
    return subprocess.run(
        [sys.executable, "-m", "data_sources", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_customer_is_forgotten_beside_a_running_app(config: Path, room: Room) -> None:
    (customer, response), (other, _) = looked_at(room, 2)
    searched(look(room), parse(f"{customer} lift"), Noted())
    searched(look(room), parse('"Jane Smith"'), Noted())
    mark, name = room.audit.seals.mark(customer), room.names.of(customer)
    look(room).three_stories()
    look(room).once("kept for everybody", lambda: [customer])
    assert mark.encode() in kept(config) and b"Jane Smith" in kept(config)
    rows = pd.read_parquet(config.parent / "files" / "responses.parquet")
    has = int((rows["customer_id"] == customer).sum())

    said = command("forget", customer, "--also", "jane smith", "--also", customer, "--config", str(config), "--dry-run")
    assert said.returncode == 0, said.stderr
    assert "audit log: 3 references would be erased" in said.stdout and f"{has} row" in said.stdout
    assert mark.encode() in kept(config) and verdict(room.audit).erased == 0
    assert look(room).once("kept for everybody", lambda: ["asked again"]) == [customer]

    app = sqlite3.connect(room.audit.store.path)  # a look under way, which keeps the store's journal
    app.execute("SELECT count(*) FROM audit_entries").fetchone()
    done = command("forget", customer, "--also", "jane smith", "--also", customer, "--config", str(config))
    assert done.returncode == 0, done.stderr
    assert "audit log: 3 references erased" in done.stdout
    assert f"responses (source warehouse): {has} row" in done.stdout
    assert look(room).once("kept for everybody", lambda: ["asked again"]) == ["asked again"], "this process heard of it"
    left = kept(config)
    for gone in (mark, name, response, "Jane Smith", f"{customer} lift"):
        assert gone.encode() not in left
    assert room.audit.seals.mark(other).encode() in left, "another customer's stay"
    held = verdict(room.audit)
    assert held.holds and held.erased == 3
    newest = entries(room.audit.store, limit=1)[0]
    assert (newest.act, newest.many) == (Act.FORGOT, 3) and "command line" in newest.person
    assert customer not in str(entries(room.audit.store))
    app.close()


def test_the_cube_on_the_disk_holds_no_customer_no_answer_and_no_words(config: Path, room: Room) -> None:
    rows = pd.read_parquet(config.parent / "files" / "responses.parquet")
    left = kept(config)
    assert len(left) > 1_000
    assert not [word for word in {*rows["free_text"], *rows["response_id"]} if str(word).encode() in left]


def test_a_customer_of_whom_nothing_is_known_changes_nothing(
    config: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    looked_at(room, 1)
    look(room).once("kept", lambda: 1)
    before = kept(config)
    assert main(["forget", "nobody", "--config", str(config)]) == 1
    assert "Nobody is called “nobody” in the company’s data or in what this app keeps" in capsys.readouterr().out
    assert kept(config) == before
    assert look(room).once("kept", lambda: 2) == 1


def test_a_customer_whom_the_company_has_erased_already_is_found_in_the_log(
    config: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    ((customer, _),) = looked_at(room, 1)
    path = config.parent / "files" / "responses.parquet"
    rows = pd.read_parquet(path)
    rows[rows["customer_id"] != customer].to_parquet(path)
    assert main(["forget", customer, "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "1 reference erased" in said and "responses (source warehouse): 0 rows" in said
    assert "Erase it there first" not in said
    assert main(["forget", customer, "--config", str(config)]) == 1, "and now nobody is called that"


def test_a_source_that_is_gone_is_said_and_hinders_nothing(
    config: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    ((customer, _),) = looked_at(room, 1)
    (config.parent / "files" / "responses.parquet").unlink()
    assert main(["forget", customer, "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "1 reference erased" in said and "not known, Source “warehouse”" in said


def test_a_process_that_cannot_be_told_is_an_error(
    config: Path, room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ((customer, _),) = looked_at(room, 1)

    def refuses(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasures.Erasures, "say", refuses)
    assert main(["forget", customer, "--config", str(config)]) == 1
    assert "cannot tell running processes to drop their answers (No space left on device)" in capsys.readouterr().out


def test_check_verifies_the_log_and_prints_its_head(
    config: Path, room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--config", str(config)]) == 0
    assert "The audit log is empty." in capsys.readouterr().out
    assert not room.audit.store.path.exists()
    looked_at(room, 3)
    assert main(["check", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "The audit log holds: 3 entries." in said
    head = said.strip().rpartition(" ")[2]
    assert main(["check", "--seen", head, "--config", str(config)]) == 0
    older = room.audit.store.path.read_bytes(), room.audit.head.path.read_bytes()
    looked_at(room, 1)
    capsys.readouterr()
    main(["check", "--config", str(config)])
    head = capsys.readouterr().out.strip().rpartition(" ")[2]
    room.audit.store.path.write_bytes(older[0])
    assert main(["check", "--config", str(config)]) == 1
    assert "the head says 4 entries, and the log ends at 3: its end was cut off" in capsys.readouterr().out
    room.audit.head.path.write_bytes(older[1])
    assert main(["check", "--config", str(config)]) == 0, "log and head put back together: nothing here can tell"
    assert main(["check", "--seen", head, "--config", str(config)]) == 1, "but who wrote the head down can"
    assert "entry 4 is not the one that was written down" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["check", "--seen", "nonsense", "--config", str(config)])
