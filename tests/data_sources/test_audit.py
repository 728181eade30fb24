"""The audit log under attack: everything that can be done to it without its key is seen, and what cannot be seen is
written down. The authority for the seals is Python's own hmac, called here once more by hand."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from data_sources.audit import Act, Audit
from data_sources.audit_chain import HEAD_FILE, Head
from data_sources.audit_entries import count, entries, people
from data_sources.audit_verdict import verdict
from data_sources.own_store import FILE, StoreTrouble

ROOT = Path(__file__).resolve().parents[2]
GUARDS = ("audit_in_order", "audit_never_changed", "audit_never_deleted", "audit_reference_never_changed")
SIZE = 12


def filled(folder: Path) -> Audit:
    """Twelve entries: who opened whose story, and two searches."""
    audit = Audit(folder / "store", b"the app's secret")
    for i in range(SIZE - 2):
        about = {"customer": audit.seals.mark(f"c{i % 3}"), "response": f"A{i}", "pseudonym": f"Heron-{i % 3}"}
        audit.note("ana@larkmere.example", Act.STORY, "story · North", about=about)
    audit.note("bo@larkmere.example", Act.SEARCHED, "voices", about={"search": "with “Jane Smith”"})
    audit.note("bo@larkmere.example", Act.SIGNED_IN)
    return audit


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    assert verdict(filled(folder)).holds
    return folder / "store"


@pytest.fixture
def audit(whole: Path, tmp_path: Path) -> Audit:
    """A copy of the filled log, to be tampered with."""
    shutil.copytree(whole, tmp_path / "store")
    return Audit(tmp_path / "store", b"the app's secret")


def raw(audit: Audit, *statements: str, guards: bool = False) -> None:
    """What somebody does who can write the file: guards are taken away first and put back after."""
    with closing(sqlite3.connect(audit.store.path, isolation_level=None)) as connection:
        kept = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
        for name in () if guards else GUARDS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for name in () if guards else GUARDS:
            connection.execute(kept[name])


def test_it_says_who_did_what_where_and_when_the_newest_first(audit: Audit) -> None:
    found = entries(audit.store, limit=3)
    assert [entry.sequence for entry in found] == [12, 11, 10]
    assert [entry.act for entry in found] == ["signed in", "searched", "opened a story"]
    assert found[1].about == {"search": "with “Jane Smith”"} and found[2].about["response"] == "A9"
    assert found[2].place == "story · North"
    assert found[0].time.utcoffset() is not None
    assert [e.sequence for e in entries(audit.store, "bo@larkmere.example", Act.SEARCHED)] == [11]
    assert [e.sequence for e in entries(audit.store, act=Act.STORY, before=4)] == [3, 2, 1]
    assert count(audit.store, act=Act.STORY) == SIZE - 2
    assert people(audit.store) == ("ana@larkmere.example", "bo@larkmere.example")


def test_the_seals_are_hmac_by_hand(audit: Audit) -> None:
    with closing(sqlite3.connect(audit.store.path)) as connection:
        rows = connection.execute("SELECT * FROM audit_entries ORDER BY sequence LIMIT 2").fetchall()
        salt, about = connection.execute("SELECT salt, about FROM audit_references WHERE sequence = 2").fetchone()
    key = hmac.new(b"the app's secret", b"customer-room/audit/entries", hashlib.sha256).digest()
    names = ("sequence", "time", "person", "act", "place", "many", "commitment")
    text = json.dumps({**dict(zip(names, rows[1][:7], strict=True)), "before": rows[0][7]}, sort_keys=True)
    compact = text.replace('": ', '":').replace(', "', ',"')
    assert hmac.new(key, compact.encode(), hashlib.sha256).hexdigest() == rows[1][7]
    sorted_about = json.dumps(json.loads(about), sort_keys=True, separators=(",", ":"))
    assert hmac.new(salt, sorted_about.encode(), hashlib.sha256).hexdigest() == rows[1][6]


def test_no_customer_stands_in_an_entry(audit: Audit) -> None:
    with closing(sqlite3.connect(audit.store.path)) as connection:
        text = str(connection.execute("SELECT * FROM audit_entries").fetchall())
        beside = str(connection.execute("SELECT about FROM audit_references").fetchall())
    assert "A9" not in text and "Heron" not in text and "Jane" not in text
    assert "'c1'" not in beside and '"c1"' not in beside


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET person = 'nobody' WHERE sequence = 3",
        "DELETE FROM audit_entries WHERE sequence = 12",
        "INSERT INTO audit_entries VALUES (20, 't', 'p', 'a', '', 1, NULL, 's')",
        "INSERT OR REPLACE INTO audit_entries VALUES (3, 't', 'p', 'a', '', 1, NULL, 's')",
        "UPDATE audit_references SET about = '{}' WHERE sequence = 3",
    ],
)
def test_the_table_itself_refuses(audit: Audit, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"only ever added to|never changed"):
        raw(audit, statement, guards=True)
    assert verdict(audit).holds


SEAL = "(SELECT seal FROM audit_entries WHERE sequence = {})"
CHANGED = r"entry {} is not as it was written, or not in its place"
TAMPERING: dict[str, tuple[tuple[str, ...], str]] = {
    "who is changed": (("UPDATE audit_entries SET person = 'x' WHERE sequence = 3",), CHANGED.format(3)),
    "when is changed": (("UPDATE audit_entries SET time = '2020-01-01' WHERE sequence = 1",), CHANGED.format(1)),
    "what is changed": (("UPDATE audit_entries SET act = 'searched' WHERE sequence = 12",), CHANGED.format(12)),
    "where is changed": (("UPDATE audit_entries SET place = '' WHERE sequence = 5",), CHANGED.format(5)),
    "a seal is changed": ((f"UPDATE audit_entries SET seal = '{'0' * 64}' WHERE sequence = 4",), CHANGED.format(4)),
    "a seal is no hexadecimal": (("UPDATE audit_entries SET seal = 'é' WHERE sequence = 4",), CHANGED.format(4)),
    "who is no text": (("UPDATE audit_entries SET person = x'00ff' WHERE sequence = 4",), CHANGED.format(4)),
    "a reference is no object": (
        ("UPDATE audit_references SET about = '[1]' WHERE sequence = 3",), "what entry 3 refers to",
    ),
    "a reference is a tower": (
        (f"UPDATE audit_references SET about = '{'[' * 100_000}' WHERE sequence = 3",), "what entry 3 refers to",
    ),
    "one in the middle is deleted": (("DELETE FROM audit_entries WHERE sequence = 6",), "entry 6 is missing"),
    "one is deleted and the rest moved up": (
        (
            "DELETE FROM audit_entries WHERE sequence = 6",
            "UPDATE audit_entries SET sequence = sequence - 1 WHERE sequence > 6",
        ),
        CHANGED.format(6),
    ),
    "the first is deleted": (("DELETE FROM audit_entries WHERE sequence = 1",), "entry 1 is missing"),
    "the last is deleted": (
        ("DELETE FROM audit_entries WHERE sequence = 12", "DELETE FROM audit_references WHERE sequence = 12"),
        "the head says 12 entries, and the log ends at 11: its end was cut off",
    ),
    "everything is deleted": (
        ("DELETE FROM audit_entries", "DELETE FROM audit_references"), "ends at 0: its end was cut off",
    ),
    "one is added without the key": (
        (f"INSERT INTO audit_entries VALUES (13, 't', 'p', 'a', '', 1, NULL, '{'a' * 64}')",), CHANGED.format(13),
    ),
    "a copy of one is added": (
        ("INSERT INTO audit_entries SELECT 13, time, person, act, place, many, commitment, seal FROM audit_entries "
         "WHERE sequence = 12",), CHANGED.format(13),
    ),
    "two are swapped": (
        (
            "UPDATE audit_entries SET sequence = 99 WHERE sequence = 4",
            "UPDATE audit_entries SET sequence = 4 WHERE sequence = 5",
            "UPDATE audit_entries SET sequence = 5 WHERE sequence = 99",
        ),
        CHANGED.format(4),
    ),
    "a reference is changed": (
        ("UPDATE audit_references SET about = replace(about, 'A2', 'A7') WHERE sequence = 3",),
        "what entry 3 refers to is not as it was written",
    ),
    "the mark beside a reference is changed": (
        ("UPDATE audit_references SET customer = 'x' WHERE sequence = 3",), "what entry 3 refers to",
    ),
    "a reference is deleted by hand": (
        ("DELETE FROM audit_references WHERE sequence = 3",), "1 references are gone, and `forget` erased 0",
    ),
    "a reference is given to an entry without one": (
        ("INSERT INTO audit_references VALUES (12, x'00', '{}', NULL)",), "what entry 12 refers to",
    ),
    "a reference belongs to nothing": (
        ("INSERT INTO audit_references VALUES (99, x'00', '{}', NULL)",), "a reference belongs to no entry",
    ),
    "the table is dropped": (("DROP TABLE audit_references",), "audit_reference_never_changed is gone"),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_seen_and_its_first_place_is_said(audit: Audit, how: str) -> None:
    statements, says = TAMPERING[how]
    if how == "the table is dropped":
        raw(audit, *statements, guards=True)
    else:
        raw(audit, *statements)
    found = verdict(audit)
    assert not found.holds
    assert says in found.trouble


def remove_a_guard(audit: Audit) -> None:
    raw(audit, "DROP TRIGGER audit_never_deleted", guards=True)


def replace_a_guard(audit: Audit) -> None:
    harmless = "CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit_entries BEGIN SELECT 1; END"
    raw(audit, "DROP TRIGGER audit_never_deleted", harmless, guards=True)


def take_the_head(audit: Audit) -> None:
    audit.head.path.unlink()


def forge_the_head(audit: Audit) -> None:
    forged = {"sequence": 3, "seal": "0" * 64, "sealed": "0" * 64}
    audit.head.path.write_text(json.dumps(forged))


def a_tower_for_a_head(audit: Audit) -> None:
    audit.head.path.write_bytes(b"[" * 100_000)


def empty_the_head(audit: Audit) -> None:
    audit.head.path.write_bytes(b"")


def take_the_log(audit: Audit) -> None:
    audit.store.path.unlink()


FILES: dict[str, tuple[Callable[[Audit], None], str]] = {
    "a guard is removed": (remove_a_guard, "guard audit_never_deleted"),
    "a guard is replaced": (replace_a_guard, "guard audit_never_deleted"),
    "the head is taken": (take_the_head, "the head outside the table is gone"),
    "the head is forged": (forge_the_head, "is not one that this app sealed"),
    "the head is a tower": (a_tower_for_a_head, "is not one that this app sealed"),
    "the head is emptied": (empty_the_head, "is not one that this app sealed"),
    "the log is taken": (take_the_log, "the head says 12 entries, and the log is gone"),
}


@pytest.mark.parametrize("how", FILES)
def test_tampering_with_its_files_is_seen(audit: Audit, how: str) -> None:
    tamper, says = FILES[how]
    tamper(audit)
    assert says in verdict(audit).trouble


@pytest.mark.parametrize("how", ["the head is taken", "the head is forged", "the log is taken"])
def test_going_on_does_not_heal_what_was_tampered_with(audit: Audit, how: str) -> None:
    """The app goes on noting, and the proof stays."""
    FILES[how][0](audit)
    audit.note("ana", Act.SIGNED_IN)
    audit.note("ana", Act.SIGNED_IN)
    assert not verdict(audit).holds


def test_a_tail_that_was_cut_stays_seen_when_the_log_grows_past_it(audit: Audit) -> None:
    raw(audit, "DELETE FROM audit_entries WHERE sequence > 9", "DELETE FROM audit_references WHERE sequence > 9")
    for _ in range(6):
        audit.note("ana", Act.SIGNED_IN)
    assert "entry 12 is not the one that was sealed" in verdict(audit).trouble


def test_an_older_copy_in_its_place_is_seen(audit: Audit) -> None:
    older = audit.store.path.read_bytes()
    audit.note("ana", Act.EXPORTED, many=900)
    audit.store.path.write_bytes(older)
    assert "the head says 13 entries, and the log ends at 12" in verdict(audit).trouble


def test_an_older_copy_of_log_and_head_is_seen_only_by_a_head_that_was_written_down(audit: Audit) -> None:
    """What no file beside the log can prove (docs/security.md): `check` prints the head so that it can be kept
    elsewhere."""
    older = {path.name: path.read_bytes() for path in audit.store.folder.iterdir()}
    audit.note("ana", Act.EXPORTED, many=900)
    written_down = Head.of(verdict(audit).head.text())
    for name in (FILE, HEAD_FILE):
        (audit.store.folder / name).write_bytes(older[name])
    assert verdict(audit).holds
    assert "entry 13 is not the one that was written down" in verdict(audit, written_down).trouble
    audit.note("ana", Act.SIGNED_IN)  # another thirteenth
    assert "entry 13 is not the one that was written down" in verdict(audit, written_down).trouble
    assert verdict(audit, Head.of(verdict(audit).head.text())).holds


def test_who_has_the_key_can_write_any_history(audit: Audit) -> None:
    """And that is why the key belongs elsewhere (CX_AUDIT_KEY)."""
    shutil.rmtree(audit.store.folder)
    Audit(audit.store.folder, b"the app's secret").note("eve", Act.SIGNED_IN)
    assert verdict(audit).holds
    assert not verdict(Audit(audit.store.folder, b"another secret")).holds


def test_erasing_leaves_nothing_of_a_customer_and_a_chain_that_holds(audit: Audit) -> None:
    assert audit.references_to("c1") == [2, 5, 8]
    assert audit.references_to("nobody") == [] == audit.references_to("c", [" "])
    assert audit.erase("op", "nobody") == 0
    assert count(audit.store) == SIZE, "nothing erased, nothing noted"
    assert audit.erase("op", "c1", ["jane smith"]) == 4
    found = verdict(audit)
    assert found.holds and found.erased == 4 and found.entries == SIZE + 1
    newest, *rest = entries(audit.store)
    assert (newest.person, newest.act, newest.many) == ("op", Act.FORGOT, 4)
    gone = {entry.sequence for entry in rest if entry.erased}
    assert gone == {2, 5, 8, 11}
    assert all(not entry.about for entry in rest if entry.erased)
    assert audit.store.scrub()
    left = b"".join(path.read_bytes() for path in audit.store.folder.iterdir())
    assert b"Heron-1" not in left and b"Jane Smith" not in left and audit.seals.mark("c1").encode() not in left
    assert b"Heron-2" in left
    raw(audit, "DELETE FROM audit_references WHERE sequence = 3")
    assert "5 references are gone, and `forget` erased 4" in verdict(audit).trouble


def test_odd_letters_and_endless_texts_are_kept_as_far_as_they_can_be(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "store", b"k")
    audit.note(
        "a\x00b\ud800'; drop table audit_entries; --", Act.REFUSED, "x" * 1_000_000, about={"search": "\udfff\u202e"}
    )
    (entry,) = entries(audit.store)
    assert entry.person == "a\x00b?'; drop table audit_entries; --"
    assert len(entry.place) == 2_000
    assert verdict(audit).holds


def test_an_empty_log_holds(tmp_path: Path) -> None:
    assert verdict(Audit(tmp_path, b"k")).text() == "The audit log is empty."
    assert entries(Audit(tmp_path, b"k").store) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_head_that_cannot_be_kept_is_a_note_that_fails(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data_sources.audit_chain.os.fsync", full)
    with pytest.raises(StoreTrouble, match=r"cannot keep the seal of the audit log \(No space left on device\)"):
        audit.note("ana", Act.SIGNED_IN)
    monkeypatch.undo()
    found = verdict(audit)
    assert found.holds and found.unsealed == 1 and "newest 1 not sealed outside yet" in found.text()
    assert sorted(path.name for path in audit.store.folder.iterdir()) == [HEAD_FILE, FILE]
    audit.note("ana", Act.SIGNED_IN)
    assert verdict(audit).unsealed == 0


WRITER = """
import sys
from pathlib import Path
from data_sources.audit import Act, Audit
audit = Audit(Path(sys.argv[1]), b"the app's secret")
audit.store._patience = 30
while True:
    print(audit.note(sys.argv[2], Act.STORY, about={"response": "A1"}), flush=True)
"""


def test_two_processes_keep_one_chain_and_one_that_is_killed_loses_nothing_it_was_told_is_kept(tmp_path: Path) -> None:
    """Real processes; two of them killed (SIGKILL) in the middle of writing, two take their place."""
    folder, told = tmp_path / "store", list[int]()
    for rounds in ("first", "second"):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(folder), f"{rounds} {i}"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for i in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            told += [int(writer.stdout.readline()) for _ in range(6)]
        for writer in writers:
            writer.kill()
        for writer in writers:
            assert writer.stdout is not None
            told += [int(line) for line in writer.stdout if line.endswith("\n")]
            writer.wait()
            writer.stdout.close()
    audit = Audit(folder, b"the app's secret")
    found = verdict(audit)
    assert found.holds, found.trouble
    assert found.unsealed <= 2
    assert len(told) == len(set(told)) and set(told) <= set(range(1, found.entries + 1))
    assert found.entries - len(told) <= 4, "at most the one that each was writing when it was killed"
    assert people(audit.store) == ("first 0", "first 1", "second 0", "second 1")
    audit.note("after", Act.SIGNED_IN)
    assert verdict(audit).unsealed == 0
