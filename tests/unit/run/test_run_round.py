"""What becomes of the round: submitted once, last, and only when every card is verified."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esar_bot.errors import (
    ExitCode,
    NotTaken,
    PartlyDone,
    PersonNeeded,
    PortalChanged,
    Rejected,
    Unavailable,
)
from esar_bot.portal import Confirmation
from esar_bot.run import CardOutcome, RoundOutcome
from tests.unit.run.scripted_portal import ALL_SAVED, CARDS, LOST, ROUND, Answer, outcomes, result_of

REFUSALS = [
    (Rejected("ไม่รับ"), ExitCode.REJECTED),
    (PortalChanged("หน้าเปลี่ยน"), ExitCode.PORTAL_CHANGED),
    (PersonNeeded("ต้องมีคน"), ExitCode.PERSON_NEEDED),
    (Unavailable("ไม่ตอบ"), ExitCode.UNAVAILABLE),
]


@pytest.mark.parametrize(("error", "code"), REFUSALS, ids=lambda value: type(value).__name__)
def test_when_every_card_fails_alike_the_run_says_so(run, portal, error, code):
    for number in CARDS:
        portal.script["save", number] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.error, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, error, code)
    assert outcomes(result) == dict.fromkeys(CARDS, CardOutcome.FAILED)
    assert sorted(portal.asked("save")) == sorted(CARDS)
    assert portal.asked("submit") == []


@pytest.mark.parametrize(("error", "code"), REFUSALS, ids=lambda value: type(value).__name__)
def test_when_one_card_fails_the_others_are_saved_and_the_round_is_not_submitted(run, portal, error, code):
    portal.script["save", "1.2"] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.PARTLY_DONE)
    assert isinstance(result.error, PartlyDone)
    assert "1.2" in result.error.what
    assert "1.10" not in result.error.what
    assert result_of(result, "1.2").error is error
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.FAILED}
    assert portal.asked("submit") == []
    assert ("1.2", CardOutcome.FAILED) in run.progress
    assert len(run.progress) == len(CARDS)


def test_failures_of_different_kinds_are_partly_done(run, portal):
    errors = [Rejected("ก"), PortalChanged("ข"), Rejected("ค"), Unavailable("ง")]
    for number, error in zip(CARDS, errors, strict=True):
        portal.script["save", number] = [Answer(error, arrives=False)]
    result = run()
    assert result.exit_code == ExitCode.PARTLY_DONE
    first, second, third, fourth = CARDS
    assert f"{first}, {third} (เช่น ก) · {second} (ข) · {fourth} (ง)" in result.error.what


def test_the_unknown_comes_before_every_other_failure(run, portal):
    portal.script["save", "1.1"] = [Answer(Rejected("ไม่รับ"), arrives=False)]
    portal.script["save", "2.1"] = [Answer(LOST, arrives=False)]
    assert run().exit_code == ExitCode.OUTCOME_UNKNOWN


def test_after_a_failure_running_again_writes_only_what_is_missing(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, arrives=False)]
    run()
    result = run()
    assert portal.writes() == [("save", "1.2"), ("submit", ROUND)]
    assert result.round is RoundOutcome.SUBMITTED


def test_a_submission_whose_answer_was_lost_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(LOST)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.SUBMITTED, ExitCode.DONE)
    assert result.confirmation is not None
    assert portal.asked("submit") == [ROUND]


def test_a_submission_that_did_not_arrive_is_unknown_and_never_repeated(run, portal):
    portal.script["submit", ROUND] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.UNKNOWN, ExitCode.OUTCOME_UNKNOWN)
    assert result.confirmation is None
    assert "คำตอบหายไป" in result.error.what
    assert portal.asked("submit") == [ROUND]


@pytest.mark.parametrize("answer", [Answer(), Answer(LOST)], ids=["answered", "lost"])
@pytest.mark.parametrize("error", [Unavailable("ไม่ตอบ"), PortalChanged("หน้าเปลี่ยน")])
def test_a_submission_that_cannot_be_looked_at_is_unknown(run, portal, answer, error):
    portal.script["submit", ROUND] = [replace(answer)]
    portal.script["observe-round", ROUND] = [Answer(), Answer(error), Answer(error)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.UNKNOWN, ExitCode.OUTCOME_UNKNOWN)
    assert portal.asked("submit") == [ROUND]
    assert run.journal()[-1]["event"] == "doubtful"


@pytest.mark.parametrize("arrives", [True, False])
def test_a_round_whose_cards_are_locked_is_told_as_submitted_without_its_number(run, portal, arrives):
    portal.script["submit", ROUND] = [Answer(LOST, arrives=arrives)]
    portal.script["observe-round", ROUND] = [Answer(), *([Answer(PortalChanged("ไม่พบเลขที่"))] * 2)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.UNKNOWN, ExitCode.OUTCOME_UNKNOWN)
    assert ("รอบนี้ส่งแล้ว แต่ยังอ่านเลขที่ยืนยันไม่ได้" in result.error.what) is arrives


@pytest.mark.parametrize("error", [Rejected("ยังไม่ครบ"), PortalChanged("หน้าเปลี่ยน")])
def test_a_refused_submission_keeps_its_reason(run, portal, error):
    portal.script["submit", ROUND] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.error) == (RoundOutcome.NOT_SUBMITTED, error)
    assert outcomes(result) == ALL_SAVED
    assert run.journal()[-1]["event"] == "not-submitted"


def test_whatever_cannot_be_read_after_the_submission_it_stays_submitted(run, portal):
    def blind(_values, _files):
        for number in CARDS:
            portal.script["read", number] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 9)]

    portal.script["save", CARDS[0]] = [Answer(spoil=blind)]
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert run.journal()[-1]["confirmation"] == {"number": "ESAR-1", "text": "รับแล้ว"}
    assert result.exit_code is ExitCode.PARTLY_DONE
    assert "อ่านทวนครั้งสุดท้ายไม่ได้: ไม่ตอบ" in result.error.what


def test_an_edit_after_a_card_was_verified_is_no_success(run, portal):
    def somebody_edits():
        portal.cards["1.2"]["obstacles"] = "ของผู้อื่น"

    portal.script["submit", ROUND] = [Answer(meanwhile=somebody_edits)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.SUBMITTED, ExitCode.PARTLY_DONE)
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.MISMATCH}
    assert "1.2" in result.error.what
    assert [item.found for item in result_of(result, "1.2").mismatches] == ["ของผู้อื่น"]
    assert run.progress[-1] == ("1.2", CardOutcome.MISMATCH)


def test_a_submission_that_the_portal_did_not_take_is_done_once_more(run, portal):
    portal.script["submit", ROUND] = [Answer(NotTaken("หมดเวลา"), arrives=False)]
    assert run().exit_code is ExitCode.DONE
    assert portal.asked("submit") == [ROUND, ROUND]


def test_a_submission_that_arrived_all_the_same_is_not_repeated(run, portal):
    portal.script["submit", ROUND] = [Answer(NotTaken("หมดเวลา"))]
    assert run().exit_code is ExitCode.DONE
    assert portal.asked("submit") == [ROUND]


def test_a_submission_that_is_twice_not_taken_is_unknown(run, portal):
    portal.script["submit", ROUND] = [Answer(NotTaken("หมดเวลา"), arrives=False) for _ in range(3)]
    assert run().round is RoundOutcome.UNKNOWN
    assert portal.asked("submit") == [ROUND, ROUND]


def test_a_submission_refused_and_done_all_the_same_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(Rejected("ส่งแล้ว"))]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("submit") == [ROUND]


def test_a_fault_of_ours_in_the_submission_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(ZeroDivisionError())]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("submit") == [ROUND]
