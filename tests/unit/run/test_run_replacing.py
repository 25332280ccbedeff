"""What replaces a file: the new one is verified before the old one is deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esar_bot.errors import (
    ExitCode,
    Rejected,
    Unavailable,
)
from esar_bot.journal import written_before
from esar_bot.run import CardOutcome, RoundOutcome
from tests.unit.run.scripted_portal import LOST, PORTAL, Answer, outcomes, result_of, revise


def test_what_is_replaced_is_deleted_one_by_one_after_the_new_is_verified(run, portal, agency):
    old = revise(run, agency, "1.2", b"one", b"two")
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == [file.key for file in old]
    own = [call for call in portal.calls if call[1] in {"1.2", *(file.key for file in old)}]
    save, first, second = (own.index(call) for call in (("save", "1.2"), *(("delete", f.key) for f in old)))
    assert ("read", "1.2") in own[save:first]
    assert ("read", "1.2") in own[first:second]
    assert ("read", "1.2") in own[second:]
    assert [file.name for file in portal.files["1.2"]] == ["รายงาน.pdf"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(spoil=lambda values, files: files.pop()),
        Answer(LOST, arrives=False),
        Answer(Rejected("ไม่รับ"), arrives=False),
    ],
    ids=["ignored", "lost", "refused"],
)
def test_nothing_is_deleted_unless_the_new_file_is_verified(run, portal, agency, answer):
    old = revise(run, agency, "1.2", b"one")
    portal.script["save", "1.2"] = [replace(answer)]
    result = run()
    assert result.round is RoundOutcome.NOT_SUBMITTED
    assert portal.asked("delete") == []
    assert old[0] in portal.files["1.2"]


def test_a_deletion_whose_answer_was_lost_is_settled_by_reading(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    portal.script["delete", old[0].key] = [Answer(LOST)]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == [old[0].key]


def test_a_deletion_that_did_not_happen_stops_the_others_and_is_not_repeated(run, portal, agency):
    old = revise(run, agency, "1.2", b"one", b"two")
    portal.script["delete", old[0].key] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.OUTCOME_UNKNOWN)
    assert portal.asked("delete") == [old[0].key]
    assert "เก่า 0.pdf" in result_of(result, "1.2").error.what


def test_a_deletion_that_reading_cannot_settle_is_unknown(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")

    def blind(_values, _files):
        portal.script["read", "1.2"] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 5)]

    portal.script["save", "1.2"] = [Answer(spoil=blind)]
    portal.script["delete", old[0].key] = [Answer(LOST)]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert portal.asked("submit") == []


def test_a_deletion_that_reading_cannot_settle_is_unknown_where_nothing_else_was_written(run, portal):
    run(submit=False)
    portal.files["1.2"].append(replace(portal.files["1.2"][0], key="twice"))
    portal.script["delete", "twice"] = [Answer(LOST, arrives=False)]
    portal.script["read", "1.2"] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 5)]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN


def test_a_file_is_deleted_even_where_no_field_is_to_be_written(run, portal, agency):
    run(submit=False)
    twice = replace(portal.files["1.2"][0], key="twice")
    portal.files["1.2"].append(twice)
    result = run(submit=False)
    assert portal.writes() == [("delete", "twice")]
    assert outcomes(result)["1.2"] is CardOutcome.SAVED


def test_a_refused_deletion_says_so_and_takes_nothing_back_of_what_was_saved(run, portal, agency):
    old = revise(run, agency, "1.2", b"one", b"two")
    portal.script["delete", old[1].key] = [Answer(Rejected("ลบไม่ได้"), arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.PARTLY_DONE)
    card = result_of(result, "1.2")
    assert (card.outcome, card.error.what) == (CardOutcome.MISMATCH, "ลบไม่ได้")
    assert old[0] not in card.witnessed.evidence


def test_a_refused_deletion_that_happened_all_the_same_is_settled_by_reading(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    portal.script["delete", old[0].key] = [Answer(Rejected("ลบไม่ได้"))]
    assert run().round is RoundOutcome.SUBMITTED


def test_what_keeps_a_deletion_from_being_sent_is_no_doubt(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    portal.script["delete", old[0].key] = [Answer(Unavailable("ไม่ตอบ"), arrives=False)]
    card = result_of(run(), "1.2")
    assert (card.outcome, card.error.what) == (CardOutcome.MISMATCH, "ไม่ตอบ")


def test_a_deleted_file_explains_nothing_any_more(run, portal, agency):
    (old,) = revise(run, agency, "1.2", b"one")
    run(submit=False)
    written = written_before(run.folder.parent, PORTAL)
    assert not written.has_file("1.2", old.name, old.sha256)
