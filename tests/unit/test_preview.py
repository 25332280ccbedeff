"""The preview shows all that is prepared and all that would change, and lets no text become markup."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from esar_bot.pages.differences import abridged, marked
from esar_bot.plan import make_plan
from esar_bot.portal import ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import PreparedReport, prepare
from esar_bot.preview import render_preview
from esar_bot.workspace import Finding, Level, Place, Workspace, load_agreement, load_round
from esar_bot.written import Written, value_hash
from tests.unit.small_agency import SmallAgency

HOSTILE = '<script>alert("x")</script><img src=http://evil.example/x onerror=alert(1)> & \'"'
FIELDS = frozenset({"result", "score", "performance", "supporting_factors", "obstacles", "evidence_list"})
PHONE, EMAIL = "0 2999 8877", "somebody@agency.example"


@pytest.fixture
def prepared(tmp_path) -> PreparedReport:
    agency = SmallAgency.make(tmp_path)
    agreement = (tmp_path / "agreement.yaml").read_text(encoding="utf-8")
    agreement = agreement.replace(
        "name: นายสมมติ หนึ่ง}", f"name: นายสมมติ หนึ่ง, phone: {PHONE}, email: {EMAIL}}}"
    )
    agreement = agreement.replace("สอง, scorer", f"สอง, phone: {PHONE}, email: {EMAIL}, scorer")
    agency.write("agreement.yaml", agreement)
    workspace = Workspace(tmp_path)
    loaded = load_agreement(workspace).agreement
    assert loaded is not None
    assert loaded.indicators[0].supervisor.phone == PHONE
    report = load_round(workspace, "12m")
    return prepare(loaded, report.report(loaded), report.folder)


def show(prepared, **more) -> str:
    facts = {
        "round_title": "รอบ 12 เดือน",
        "due": date(2027, 10, 31),
        "made_at": datetime(2027, 10, 4, 7, 5, tzinfo=UTC),
        "portal_name": "ระบบจำลอง",
    }
    return render_preview(prepared, **(facts | more))


def with_fields(prepared, number, **fields) -> PreparedReport:
    cards = tuple(
        replace(card, fields=card.fields | fields) if card.number == number else card
        for card in prepared.cards
    )
    return replace(prepared, cards=cards)


def observed(prepared, changes=None, files=None, state=State.DRAFT) -> ObservedRound:
    cards = {}
    for card in prepared.cards:
        evidence = [
            ObservedEvidence(f"{card.number}/{item.number}", item.name, item.bytes, item.sha256)
            for item in card.evidence
        ]
        fields = card.fields | (changes or {}).get(card.number, {})
        cards[card.number] = ObservedCard(
            card.number, state, fields, (*evidence, *(files or {}).get(card.number, ()))
        )
    return ObservedRound(2570, "12m", state, Window.OPEN, None, cards)


def body(page: str) -> str:
    return page[page.index("<main>") :]


def visible(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", body(page)))


def assert_stands_alone(page: str) -> None:
    loaded = re.findall(r"""(?:(?<![\w-])(?:src|href)=|url\()["']?([^"')\s>]*)""", page)
    assert loaded
    assert all(target.startswith(("#", "data:")) for target in loaded)
    assert "<script" not in page
    assert "@import" not in page
    assert "<link" not in page


def test_heading_says_whose_report_it_is_and_when_it_is_due(prepared):
    text = visible(show(prepared))
    assert "กรมตัวอย่าง" in text
    assert "กระทรวงตัวอย่าง" in text
    assert "รอบ 12 เดือน" in text
    assert "พ.ศ. 2570" in text
    assert "ภายในวันที่ 31 ตุลาคม 2570" in text
    assert "ระบบจำลอง" in text
    assert "4 ตุลาคม 2570 เวลา 14.05 น." in text


def test_a_round_without_deadline_or_portal_shows_neither(prepared):
    text = visible(show(prepared, due=None, portal_name=""))
    assert "กำหนดส่ง" not in text
    assert "ระบบจำลอง" not in text


def test_every_card_shows_its_values_as_prepared(prepared):
    page = show(prepared)
    for card in prepared.cards:
        start = page.index(f'id="card-{card.number}"')
        shown = visible("<main>" + page[start : page.index("</article>", start)])
        assert card.indicator.name in shown
        assert card.fields["result"] in shown
        assert card.fields["score"] in shown
        assert card.evidence[0].name in shown
        assert card.evidence[0].sha256 in shown
        assert f'href="#card-{card.number}"' in page


def test_total_has_four_places(prepared):
    from esar_bot import scoring

    assert f"{scoring.rounded(prepared.total):f}" in visible(show(prepared))


def test_all_four_kinds_of_criteria_can_be_read(prepared):
    text = visible(show(prepared))
    assert "82.5" in text
    assert "ค่าน้อยกว่าได้คะแนนสูงกว่า" in text
    assert re.search(r"หนึ่ง\s*สอง\s*สาม\s*สี่\s*ห้า", text)
    assert "รายการย่อย 3 รายการ" in text
    assert "น้ำหนัก 0.3" in text
    assert "ร้อยละ 75" in text
    assert "98.84" in text


def test_what_has_no_score_is_named(prepared):
    cards = tuple(
        replace(card, fields=card.fields | {"result": "N/A", "score": ""}, score=None, weighted=None)
        if card.number == "1.2"
        else card
        for card in prepared.cards
    )
    text = visible(show(replace(prepared, cards=cards)))
    assert re.search(r"ไม่นับในค่าคะแนนรวม:\s*1\.2 \(N/A\)", text)


def test_an_active_indicator_without_a_card_is_named(prepared):
    text = visible(show(replace(prepared, cards=prepared.cards[1:])))
    assert "ยังไม่ได้จัดทำ SAR Card: 1.1" in text


def test_texts_are_kept_exactly(prepared):
    text = "  ย่อหน้าหนึ่ง\n\n\tย่อหน้า  สอง น้ํา\u200bใจ <ข> & “ค” 'ง' \"จ\""
    page = show(with_fields(prepared, "1.1", performance=text))
    assert (
        f'<div class="text">{html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")}</div>'
        in page
    )


def test_hostile_text_stays_text(prepared):
    hostile = with_fields(
        prepared, "1.1", performance=HOSTILE, result=HOSTILE, evidence_list=f"1.1-1 {HOSTILE}"
    )
    indicator = hostile.cards[0].indicator.model_copy(
        update={"name": HOSTILE, "unit": HOSTILE, "target": HOSTILE}
    )
    evidence = replace(hostile.cards[0].evidence[0], title=HOSTILE)
    cards = (replace(hostile.cards[0], indicator=indicator, evidence=(evidence,)), *hostile.cards[1:])
    hostile = replace(hostile, cards=cards)
    there = observed(prepared, {"1.1": {"performance": f"{HOSTILE} เดิม", "obstacles": HOSTILE}})
    plan = make_plan(hostile, there, FIELDS, Written())
    finding = Finding("rule", Level.WARNING, Place(HOSTILE, 3), HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    page = show(hostile, plan=plan, findings=[finding], round_title=HOSTILE, portal_name=HOSTILE)
    assert "<script" not in page
    assert "<img" not in page
    assert HOSTILE in html.unescape(page)


def test_the_page_stands_alone(prepared):
    page = show(prepared)
    assert_stands_alone(page)
    assert "default-src 'none'" in page
    assert page.count("@font-face") == 2


def test_no_phone_and_no_email(prepared):
    page = show(prepared, plan=make_plan(prepared, observed(prepared), FIELDS, Written()))
    assert "นายสมมติ หนึ่ง" in page
    assert PHONE not in page
    assert EMAIL not in page


def test_findings_name_file_and_line(prepared):
    finding = Finding("r", Level.WARNING, Place("12m/1.1.yaml", 7), "สั้นไป", "เขียนเพิ่ม", "1.1", "obstacles")
    text = visible(show(prepared, findings=[finding]))
    assert "12m/1.1.yaml:7" in text
    assert "สั้นไป" in text
    assert "เขียนเพิ่ม" in text
    assert "ปัญหา/อุปสรรคต่อการดำเนินงาน" in text


def test_without_a_plan_nothing_is_said_of_the_portal(prepared):
    assert "จะเปลี่ยนแปลงบนระบบ" not in visible(show(prepared))


def test_a_plan_without_steps_says_so(prepared):
    plan = make_plan(prepared, observed(prepared), FIELDS, Written())
    assert "ไม่มีการเปลี่ยนแปลง" in visible(show(prepared, plan=plan))


def test_changes_show_both_sides_and_files(prepared):
    old = prepared.cards[0].fields["performance"].replace("ผู้บริหาร", "ปลัดกระทรวง")
    file = ObservedEvidence("old", "ฉบับเก่า.pdf", 2048, "f" * 64)
    there = observed(
        prepared, {"1.1": {"performance": old, "obstacles": "", "result": "12.5"}}, {"1.1": [file]}
    )
    there = replace(there, cards=dict(there.cards) | {"1.2": ObservedCard("1.2", State.EMPTY, {}, ())})
    written = Written(
        {"1.1": frozenset({("performance", value_hash(old)), ("result", value_hash("12.5"))})},
        {"1.1": frozenset({("ฉบับเก่า.pdf", "f" * 64)})},
    )
    page = show(prepared, plan=make_plan(prepared, there, FIELDS, written))
    assert re.search(r"<del>[^<]*ปลัดกระทรวง</del>", page)
    assert re.search(r"<ins>[^<]*ผู้บริหาร</ins>", page)
    assert "<del>12.5</del> → <ins>87.43</ins>" in page
    assert re.search(r"ลบ\s*ฉบับเก่า\.pdf\s*\(2\.0 KB\)", visible(page))
    assert re.search(r"เพิ่ม\s*1\.2-1", visible(page))
    assert re.search(r"คงไว้\s*รายงาน\.pdf", visible(page))


def test_conflicts_show_both_sides_and_are_not_changes(prepared):
    file = ObservedEvidence("x", "ของผู้อื่น.docx", 10, None)
    there = observed(prepared, {"1.1": {"supporting_factors": "มีคนแก้"}}, {"1.1": [file]})
    text = visible(show(prepared, plan=make_plan(prepared, there, FIELDS, Written())))
    assert "ข้อขัดแย้ง 2 รายการ" in text
    assert "มีคนแก้" in text
    assert "ความร่วมมือของหน่วยงาน" in text
    assert "ของผู้อื่น.docx" in text
    assert "ไม่มีช่องหรือไฟล์ใดที่จะเปลี่ยน" in text


def test_fields_that_the_portal_lacks_are_named(prepared):
    plan = make_plan(prepared, observed(prepared), FIELDS - {"supporting_factors"}, Written())
    assert "ระบบนี้ไม่มีช่อง: ปัจจัยสนับสนุน" in visible(show(prepared, plan=plan))


def test_a_submitted_round_says_that_it_is_locked(prepared):
    there = observed(prepared, state=State.SUBMITTED)
    plan = make_plan(prepared, there, FIELDS, Written())
    page = show(prepared, plan=plan)
    assert "ระบบรับรายงานรอบนี้ไว้แล้ว" in visible(page)
    assert "<title>เทียบกับรายงานที่ส่งแล้ว" in page
    assert "ก่อนบันทึก" not in page


def joined(runs) -> str:
    return "".join(run.text for run in runs)


def changed(runs) -> list[str]:
    return [run.text for run in runs if run.changed]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ได้ผลร้อยละ 81.5 ของแผน", "ได้ผลร้อยละ 87.43 ของแผน"),
        ("", "ใหม่"),
        ("เดิม", ""),
        ("หนึ่ง\r\nสอง", "หนึ่ง\nสาม"),
        ("ก" * 50, "ข" * 50),
    ],
)
def test_marking_loses_no_character(before, after):
    left, right = marked(before, after)
    assert joined(left) == before.replace("\r\n", "\n")
    assert joined(right) == after


def test_only_the_changed_number_is_marked():
    left, right = marked("ได้ผลร้อยละ 81.5 ของแผน", "ได้ผลร้อยละ 87.43 ของแผน")
    assert changed(left) == ["81.5"]
    assert changed(right) == ["87.43"]


def test_a_changed_word_is_found_within_a_phrase_without_spaces():
    left, right = marked("กองแผนงานดำเนินการเสร็จแล้วทุกโครงการ", "กองแผนงานดำเนินการเสร็จแล้วห้าโครงการ")
    assert changed(left) == ["ทุก"]
    assert changed(right) == ["ห้า"]


def test_no_mark_is_torn_from_its_consonant():
    left, right = marked("ประชุมที่กรมแล้วเสร็จ", "ประชุมที่กรมแล้วเสร็จ".replace("ที่", "ทุ่"))
    for run in (*left, *right):
        assert not re.match(r"[ัิ-ฺ็-๎ำ]", run.text)


def test_spellings_that_look_the_same_are_no_change():
    left, right = marked("น้ํา ใจ", "น้ำ ใจ")
    assert changed(left) == changed(right) == []


def test_long_unchanged_stretches_are_cut_at_white_space():
    words = " ".join(f"คำที่{n}" for n in range(200))
    runs = abridged(marked(f"{words} เก่า {words}", f"{words} ใหม่ {words}")[1])
    assert changed(runs) == ["ใหม่"]
    assert [run.omitted > 0 for run in runs] == [True, False, False, False, True]
    assert sum(run.omitted or len(run.text) for run in runs) == len(f"{words} ใหม่ {words}")
    assert all(re.fullmatch(r"(คำที่\d+\s*|\s|ใหม่)*", run.text) for run in runs)
