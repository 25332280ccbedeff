"""The journal is on disk before a write goes out, and can be read after any crash."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timedelta

import pytest

from esar_bot.journal import JOURNAL, Journal, mended_since_submission, read_journal, written_before
from esar_bot.written import value_hash

PORTAL = "https://esar.example.go.th"
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")


def test_an_entry_is_synced_before_record_returns(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(descriptor):
        real(descriptor)
        synced.append((tmp_path / JOURNAL).read_text(encoding="utf-8").count("\n"))

    monkeypatch.setattr(os, "fsync", fsync)
    with Journal(tmp_path) as journal:
        for count in (1, 2, 3):
            journal.record("save", indicator="1.1")
            assert synced[-1] == count
            assert len(list(read_journal(tmp_path / JOURNAL))) == count


def test_an_entry_is_one_line_with_its_time(tmp_path):
    with Journal(tmp_path) as journal:
        journal.record("save", indicator="1.1", note="บรรทัด\nหนึ่ง\u2028สอง\u0085")
    (line,) = (tmp_path / JOURNAL).read_text(encoding="utf-8").rstrip("\n").split("\n")
    entry = json.loads(line)
    assert (entry["event"], entry["indicator"]) == ("save", "1.1")
    assert datetime.fromisoformat(entry["at"]).utcoffset() == timedelta(0)


def test_entries_are_read_whatever_line_separators_stand_in_them(tmp_path):
    with Journal(tmp_path) as journal:
        journal.record("save", indicator="1.1", note="หนึ่ง\u2028สอง\u0085สาม\x1cสี่")
        journal.record("saved", indicator="1.1")
    assert [entry["event"] for entry in read_journal(tmp_path / JOURNAL)] == ["save", "saved"]


def test_the_last_line_that_a_crash_cut_is_left_out(tmp_path):
    run = tmp_path / "run"
    with Journal(run) as journal:
        journal.record("start", portal=PORTAL)
        journal.record("save", indicator="1.1", values={"result": value_hash("80")}, files=[])
        journal.record("save", indicator="1.2", values={"result": value_hash("81")}, files=[])
    whole = (run / JOURNAL).read_bytes()
    last = whole.rstrip().rindex(b"\n") + 1
    for cut in range(last, len(whole) - 1):
        (run / JOURNAL).write_bytes(whole[:cut])
        assert [entry["event"] for entry in read_journal(run / JOURNAL)] == ["start", "save"]
        written = written_before(tmp_path, PORTAL)
        assert written.has_value("1.1", "result", "80")
        assert not written.has_value("1.2", "result", "81")


@pytest.mark.parametrize("spoilt", [b"{", b"null", b"[1]", b'"x"', b"\xff\xfe", b""])
def test_a_line_that_somebody_spoilt_is_left_out(tmp_path, spoilt):
    with Journal(tmp_path) as journal:
        journal.record("start", portal=PORTAL)
        journal.record("save", indicator="1.1")
    first, second = (tmp_path / JOURNAL).read_bytes().splitlines()
    (tmp_path / JOURNAL).write_bytes(first + b"\n" + spoilt + b"\n" + second + b"\n")
    assert [entry["event"] for entry in read_journal(tmp_path / JOURNAL)] == ["start", "save"]


def test_a_character_that_a_crash_cut_is_left_out(tmp_path):
    with Journal(tmp_path) as journal:
        journal.record("start", round="9m")
        journal.record("note", words="ก")
    whole = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(whole[: whole.index("ก".encode()) + 1])
    assert [entry["event"] for entry in read_journal(tmp_path / JOURNAL)] == ["start"]


def test_an_empty_journal_has_no_entries(tmp_path):
    Journal(tmp_path).__exit__(None, None, None)
    assert list(read_journal(tmp_path / JOURNAL)) == []


@posix
def test_it_is_its_owners_only_from_the_first_byte(tmp_path, open_umask):
    journal = Journal(tmp_path / "run")
    assert stat.S_IMODE((tmp_path / "run" / JOURNAL).stat().st_mode) == 0o600
    journal.__exit__(None, None, None)


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("runs", "mended"),
    [
        ([], False),
        ([["start draft", "save", "saved", "submit", "submitted"]], False),
        ([["start draft", "save", "submit", "submitted"], ["start returned", "save", "saved"]], True),
        ([["start draft", "submit", "submitted"], ["start returned", "delete", "deleted"]], True),
        ([["start returned", "save", "saved", "submit", "doubtful"]], True),
        ([["start draft", "save", "saved"], ["start submitted", "end"]], False),
        ([["start draft", "save", "submit"], ["start accepted", "end"], ["start returned", "end"]], False),
        ([["start draft", "save", "saved"], ["start returned", "end"]], False),
        ([["start returned", "save", "saved"], ["start returned", "end"]], True),
    ],
    ids=[
        "no run",
        "submitted by us",
        "saved after that",
        "deleted after that",
        "submitted in vain",
        "submitted by hand",
        "cut short",
        "submitted by hand unseen",
        "mended before",
    ],
)
def test_what_was_written_since_a_round_was_seen_submitted(tmp_path, runs, mended):
    for number, events in enumerate(runs):
        with Journal(tmp_path / f"2027070{number}") as journal:
            for event in events:
                name, _, state = event.partition(" ")
                journal.record(name, **({"portal": PORTAL, "state": state} if state else {}))
    assert mended_since_submission(tmp_path, PORTAL) == mended
    assert not mended_since_submission(tmp_path, "https://rehearsal.example.go.th")
