"""What the journal holds: every write beforehand, in hashes, never in texts."""

from __future__ import annotations

import json

from esar_bot.written import value_hash
from tests.unit.run.scripted_portal import CARDS, ROUND, revise


def test_every_write_is_in_the_journal_on_disk_before_the_portal_is_asked(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    run()
    for number in CARDS:
        noted = [entry for entry in portal.journalled["save", number] if entry["event"] == "save"]
        assert number in [entry["indicator"] for entry in noted]
        assert not any(
            entry.get("indicator") == number and entry["event"] in {"saved", "outcome"}
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
