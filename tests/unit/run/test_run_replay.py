"""Wherever a run is cut off, its journal makes a receipt that says no more than is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esar_bot.errors import NotTaken
from esar_bot.journal import JOURNAL, Journal, read_journal
from esar_bot.plan import make_plan
from esar_bot.receipt import (
    EvidenceOutcome,
    Reading,
    ending,
    keep_card,
    planned_receipt,
    read_receipt,
    rebuild_receipts,
    receipt_from,
    write_receipt,
)
from esar_bot.run import CardOutcome, RoundOutcome, apply
from esar_bot.written import Written
from tests.unit.run.scripted_portal import CARDS, FIELDS, ROUND, Answer

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


@pytest.fixture
def journalled(prepared, portal, tmp_path, in_loop):
    """The entries of a run that saved four cards and submitted; one save was first not taken."""
    folder = tmp_path / "9m" / "20270705-100000-abcd"
    folder.mkdir(parents=True)
    portal.journal = folder / JOURNAL
    portal.journal.touch()
    portal.script["save", "1.10"] = [Answer(NotTaken("หมดเวลา"), arrives=False)]

    async def work():
        observed = await portal.observe_round(ROUND, CARDS)
        plan = make_plan(prepared, observed, FIELDS, Written())
        planned = planned_receipt(
            plan,
            run_id=folder.name,
            started=datetime.now(UTC),
            mode="submit",
            portal_name="ระบบจำลอง",
            portal_url="https://esar.example.go.th",
            rehearsal=False,
            findings=(),
        )
        with Journal(folder) as journal:
            journal.record("start", receipt=planned.model_dump(mode="json"))
            result = await apply(
                plan,
                portal,
                journal,
                submit=True,
                settled=lambda card: keep_card(card, plan.not_on_portal, journal),
            )
            journal.note("end", **ending(result))
            return journal

    return in_loop(work())


def cards(receipt):
    return {card.number: card for card in receipt.cards}


def test_the_whole_journal_is_the_whole_receipt(journalled):
    receipt = receipt_from(journalled.entries)
    assert (receipt.outcome, receipt.exit_code, receipt.error) == (RoundOutcome.SUBMITTED, 0, None)
    assert receipt.confirmation is not None
    assert all(card.outcome is CardOutcome.SAVED and card.agrees for card in receipt.cards)
    assert receipt == receipt_from(list(read_journal(journalled.path))), "as on the disk"


def test_of_every_beginning_a_receipt_is_made_that_says_no_more_than_is_known(journalled):
    entries = journalled.entries
    for length in range(1, len(entries)):
        known = entries[:length]
        receipt = receipt_from(known)
        sent = {entry["indicator"] for entry in known if entry["event"] == "save"}
        settled = {entry["indicator"] for entry in known if entry["event"] == "outcome"}
        submitted = {entry["event"] for entry in known} & {"submit", "submitted"}
        assert receipt.exit_code == 130
        assert receipt.error is not None
        expected = {
            frozenset(): RoundOutcome.INTERRUPTED,
            frozenset({"submit"}): RoundOutcome.UNKNOWN,
            frozenset({"submit", "submitted"}): RoundOutcome.SUBMITTED,
        }
        assert receipt.outcome is expected[frozenset(submitted)]
        assert (receipt.confirmation is not None) == ("submitted" in submitted)
        for number, card in cards(receipt).items():
            if number in settled:
                assert card.outcome is CardOutcome.SAVED
                assert card.agrees
            elif number in sent:
                assert (card.outcome, card.reading) == (CardOutcome.UNKNOWN, Reading.NONE)
                assert {field.written for field in card.fields if field.characters} == {None}
                assert {item.outcome for item in card.evidence} == {EvidenceOutcome.UNKNOWN}
                assert card.error is not None
            else:
                assert (card.outcome, card.reading) == (CardOutcome.NOT_REACHED, Reading.BEFORE)
                assert not any(field.written for field in card.fields)
                assert {item.outcome for item in card.evidence} == {EvidenceOutcome.MISSING}
            assert card.agrees == (number in settled)


def test_a_killed_runs_receipt_is_made_by_the_next(journalled, tmp_path):
    whole = journalled.path.read_bytes()
    cut = whole.index(b'"event": "submit"')
    journalled.path.write_bytes(whole[:cut])
    (page,) = rebuild_receipts(tmp_path / "9m")
    receipt = read_receipt(page.with_name("receipt.json"))
    assert receipt.rebuilt
    assert receipt.outcome is RoundOutcome.INTERRUPTED
    assert "จัดทำขึ้นภายหลัง" in page.read_text(encoding="utf-8")
    assert rebuild_receipts(tmp_path / "9m") == [], "once"


def test_a_run_that_has_its_receipt_keeps_it(journalled, tmp_path):
    files = write_receipt(journalled.entries, journalled.path.parent)
    before = files.json.read_bytes()
    assert rebuild_receipts(tmp_path / "9m") == []
    assert files.json.read_bytes() == before
    assert not read_receipt(files.json).rebuilt


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"event": "start"}\n', b'{"receipt": {"schema_version": 9}}\n']
)
def test_a_journal_that_is_none_is_told_and_left(tmp_path, capsys, content):
    journal = tmp_path / "9m" / "run" / JOURNAL
    journal.parent.mkdir(parents=True)
    journal.write_bytes(content)
    assert rebuild_receipts(tmp_path / "9m") == []
    assert str(journal) in capsys.readouterr().out
    assert journal.read_bytes() == content


def test_a_picture_stands_beside_its_record_before_the_journal_tells_of_it(
    prepared, portal, tmp_path, in_loop
):
    seen = []
    (tmp_path / "run").mkdir()
    portal.journal.touch()

    class Watched(Journal):
        def note(self, event, **facts):
            if event == "outcome":
                picture = facts["card"]["picture"]
                seen.append((self.path.parent / picture["file"]).exists())
            super().note(event, **facts)

    async def work():
        observed = await portal.observe_round(ROUND, CARDS)
        plan = make_plan(prepared, observed, FIELDS, Written())
        with Watched(tmp_path / "run") as journal:
            await apply(
                plan, portal, journal, submit=False, settled=lambda card: keep_card(card, (), journal)
            )

    in_loop(work())
    assert seen == [True] * len(CARDS)
