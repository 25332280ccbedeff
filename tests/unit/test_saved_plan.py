"""A saved plan names all that it rests on; whatever differs when it is made anew is said, and stops it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from esar_bot import redact
from esar_bot.errors import ExitCode, StalePlan, UsageError
from esar_bot.models import Agreement
from esar_bot.models.agreement import Agency
from esar_bot.plan import Plan, Take, make_plan
from esar_bot.portal import ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import PreparedReport
from esar_bot.saved_plan import (
    Basis,
    SavedPlan,
    as_saved,
    differences,
    is_carried_out,
    read_plan,
    refuse_other_file,
    refuse_stale,
    write_plan,
)
from esar_bot.saved_plan.stale import _HEAD
from tests.unit.plan_parts import FIELDS, applied, card, observed, ours, shown, theirs, wrote

MADE_AT = datetime(2027, 7, 5, 9, 0, tzinfo=UTC)
BASIS = Basis("http://127.0.0.1:8365", "mock", "c0ffee" * 10 + "2570", "submit", {"1.1": Take.OURS})
TEXT = "ประชุมชี้แจงแนวทางการปฏิบัติงาน"
OLD, NEW = theirs("เก่า.pdf", b"old", "3"), ours("ใหม่.pdf", b"new")
KEPT = theirs("รายงาน.pdf", b"report", "2")
REPORT = (
    card("1.1", (ours("รายงาน.pdf", b"report"), NEW), result="86.75", performance=TEXT, obstacles="ไม่มี"),
    card("1.2", result="3"),
)
THERE = (
    shown("1.1", (KEPT, OLD), result="80", performance="", obstacles="ไม่มี"),
    shown("1.2", result="3"),
)


def plan_of(report=REPORT, there=THERE, **round_facts) -> Plan:
    agreement = Agreement.model_construct(agency=Agency(name="กรมตัวอย่าง", ministry="กระทรวง"))
    seen: ObservedRound = replace(observed(*there), **round_facts)
    written = wrote(files=(("เก่า.pdf", b"old"),))
    return make_plan(PreparedReport(agreement, "9m", report), seen, FIELDS, written, BASIS.take)


def saved_of(plan: Plan, basis: Basis = BASIS, made_at: datetime = MADE_AT) -> SavedPlan:
    return as_saved(plan, basis, made_at)


def changed(cards, index, **facts):
    """The cards with one of them changed."""
    return tuple(replace(item, **facts) if n == index else item for n, item in enumerate(cards))


SAVED = saved_of(plan_of())
LATER = MADE_AT + timedelta(days=3)


# what it holds


def test_it_names_the_steps_with_lengths_and_hashes():
    first, second = SAVED.cards
    assert [(step.field, step.before.characters, step.after.characters) for step in first.write] == [
        ("result", 2, 5),
        ("performance", 0, len(TEXT)),
    ]
    assert [(file.name, file.bytes, file.sha256) for file in first.add] == [(NEW.name, NEW.bytes, NEW.sha256)]
    assert [(file.key, file.name, file.sha256) for file in first.remove] == [("3", OLD.name, OLD.sha256)]
    assert [(file.key, file.name) for file in first.keep] == [("2", "รายงาน.pdf")]
    assert (second.write, second.add, second.remove, second.keep) == ((), (), (), ())
    assert (SAVED.agency, SAVED.round, SAVED.act) == ("กรมตัวอย่าง", "9m", "submit")


def test_no_text_of_the_report_or_the_portal_is_in_it():
    written = SAVED.model_dump_json()
    for text in (TEXT, "ไม่มี", "86.75"):
        assert text not in written


# its file


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "แผน" / "plan.json"
    write_plan(path, SAVED)
    assert read_plan(path) == SAVED
    later = saved_of(plan_of(), made_at=LATER)
    write_plan(path, later)
    assert read_plan(path) == later, "a plan is written over by a newer one"


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_it_is_its_owners_only(tmp_path):
    write_plan(tmp_path / "plan.json", SAVED)
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o600


def as_json(**changes: object) -> bytes:
    return json.dumps({**json.loads(SAVED.model_dump_json()), **changes}).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ชำรุด"),
        (b"\xff\xfe", "ชำรุด"),
        (b"[]", "ชำรุด"),
        (b'{"schema_version": 1}', "ชำรุด"),
        (as_json()[:-40], "ชำรุด"),
        (as_json(act="delete"), "ชำรุด"),
        (as_json(made_at="2027-07-05T09:00:00"), "ชำรุด"),
        (as_json(comment="added by hand"), "ชำรุด"),
        (as_json(schema_version=0), "ชำรุด"),
        (as_json(schema_version=2, cards="other"), "รุ่นใหม่กว่า"),
    ],
)
def test_what_is_no_plan_is_refused_and_never_written_over(tmp_path, content, words):
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words) as refused:
        read_plan(path)
    assert (refused.value.exit_code, refused.value.where) == (ExitCode.USAGE, str(path))
    assert "\n" not in refused.value.what
    for keep in (lambda: write_plan(path, SAVED), lambda: refuse_other_file(path)):
        with pytest.raises(UsageError, match="ไม่เขียนทับ"):
            keep()
    assert path.read_bytes() == content


def test_a_folder_is_no_plan_and_nothing_is_no_hindrance(tmp_path):
    with pytest.raises(UsageError, match="อ่านแผนไม่ได้"):
        read_plan(tmp_path / "none.json")
    with pytest.raises(UsageError, match="ไม่เขียนทับ"):
        refuse_other_file(tmp_path)
    refuse_other_file(tmp_path / "none.json")


# whether it holds


def refuse(plan: Plan, basis: Basis = BASIS) -> None:
    refuse_stale(SAVED, saved_of(plan, basis, LATER), plan)


def test_made_anew_and_the_same_it_holds():
    refuse(plan_of())
    assert differences(SAVED, saved_of(plan_of(), made_at=LATER)) == ()


PERFORMANCE = "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ"
STALE = {
    "a text of the report": (
        plan_of(changed(REPORT, 0, fields={**REPORT[0].fields, "performance": TEXT + "."})),
        [f"ตัวชี้วัด 1.1 ในแฟ้มงาน: {PERFORMANCE}"],
    ),
    "white space in a text of the report": (
        plan_of(changed(REPORT, 0, fields={**REPORT[0].fields, "performance": TEXT + " "})),
        [f"ตัวชี้วัด 1.1 ในแฟ้มงาน: {PERFORMANCE}"],
    ),
    "the bytes of a file": (
        plan_of(changed(REPORT, 0, evidence=(REPORT[0].evidence[0], ours(NEW.name, b"New")))),
        ["ตัวชี้วัด 1.1 ในแฟ้มงาน: ไฟล์ ใหม่.pdf (เนื้อหาเปลี่ยน)"],
    ),
    "the order of the files": (
        plan_of(changed(REPORT, 0, evidence=REPORT[0].evidence[::-1])),
        ["ตัวชี้วัด 1.1 ในแฟ้มงาน: ลำดับของไฟล์"],
    ),
    "a file more and one less": (
        plan_of(changed(REPORT, 0, evidence=(REPORT[0].evidence[0], ours("อื่น.pdf", b"new")))),
        ["ตัวชี้วัด 1.1 ในแฟ้มงาน: ไฟล์ ใหม่.pdf (ไม่มีแล้ว), ไฟล์ อื่น.pdf (เพิ่งเพิ่ม)"],
    ),
    "a value on the portal that was to be overwritten": (
        plan_of(there=changed(THERE, 0, fields={**THERE[0].fields, "result": "81"})),
        ["ตัวชี้วัด 1.1 บนระบบ: ผลการดำเนินงาน"],
    ),
    "a file of the same name on the portal": (
        plan_of(there=changed(THERE, 0, evidence=(KEPT, theirs("เก่า.pdf", b"newer", "4")))),
        ["ตัวชี้วัด 1.1 บนระบบ: ไฟล์ เก่า.pdf (ไม่มีแล้ว), ไฟล์ เก่า.pdf (เพิ่งเพิ่ม)"],
    ),
    "a card's state": (
        plan_of(there=changed(THERE, 1, state=State.RETURNED)),
        ["ตัวชี้วัด 1.2 บนระบบ: สถานะ ร่าง → ส่งคืนแก้ไข"],
    ),
    "a card less": (plan_of(REPORT[:1]), ["ตัวชี้วัด 1.2 ไม่มีในรายงานแล้ว"]),
    "a card more": (
        plan_of((*REPORT, card("1.3", result="1")), (*THERE, shown("1.3"))),
        ["ตัวชี้วัด 1.3 เพิ่งเพิ่มในรายงาน"],
    ),
    "the order of the cards": (plan_of(REPORT[::-1]), ["ลำดับของตัวชี้วัด"]),
    "the round's state": (plan_of(state=State.SUBMITTED), ["สถานะของรอบบนระบบ: ร่าง → ส่งแล้ว"]),
    "the window": (plan_of(window=Window.CLOSED), ["การเปิดรับรายงานของระบบ: เปิดรับ → ปิดรับ"]),
}


@pytest.mark.parametrize(("plan", "lines"), STALE.values(), ids=STALE)
def test_what_has_changed_is_named_and_stops_it(plan, lines):
    with pytest.raises(StalePlan) as stale:
        refuse(plan)
    assert list(differences(SAVED, saved_of(plan))) == lines
    assert stale.value.exit_code is ExitCode.PERSON_NEEDED
    assert all(line in stale.value.what for line in lines)
    assert "esar-bot plan" in stale.value.next_step


@pytest.mark.parametrize("name", [*Basis.__dataclass_fields__])
def test_what_it_rests_on_is_named_and_stops_it(name):
    other = {"act": "draft", "take": {}}.get(name, "other")
    basis = replace(BASIS, **{name: other})
    with pytest.raises(StalePlan, match=_HEAD[name][0]):
        refuse(plan_of(), basis)


def test_another_version_stops_it(monkeypatch):
    monkeypatch.setattr("esar_bot.saved_plan.model.__version__", "99.0")
    with pytest.raises(StalePlan, match=r"รุ่นของ esar-bot: .* → 99\.0"):
        refuse(plan_of())


def test_other_steps_alone_stop_it():
    plan = plan_of()
    steps = changed(plan.cards, 0, remove=())
    assert differences(SAVED, saved_of(replace(plan, cards=steps))) == ("ตัวชี้วัด 1.1 มีขั้นตอนต่างไป",)
    with pytest.raises(StalePlan):
        refuse(replace(plan, cards=steps))


def test_all_differences_are_named_at_once(monkeypatch):
    report = changed(REPORT, 0, fields={**REPORT[0].fields, "result": "87"})
    there = changed(THERE, 1, fields={"result": "9"})
    basis = replace(BASIS, profile_sha256="0" * 64)
    monkeypatch.setenv("ESAR_BOT_LANG", "en")
    with pytest.raises(StalePlan) as stale:
        refuse(plan_of(report, there, window=Window.CLOSED), basis)
    assert stale.value.what.split("\n  · ") == [
        "the plan is stale, nothing was written; changed since it was made (4):",
        "what the profile says: changed",
        "whether the portal takes reports: open → closed",
        "indicator 1.1 in the folder: result",
        "indicator 1.2 on the portal: result",
    ]


def test_every_part_of_a_plan_has_words():
    told_otherwise = {"schema_version", "made_at", "cards"}
    assert set(_HEAD) == set(SavedPlan.model_fields) - told_otherwise


# once it was carried out


def after(**round_facts) -> Plan:
    """The plan that is made once SAVED was carried out."""
    done = applied(plan_of())
    return plan_of(there=tuple(done.cards.values()), **{"state": State.SUBMITTED, **round_facts})


def spoiled(**facts: object) -> Plan:
    """The same, but for something else on the portal in the first card."""
    done = tuple(applied(plan_of()).cards.values())
    return plan_of(there=changed(done, 0, **facts), state=State.SUBMITTED)


def test_carried_out_it_passes_with_nothing_left_to_do():
    plan = after()
    assert plan.changes == ()
    refuse(plan)
    refuse(after(state=State.ACCEPTED, window=Window.CLOSED))


def test_what_the_portal_shows_in_its_own_way_is_what_was_written():
    done = applied(plan_of()).cards["1.1"]
    (added,) = (file for file in done.evidence if file.key == "new 0")
    own_way = replace(done, fields={**done.fields, "result": "๘๖.๗๕", "performance": TEXT + "\r\n"})
    own_way = replace(own_way, evidence=(*done.evidence[:-1], replace(added, sha256=None)))
    refuse(plan_of(there=(own_way, THERE[1]), state=State.SUBMITTED))


def test_a_draft_is_carried_out_when_its_cards_are_written():
    saved = saved_of(plan_of(), replace(BASIS, act="draft"))
    fresh = replace(BASIS, act="draft")
    plan = after(state=State.DRAFT)
    refuse_stale(saved, saved_of(plan, fresh, LATER), plan)
    for facts in ({"state": State.SUBMITTED}, {"state": State.DRAFT, "window": Window.CLOSED}):
        plan = after(**facts)
        assert not is_carried_out(saved, saved_of(plan, fresh), plan)
        with pytest.raises(StalePlan):
            refuse_stale(saved, saved_of(plan, fresh, LATER), plan)


DONE: ObservedCard = applied(plan_of()).cards["1.1"]


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(after(state=State.DRAFT), id="not submitted"),
        pytest.param(after(state=State.RETURNED), id="returned"),
        pytest.param(spoiled(fields={**DONE.fields, "result": "86.76"}), id="another value"),
        pytest.param(spoiled(fields={**DONE.fields, "obstacles": "มี"}), id="a field that was left alone"),
        pytest.param(spoiled(fields={**DONE.fields, "score": "5"}), id="a field that was empty"),
        pytest.param(spoiled(evidence=DONE.evidence[:-1]), id="a file is missing"),
        pytest.param(spoiled(evidence=DONE.evidence[1:]), id="a kept file is missing"),
        pytest.param(spoiled(evidence=(*DONE.evidence, OLD)), id="a file was not removed"),
        pytest.param(
            spoiled(evidence=(*DONE.evidence[:-1], theirs(NEW.name, b"wen", "9"))), id="other bytes"
        ),
        pytest.param(
            spoiled(evidence=(*DONE.evidence, ObservedEvidence("9", NEW.name, NEW.bytes, NEW.sha256))),
            id="a file twice",
        ),
    ],
)
def test_partly_or_otherwise_done_it_is_stale(plan):
    with pytest.raises(StalePlan):
        refuse(plan)


def test_carried_out_and_then_the_report_changed_it_is_stale():
    done = tuple(applied(plan_of()).cards.values())
    report = changed(REPORT, 1, fields={"result": "4"})
    with pytest.raises(StalePlan, match=r"1\.2 ในแฟ้มงาน"):
        refuse(plan_of(report, done, state=State.SUBMITTED))


def test_a_file_that_the_portal_calls_by_a_secret_is_masked(monkeypatch):
    monkeypatch.setattr(redact, "_secrets", set())
    redact.protect("canary-2570")
    plan = plan_of(there=(shown("1.1", (theirs("canary-2570.pdf", b"new", "canary-2570"),)), THERE[1]))
    assert "canary" not in saved_of(plan).model_dump_json()
    assert not differences(saved_of(plan), saved_of(plan))
