"""The receipt says what was done and seen, keeps no more than it must, and can be read back."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image

from esar_bot.errors import ExitCode, OutcomeUnknown, PartlyDone, Rejected, UsageError
from esar_bot.journal import Journal
from esar_bot.plan import Take, make_plan, mismatches
from esar_bot.portal import Confirmation, ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import prepare
from esar_bot.receipt import (
    REHEARSAL,
    EvidenceOutcome,
    Reading,
    Receipt,
    ReceiptFiles,
    ending,
    keep_card,
    list_receipts,
    planned_receipt,
    read_receipt,
    receipt_html,
    write_receipt,
)
from esar_bot.receipt.build import stopped
from esar_bot.receipt.html import slices_of
from esar_bot.run import CardOutcome, CardResult, RoundOutcome, RunResult
from esar_bot.workspace import Finding, Level, Place, Workspace, load_agreement, load_round
from esar_bot.written import Written
from tests.unit.small_agency import SmallAgency

STARTED = datetime(2027, 7, 5, 20, 30, 15, tzinfo=UTC)
FIELDS = frozenset({"result", "score", "performance", "supporting_factors", "obstacles", "suggestions"})
HOSTILE = "<script>alert(1)</script>\"'&"
OLD = ObservedEvidence("old", "ฉบับเก่า.pdf", 2048, "f" * 64)


def jpeg(width=4, height=6) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "JPEG")
    return stream.getvalue()


def file_of(folder, picture):
    path = folder / "picture.jpg"
    path.write_bytes(picture)
    return path


@pytest.fixture
def prepared(tmp_path):
    SmallAgency.make(tmp_path / "agency")
    workspace = Workspace(tmp_path / "agency")
    agreement = load_agreement(workspace).agreement
    assert agreement is not None
    report = load_round(workspace, "9m")
    return prepare(agreement, report.report(agreement), report.folder)


def as_prepared(card, state=State.DRAFT) -> ObservedCard:
    evidence = tuple(
        ObservedEvidence(item.number, item.name, item.bytes, item.sha256) for item in card.evidence
    )
    fields = {name: value for name, value in card.fields.items() if name in FIELDS}
    return ObservedCard(card.number, state, fields, evidence)


@pytest.fixture
def plan(prepared):
    """1.1 is empty on the portal, 1.2 holds an old file of ours; the others are as prepared."""
    cards = {card.number: as_prepared(card) for card in prepared.cards}
    cards["1.1"] = ObservedCard("1.1", State.EMPTY, {})
    cards["1.2"] = replace(cards["1.2"], evidence=(*cards["1.2"].evidence, OLD))
    there = ObservedRound(2570, "9m", State.DRAFT, Window.OPEN, None, cards)
    return make_plan(prepared, there, FIELDS, Written({}, {"1.2": frozenset({(OLD.name, OLD.sha256)})}))


@pytest.fixture
def submitted(plan) -> RunResult:
    cards = [
        CardResult(
            card,
            CardOutcome.SAVED if card.has_steps else CardOutcome.UNCHANGED,
            witnessed=as_prepared(card.prepared, State.SUBMITTED),
            picture=jpeg(height=6 + index),
        )
        for index, card in enumerate(plan.cards)
    ]
    return RunResult(plan, RoundOutcome.SUBMITTED, cards, Confirmation("ESAR-2570-0042", "ได้รับรายงานแล้ว"))


def write(result, folder, **more) -> ReceiptFiles:
    """The receipt of a run that came to this, by way of its journal."""
    facts = {
        "run_id": "20270705T203015Z-ab12",
        "started": STARTED,
        "mode": "submit",
        "portal_name": "ระบบจำลอง",
        "portal_url": "https://officer:hunter2@esar.example:8443/app;jsessionid=9?token=abc#frag",
        "rehearsal": False,
        "findings": (),
    }
    with Journal(folder) as journal:
        planned = planned_receipt(result.plan, **(facts | more))
        journal.record("start", receipt=planned.model_dump(mode="json"))
        for card in result.cards:
            keep_card(replace(card), result.plan.not_on_portal, journal)
        journal.note("end", **ending(result))
        return write_receipt(journal.entries, folder)


def build(result, **more) -> Receipt:
    with TemporaryDirectory() as folder:
        return read_receipt(write(result, Path(folder), **more).json)


def visible(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page[page.index("<main>") :]))


def card_of(receipt, number):
    return next(card for card in receipt.cards if card.number == number)


def field_of(card, name):
    return next(field for field in card.fields if field.name == name)


def test_a_submitted_round_is_told_whole(submitted):
    receipt = build(submitted)
    assert receipt.schema_version == 1
    assert (receipt.outcome, receipt.exit_code, receipt.error) == (RoundOutcome.SUBMITTED, 0, None)
    assert receipt.confirmation is not None
    assert receipt.confirmation.number == "ESAR-2570-0042"
    assert (receipt.agency, receipt.fiscal_year, receipt.round) == ("กรมตัวอย่าง", 2570, "9m")
    assert [card.number for card in receipt.cards] == ["1.1", "1.2", "1.10", "2.1"]
    assert all(card.agrees and card.reading is Reading.AFTER for card in receipt.cards)


def test_a_rehearsals_receipt_says_so_and_no_other_does(submitted, tmp_path):
    assert REHEARSAL not in write(submitted, tmp_path / "real").html.read_text(encoding="utf-8")
    rehearsed = write(submitted, tmp_path / "rehearsed", rehearsal=True)
    assert read_receipt(rehearsed.json).rehearsal
    page = rehearsed.html.read_text(encoding="utf-8")
    assert visible(page).strip().startswith(REHEARSAL)
    assert f'@top-center {{ content: "{REHEARSAL}"' in page, "on every page that is printed"


def test_scores_are_those_of_the_prepared_report(submitted):
    from esar_bot import scoring

    receipt = build(submitted)
    prepared = submitted.plan.prepared
    assert receipt.total_score == scoring.rounded(prepared.total)
    for record, card in zip(receipt.cards, prepared.cards, strict=True):
        assert record.score == card.score
        assert record.weighted_score == scoring.rounded(card.weighted)


def test_times_are_told_in_utc_and_in_bangkok(submitted):
    told = json.loads(build(submitted).model_dump_json())["started"]
    assert told == {"utc": "2027-07-05T20:30:15Z", "bangkok": "2027-07-06T03:30:15+07:00"}


def test_the_address_carries_no_secret(submitted):
    receipt = build(submitted)
    assert receipt.portal_url == "https://esar.example:8443/app"
    assert "hunter2" not in receipt.model_dump_json()


def test_texts_are_kept_as_length_and_hash(submitted):
    receipt = build(submitted)
    text = submitted.plan.prepared.cards[0].fields["performance"]
    record = field_of(card_of(receipt, "1.1"), "performance")
    assert record.characters == len(text)
    assert record.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert text not in receipt.model_dump_json()
    assert text.splitlines()[0] not in receipt.model_dump_json()


def test_what_this_run_wrote_is_told_from_what_was_there(submitted):
    receipt = build(submitted)
    assert field_of(card_of(receipt, "1.1"), "performance").written is True
    assert field_of(card_of(receipt, "2.1"), "performance").written is False
    assert field_of(card_of(receipt, "2.1"), "performance").verified is True


def test_a_field_that_the_portal_lacks_is_not_verified(submitted):
    record = field_of(card_of(build(submitted), "1.1"), "evidence_list")
    assert (record.on_portal, record.written, record.verified) == (False, False, False)


def test_files_are_attached_kept_and_removed(submitted):
    receipt = build(submitted)
    [attached] = card_of(receipt, "1.1").evidence
    assert attached.outcome is EvidenceOutcome.ATTACHED
    assert attached.portal_sha256 == attached.sha256
    kept, removed = card_of(receipt, "1.2").evidence
    assert (kept.outcome, kept.number) == (EvidenceOutcome.KEPT, "1.2-1")
    assert (removed.outcome, removed.name, removed.portal_sha256) == (
        EvidenceOutcome.REMOVED,
        OLD.name,
        OLD.sha256,
    )


def test_a_mismatch_is_told_by_field_with_both_values(submitted, plan):
    card = plan.cards[0]
    seen = as_prepared(card.prepared)
    seen = replace(seen, fields=dict(seen.fields) | {"performance": "ดำเนิน"}, evidence=())
    differing = mismatches(card, seen, FIELDS)
    error = Rejected("ระบบแสดงค่าไม่ตรง", where="ตัวชี้วัด 1.1", next_step="เทียบค่า")
    submitted.cards[0] = CardResult(card, CardOutcome.MISMATCH, error, differing, seen, None)
    submitted.round, submitted.error, submitted.confirmation = RoundOutcome.NOT_SUBMITTED, error, None
    receipt = build(submitted)
    record = card_of(receipt, "1.1")
    assert receipt.exit_code == ExitCode.REJECTED
    assert not record.agrees
    assert not field_of(record, "performance").verified
    assert field_of(record, "result").verified
    assert [(item.field, item.found) for item in record.mismatches] == [
        ("performance", "ดำเนิน"),
        ("evidence", ""),
    ]
    assert record.evidence[0].outcome is EvidenceOutcome.MISSING
    assert record.error is not None
    assert record.error.next_step == "เทียบค่า"


def test_what_was_not_read_back_is_not_known(submitted, plan):
    submitted.cards[0] = CardResult(plan.cards[0], CardOutcome.UNKNOWN, OutcomeUnknown("ไม่ทราบผล"))
    record = card_of(build(submitted), "1.1")
    assert record.reading is Reading.NONE
    assert {field.written for field in record.fields if field.characters and field.on_portal} == {None}
    assert not any(field.verified for field in record.fields)
    assert [item.outcome for item in record.evidence] == [EvidenceOutcome.UNKNOWN]


def test_what_was_not_read_is_not_counted(submitted, plan, tmp_path):
    submitted.cards[0] = CardResult(plan.cards[0], CardOutcome.UNKNOWN, OutcomeUnknown("ไม่ทราบผล"))
    page = write(submitted, tmp_path).html.read_text(encoding="utf-8")
    unread, read = re.findall(r'data-label="(?:ช่องที่ตรง|ไฟล์บนระบบ)" class="number">(.*?)<', page)[:4:2]
    assert (unread, read) == ("–", "6/6")


def test_a_receipt_made_later_says_so_once_beside_the_outcome(submitted, tmp_path):
    receipt = build(submitted).model_copy(update={"rebuilt": True, "error": stopped()})
    receipt = receipt.model_copy(update={"outcome": RoundOutcome.INTERRUPTED, "cards": ()})
    text = visible(receipt_html(receipt, tmp_path))
    assert text.count("การทำงานหยุดลงก่อนจบ") == 1
    assert text.count("journal.jsonl") == 1
    assert text.index("journal.jsonl") < text.index("เริ่ม")


def test_files_that_should_be_gone_or_that_nobody_knows_are_named(submitted, plan):
    card = plan.cards[1]
    stranger = ObservedEvidence("s", "แปลกปลอม.pdf", 1, None)
    seen = as_prepared(card.prepared)
    seen = replace(seen, evidence=(*seen.evidence, OLD, stranger))
    submitted.cards[1] = CardResult(card, CardOutcome.FAILED, PartlyDone("ลบไม่ได้"), (), seen)
    record = card_of(build(submitted), "1.2")
    assert [item.outcome for item in record.evidence] == [
        EvidenceOutcome.KEPT,
        EvidenceOutcome.NOT_REMOVED,
        EvidenceOutcome.FOUND,
    ]
    assert not record.agrees


def test_a_field_decided_for_the_portal_is_neither_written_nor_verified(prepared):
    cards = {card.number: as_prepared(card) for card in prepared.cards}
    theirs = replace(cards["1.1"], fields=dict(cards["1.1"].fields) | {"obstacles": "ของเขา"})
    there = ObservedRound(2570, "9m", State.DRAFT, Window.OPEN, None, cards | {"1.1": theirs})
    plan = make_plan(prepared, there, FIELDS, Written(), {"1.1": Take.THEIRS})
    cards = [CardResult(card, CardOutcome.UNCHANGED, witnessed=card.observed) for card in plan.cards]
    card = card_of(build(RunResult(plan, RoundOutcome.DRAFT, cards)), "1.1")
    record = field_of(card, "obstacles")
    assert (record.written, record.verified) == (False, False)
    assert (card.take, card.decided) == (Take.THEIRS, ("obstacles",)), "it is told why"
    assert all(other.take is None for other in build(RunResult(plan, RoundOutcome.DRAFT, cards)).cards[1:])


def nothing_to_do(prepared, state, **changes) -> RunResult:
    cards = {card.number: as_prepared(card, state) for card in prepared.cards}
    cards["1.1"] = replace(cards["1.1"], fields=dict(cards["1.1"].fields) | changes)
    confirmation = Confirmation("ESAR-1", "รับแล้ว") if state.is_locked else None
    there = ObservedRound(2570, "9m", state, Window.OPEN, confirmation, cards)
    plan = make_plan(prepared, there, FIELDS, Written())
    results = [CardResult(card, CardOutcome.UNCHANGED) for card in plan.cards]
    return RunResult(plan, RoundOutcome.NOTHING_TO_DO, results, confirmation)


def test_a_run_with_nothing_to_do_tells_what_was_read_before(prepared, tmp_path):
    receipt = build(nothing_to_do(prepared, State.SUBMITTED))
    assert all(card.reading is Reading.BEFORE and card.agrees for card in receipt.cards)
    assert "ระบบรับรายงานรอบนี้ไว้ก่อนการดำเนินการครั้งนี้แล้ว" in visible(receipt_html(receipt, tmp_path))
    assert "ต่างจากรายงานที่เตรียมไว้" not in visible(receipt_html(receipt, tmp_path))


def test_a_locked_round_that_differs_is_not_told_as_the_same(prepared, tmp_path):
    receipt = build(nothing_to_do(prepared, State.SUBMITTED, obstacles="ค่าอื่น"))
    assert not card_of(receipt, "1.1").agrees
    assert "ต่างจากรายงานที่เตรียมไว้" in visible(receipt_html(receipt, tmp_path))


def test_received_is_not_accepted(submitted, prepared, tmp_path):
    result = replace(submitted, cards=[replace(card, picture=None) for card in submitted.cards])
    text = visible(receipt_html(build(result), tmp_path))
    assert "“ระบบรับแล้ว” ไม่ได้หมายความว่า “ผู้ประเมินรับรองแล้ว”" in text
    text = visible(receipt_html(build(nothing_to_do(prepared, State.ACCEPTED)), tmp_path))
    assert "ผู้ประเมินรับรองรายงานรอบนี้" in text
    assert "“ระบบรับแล้ว” ไม่ได้หมายความว่า" not in text


def test_a_receipt_survives_being_written_and_read(submitted, tmp_path):
    warning = Finding("r", Level.WARNING, Place("9m/1.1.yaml", 4), "สั้น", "เขียนเพิ่ม", "1.1", "obstacles")
    files = write(submitted, tmp_path / "run", findings=[warning])
    receipt = read_receipt(files.json)
    assert receipt.warnings[0].place == "9m/1.1.yaml:4"
    assert files.pdf == tmp_path / "run" / "receipt.pdf"
    for card in receipt.cards:
        assert card.picture is not None
        assert (
            hashlib.sha256((tmp_path / "run" / card.picture.file).read_bytes()).hexdigest()
            == card.picture.sha256
        )
    assert not list((tmp_path / "run").rglob("*.part"))


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_owner_can_read_a_receipt(submitted, tmp_path):
    before = os.umask(0)
    try:
        files = write(submitted, tmp_path / "run")
    finally:
        os.umask(before)
    pictures = list((tmp_path / "run" / "cards").iterdir())
    assert len(pictures) == len(submitted.cards)
    for path in (files.json, files.html, *pictures):
        assert path.stat().st_mode & 0o777 == 0o600


def test_writing_again_replaces(submitted, tmp_path):
    write(submitted, tmp_path)
    (tmp_path / "journal.jsonl").unlink()
    write(submitted, tmp_path, run_id="again")
    assert read_receipt(tmp_path / "receipt.json").run_id == "again"


def test_the_page_loads_the_pictures_beside_it_and_nothing_else(submitted, tmp_path):
    receipt = read_receipt(write(submitted, tmp_path).json)
    page = receipt_html(receipt, tmp_path)
    assert page == (tmp_path / "receipt.html").read_text(encoding="utf-8")
    targets = re.findall(r"""(?:src|href)="([^"#]+)\"""", page)
    assert targets == [card.picture.file for card in receipt.cards]
    assert "<script" not in page
    text = visible(page)
    assert "ESAR-2570-0042" in text
    assert "6 กรกฎาคม 2570 เวลา 03.30 น." in text
    assert card_of(receipt, "1.1").evidence[0].sha256 in text


def test_hostile_text_stays_text(submitted, plan, tmp_path):
    card = plan.cards[0]
    seen = as_prepared(card.prepared)
    seen = replace(
        seen,
        fields=dict(seen.fields) | {"performance": HOSTILE},
        evidence=(ObservedEvidence(HOSTILE, HOSTILE, 1, None),),
    )
    error = Rejected(HOSTILE, where=HOSTILE, next_step=HOSTILE)
    submitted.cards[0] = CardResult(card, CardOutcome.MISMATCH, error, mismatches(card, seen, FIELDS), seen)
    submitted = replace(submitted, error=error, confirmation=Confirmation(HOSTILE, HOSTILE))
    finding = Finding("r", Level.WARNING, Place(HOSTILE), HOSTILE, HOSTILE)
    files = write(submitted, tmp_path, portal_name=HOSTILE, run_id=HOSTILE, findings=[finding])
    page = (tmp_path / "receipt.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert HOSTILE in html.unescape(page)
    assert read_receipt(files.json).portal_name == HOSTILE


def test_no_phone_and_no_email(submitted, tmp_path):
    for card in submitted.cards:
        indicator = card.plan.prepared.indicator
        supervisor = indicator.supervisor.model_copy(update={"phone": "0 2999 8877", "email": "a@b.example"})
        indicator = indicator.model_copy(update={"supervisor": supervisor})
        card.plan = replace(card.plan, prepared=replace(card.plan.prepared, indicator=indicator))
    files = write(submitted, tmp_path)
    for path in (files.json, files.html):
        content = path.read_text(encoding="utf-8")
        assert "0 2999 8877" not in content
        assert "a@b.example" not in content


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": 2}', "\udcff"])
def test_an_unreadable_receipt_is_the_users_error(tmp_path, content):
    path = tmp_path / "receipt.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(UsageError) as raised:
        read_receipt(path)
    assert str(path) in str(raised.value)
    with pytest.raises(UsageError):
        list_receipts(tmp_path)


def test_a_missing_receipt_is_the_users_error(tmp_path):
    with pytest.raises(UsageError):
        read_receipt(tmp_path / "receipt.json")


@pytest.mark.parametrize(("key", "value"), [("schema_version", 2), ("new_key", 1), ("cards", None)])
def test_a_receipt_of_another_shape_is_refused(submitted, tmp_path, key, value):
    files = write(submitted, tmp_path)
    changed = json.loads(files.json.read_text(encoding="utf-8")) | {key: value}
    files.json.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(UsageError, match=key):
        read_receipt(files.json)


def test_a_receipt_cannot_name_a_picture_elsewhere(submitted, tmp_path):
    files = write(submitted, tmp_path)
    changed = json.loads(files.json.read_text(encoding="utf-8"))
    changed["cards"][0]["picture"]["file"] = "cards/../../secret.jpg"
    files.json.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(UsageError):
        read_receipt(files.json)


def test_receipts_are_listed_newest_first(submitted, tmp_path):
    for name, hours in (("9m/b", 1), ("9m/a", 3), ("12m/c", 2)):
        write(submitted, tmp_path / name, run_id=name, started=STARTED + timedelta(hours=hours))
    assert [receipt.run_id for receipt in list_receipts(tmp_path)] == ["9m/a", "12m/c", "9m/b"]
    assert [receipt.run_id for receipt in list_receipts(tmp_path / "9m")] == ["9m/a", "9m/b"]
    assert list_receipts(tmp_path / "nowhere") == []


def test_the_json_keeps_its_keys():
    keys = """
        schema_version esar_bot_version run_id started finished agency ministry fiscal_year round portal_name
        portal_url mode outcome exit_code state_before confirmation error scale total_score cards
        not_on_portal warnings rebuilt
    """
    assert set(keys.split()) <= set(Receipt.model_json_schema()["properties"])


def test_a_tall_picture_is_cut_into_pages_without_losing_a_line(tmp_path):
    slices = slices_of(file_of(tmp_path, jpeg(10, 100)))
    assert len(slices) > 1
    assert slices[0].top == 0
    for above, below in pairwise(slices):
        assert below.top < above.top + above.height
    assert slices[-1].top + slices[-1].height == pytest.approx(1000)


def test_an_ordinary_picture_is_not_cut(tmp_path):
    assert len(slices_of(file_of(tmp_path, jpeg(10, 18)))) == 1
    assert slices_of(file_of(tmp_path, b"no picture")) == ()
