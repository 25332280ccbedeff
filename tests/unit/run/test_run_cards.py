"""What becomes of a card: written once, read back, and every doubt settled by reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esar_bot.errors import (
    ExitCode,
    OutcomeUnknown,
    PartlyDone,
    PersonNeeded,
    Rejected,
    Unavailable,
)
from esar_bot.labels import field_label
from esar_bot.portal import Confirmation
from esar_bot.run import CardOutcome, RoundOutcome
from tests.unit.run.scripted_portal import (
    ALL_SAVED,
    CARDS,
    LOST,
    PICTURE,
    ROUND,
    Answer,
    Spoil,
    outcomes,
    result_of,
)


def test_every_card_is_written_once_read_back_and_then_submitted_once(run, portal):
    result = run()
    assert (result.round, result.error, result.exit_code) == (RoundOutcome.SUBMITTED, None, ExitCode.DONE)
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert outcomes(result) == ALL_SAVED
    assert sorted(portal.asked("save")) == sorted(CARDS)
    assert portal.asked("submit") == [ROUND]
    for number in CARDS:
        saved = portal.calls.index(("save", number))
        assert ("read", number) in portal.calls[saved : portal.calls.index(("submit", ROUND))]
    assert run.progress == [(number, CardOutcome.SAVED) for number, _ in run.progress]
    assert sorted(number for number, _ in run.progress) == sorted(CARDS)


def test_what_was_read_back_is_kept_with_its_picture(run, portal):
    for card in run().cards:
        assert card.picture == PICTURE
        assert card.witnessed is not None
        assert dict(card.witnessed.fields) == portal.cards[card.plan.number]


def test_a_draft_is_not_submitted(run, portal):
    result = run(submit=False)
    assert (result.round, outcomes(result)) == (RoundOutcome.DRAFT, ALL_SAVED)
    assert portal.asked("submit") == []


def test_nothing_to_do_writes_nothing(run, portal):
    run()
    run.progress.clear()
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOTHING_TO_DO, ExitCode.DONE)
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert portal.writes() == []
    assert run.progress == []


def test_a_draft_that_is_there_already_writes_nothing(run, portal):
    run(submit=False)
    result = run(submit=False)
    assert (result.round, portal.writes()) == (RoundOutcome.NOTHING_TO_DO, [])


def test_only_changed_cards_are_written_and_told(run, portal):
    run(submit=False)
    run.progress.clear()
    portal.cards["1.2"]["performance"] = ""
    result = run()
    assert portal.writes() == [("save", "1.2"), ("submit", ROUND)]
    assert run.progress == [("1.2", CardOutcome.SAVED)]
    assert result.round is RoundOutcome.SUBMITTED
    assert outcomes(result) == dict.fromkeys(CARDS, CardOutcome.UNCHANGED) | {"1.2": CardOutcome.SAVED}


def test_only_the_fields_that_differ_are_sent(run, portal):
    run(submit=False)
    portal.cards["1.2"]["performance"] = ""
    sent = []
    portal.script["save", "1.2"] = [Answer(spoil=lambda values, files: sent.append((values, len(files))))]
    run(submit=False)
    entry = next(entry for entry in reversed(run.journal()) if entry["event"] == "save")
    assert list(entry["values"]) == ["performance"]
    assert (entry["files"], sent[0][1]) == ([], 1)


SPOILED: dict[str, tuple[Spoil, set[str]]] = {
    "truncated": (
        lambda values, files: values.update(performance=values["performance"][:10]),
        {"performance"},
    ),
    "tone mark lost": (
        lambda values, files: values.update(performance=values["performance"].replace("้", "", 1)),
        {"performance"},
    ),
    "swapped": (
        lambda values, files: values.update(
            performance=values["supporting_factors"], supporting_factors=values["performance"]
        ),
        {"performance", "supporting_factors"},
    ),
    "figure": (lambda values, files: values.update(result="16.20001"), {"result"}),
    "no file": (lambda values, files: files.clear(), {"evidence"}),
    "a file too many": (
        lambda values, files: files.append(replace(files[0], key="more", name="อื่น.pdf")),
        {"evidence"},
    ),
    "file of other bytes": (
        lambda values, files: files.__setitem__(0, replace(files[0], sha256="0" * 64)),
        {"evidence"},
    ),
    "other file name": (
        lambda values, files: files.__setitem__(0, replace(files[0], name="ก.pdf")),
        {"evidence"},
    ),
    "nothing stored": (
        lambda values, files: (values.clear(), files.clear()),
        {"result", "score", "performance", "supporting_factors", "evidence_list", "evidence"},
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_card_that_reads_otherwise_is_named_and_never_submitted(run, portal, how):
    spoil, named = SPOILED[how]
    portal.script["save", "1.2"] = [Answer(spoil=spoil)]
    result = run()
    assert result.round is RoundOutcome.NOT_SUBMITTED
    assert (type(result.error), result.exit_code) == (PartlyDone, ExitCode.PARTLY_DONE)
    assert "1.2" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.MISMATCH}
    card = result_of(result, "1.2")
    assert {(found.indicator, found.field) for found in card.mismatches} == {("1.2", name) for name in named}
    assert "1.2" in card.error.where
    assert all(field_label(name) in card.error.what for name in named)
    assert portal.asked("submit") == []
    assert portal.asked("save").count("1.2") == 1


@pytest.mark.parametrize(
    ("how", "told", "next_step"),
    [
        ("truncated", "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ: ระบบเก็บไว้ 10 จาก ", "เทียบค่าในใบรับ"),
        ("nothing stored", "ผลการดำเนินงาน: ระบบเก็บไว้ 0 จาก ", "สั่งซ้ำเพื่อบันทึกส่วนที่ขาด"),
        ("no file", "ไฟล์หลักฐานอ้างอิง: ไม่มีไฟล์ ", "สั่งซ้ำเพื่อบันทึกส่วนที่ขาด"),
        ("a file too many", "ไฟล์หลักฐานอ้างอิง: มีไฟล์ อื่น.pdf เกินมา", "เทียบค่าในใบรับ"),
        ("figure", "ผลการดำเนินงาน: เป็นค่าอื่น", "เทียบค่าในใบรับ"),
    ],
)
def test_a_mismatch_says_in_thai_how_much_is_there_and_whether_running_again_helps(
    run, portal, monkeypatch, how, told, next_step
):
    monkeypatch.setenv("ESAR_BOT_LANG", "th")
    spoil, _named = SPOILED[how]
    portal.script["save", "1.2"] = [Answer(spoil=spoil)]
    error = result_of(run(), "1.2").error
    assert told in error.what
    assert error.next_step.startswith(next_step)


def test_an_answer_that_was_lost_is_settled_by_reading(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST)]
    result = run()
    assert (result.round, outcomes(result)) == (RoundOutcome.SUBMITTED, ALL_SAVED)
    assert portal.asked("save").count("1.2") == 1
    events = [entry["event"] for entry in run.journal() if entry.get("indicator") == "1.2"]
    assert events == ["save", "doubtful"]


def test_a_save_that_did_not_arrive_is_unknown_and_never_repeated(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.OUTCOME_UNKNOWN)
    assert isinstance(result.error, OutcomeUnknown)
    assert "คำตอบหายไป" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("save").count("1.2") == 1
    assert portal.asked("submit") == []


def test_a_save_of_which_half_arrived_is_unknown(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, spoil=lambda values, files: files.clear())]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert portal.asked("save").count("1.2") == 1


def test_a_doubt_that_reading_cannot_settle_is_unknown(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST)]
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert portal.asked("save").count("1.2") == 1
    assert portal.asked("submit") == []


def test_a_save_that_cannot_be_read_back_is_not_done(run, portal):
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert portal.asked("submit") == []


def test_a_card_of_which_nothing_is_written_and_that_cannot_be_read_is_no_unknown(run, portal):
    run(submit=False)
    portal.cards["1.1"]["performance"] = ""
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert outcomes(result)["1.2"] is CardOutcome.FAILED
    assert result.exit_code == ExitCode.PARTLY_DONE
    assert portal.writes() == [("save", "1.1")]


def test_a_refusal_of_what_was_stored_all_the_same_is_settled_by_reading(run, portal):
    portal.script["save", "1.2"] = [Answer(Rejected("ไม่รับ"))]
    result = run()
    assert (result.round, outcomes(result)) == (RoundOutcome.SUBMITTED, ALL_SAVED)
    assert portal.asked("save").count("1.2") == 1


def test_a_file_that_arrived_twice_is_there_once_at_the_end(run, portal):
    twice = []

    def double(_values, files):
        twice.append(replace(files[0], key="again"))
        files.append(twice[0])

    portal.script["save", "1.2"] = [Answer(spoil=double)]
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == ["again"]
    assert twice[0] not in portal.files["1.2"]


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_file_that_changed_after_the_preview_is_not_sent(run, portal, agency, how):
    file = agency.root / ROUND / "1.2" / "รายงาน.pdf"
    file.unlink() if how == "gone" else file.write_bytes(file.read_bytes() + b"x")
    result = run()
    assert (type(result_of(result, "1.2").error), result.exit_code) == (PersonNeeded, ExitCode.PARTLY_DONE)
    assert "1.2" not in portal.asked("save")
    assert portal.asked("submit") == []


def test_a_fault_of_ours_in_one_card_costs_neither_the_others_nor_the_result(run, portal):
    portal.script["save", "1.2"] = [Answer(ZeroDivisionError("ของเราเอง"))]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.INTERNAL)
    assert "ZeroDivisionError: ของเราเอง" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("submit") == []
