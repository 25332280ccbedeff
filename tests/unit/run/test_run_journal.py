"""What the journal holds: every write beforehand, in hashes, never in texts."""

from __future__ import annotations

import errno
import json

from esar_bot import journal
from esar_bot.errors import ExitCode
from esar_bot.journal import JournalLost
from esar_bot.run import RoundOutcome
from esar_bot.written import value_hash
from tests.unit.run.scripted_portal import ALL_SAVED, CARDS, ROUND, outcomes, revise


def test_every_write_is_in_the_journal_on_disk_before_the_portal_is_asked(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    run()
    for number in CARDS:
        noted = [entry for entry in portal.journalled["save", number] if entry["event"] == "save"]
        assert number in [entry["indicator"] for entry in noted]
        assert not any(
            entry.get("indicator") == number and entry["event"] == "saved"
            for entry in portal.journalled["save", number]
        )
    noted = [entry for entry in portal.journalled["delete", old[0].key] if entry["event"] == "delete"]
    assert [entry["evidence"] for entry in noted] == [old[0].key]
    assert portal.journalled["submit", ROUND][-1]["event"] == "submit"


def test_the_journal_holds_hashes_and_no_texts(run, portal, prepared):
    run()
    text = portal.journal.read_text(encoding="utf-8")
    for card in prepared.cards:
        save = next(
            entry
            for entry in run.journal()
            if (entry["event"], entry.get("indicator")) == ("save", card.number)
        )
        assert save["values"] == {name: value_hash(value) for name, value in card.fields.items() if value}
        assert save["files"] == [[item.name, item.sha256] for item in card.evidence]
        for value in card.fields.values():
            long = [line for line in value.splitlines() if len(line) > 10]
            assert not [line for line in long if line in text]
            assert not [line for line in long if json.dumps(line)[1:-1] in text]


def full_disk(monkeypatch, event):
    """From this event on, the disk takes nothing more."""
    take = journal._write_all

    def write(descriptor, line):
        if full or f'"event": "{event}"'.encode() in line:
            full.append(line)
            raise OSError(errno.ENOSPC, "No space left on device")
        take(descriptor, line)

    full = []
    monkeypatch.setattr(journal, "_write_all", write)


def test_what_the_journal_cannot_tell_of_is_not_sent(run, portal, monkeypatch):
    full_disk(monkeypatch, "save")
    result = run()
    assert portal.writes() == []
    assert result.round is RoundOutcome.NOT_SUBMITTED
    assert result.exit_code is ExitCode.USAGE
    assert isinstance(result.error, JournalLost)
    assert "No space left on device" in result.error.what


def test_a_round_whose_submission_the_journal_cannot_tell_of_is_not_submitted(run, portal, monkeypatch):
    full_disk(monkeypatch, "submit")
    result = run()
    assert portal.asked("submit") == []
    assert outcomes(result) == ALL_SAVED
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.PARTLY_DONE)


def test_what_the_disk_did_not_take_afterwards_changes_nothing_of_what_happened(run, portal, monkeypatch):
    full_disk(monkeypatch, "submitted")
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.SUBMITTED, ExitCode.DONE)
    assert [entry["event"] for entry in run.journal()][-1] == "submit"
