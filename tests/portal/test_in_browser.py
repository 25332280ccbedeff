"""What only a browser shows: the questions before sending, the computed score, phones, and exact texts."""

import re

import pytest
from playwright.sync_api import expect

from tests.portal.person import FULL, ROUND, Person

LABELS = {
    "result": "ผลการดำเนินงาน",
    "score": "ค่าคะแนนที่ได้",
    "performance": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
    "supporting_factors": "ปัจจัยสนับสนุนต่อการดำเนินงาน",
    "obstacles": "ปัญหา/อุปสรรคต่อการดำเนินงาน",
    "suggestions": "ข้อเสนอแนะ",
    "evidence_list": "รายการหลักฐานอ้างอิง",
}


def test_a_card_is_filled_by_its_labels_and_read_back_exactly(desk, portal):
    texts = {name: f"{label}\n\n  น้ำ\u200bใจ ก\u0e4d\u0e32 😀 <b>\n" for name, label in LABELS.items()}
    texts |= {"result": "87.43", "score": "3.9720"}
    desk.goto(f"{portal}{ROUND}/cards/1.1/edit")
    for name, label in LABELS.items():
        desk.get_by_label(label, exact=True).fill(texts[name])
    expect(desk.locator("output")).to_have_text("1.5888")
    desk.get_by_label("แนบไฟล์หลักฐานอ้างอิง").set_input_files(
        [{"name": "น้ำ (1).pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}]
    )
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_test_id("saved")).to_have_text("บันทึกร่างเรียบร้อยแล้ว")
    for name in LABELS:
        assert desk.locator(f"[name={name}]").input_value() == texts[name]
    desk.goto(f"{portal}{ROUND}/cards/1.1")
    for name in LABELS:
        assert desk.locator(f"[data-field={name}]").evaluate("e => e.textContent") == texts[name]
    assert desk.get_by_test_id("evidence-name").all_text_contents() == ["น้ำ (1).pdf"]
    with desk.expect_download() as download:
        desk.get_by_test_id("evidence-name").click()
    assert download.value.suggested_filename == "น้ำ (1).pdf"


@pytest.mark.parametrize(
    ("number", "score", "shown"),
    [
        ("1.1", "3.9720", "1.5888"),
        ("1.1", "6x", "-"),
        ("3.1", "75.5555", "0.9444"),
        ("2.1", "3.3333", "0.5000"),
    ],
)
def test_the_browser_weighs_as_the_server_does(desk, portal, number, score, shown):
    desk.goto(f"{portal}{ROUND}/cards/{number}/edit")
    desk.get_by_label("ค่าคะแนนที่ได้", exact=True).fill(score)
    expect(desk.locator("output")).to_have_text(shown)
    desk.get_by_label("ผลการดำเนินงาน", exact=True).fill("N/A")
    expect(desk.locator("output")).to_have_text("-")


def test_a_file_is_deleted_only_after_yes(desk, portal):
    desk.goto(f"{portal}{ROUND}/cards/1.1/edit")
    desk.get_by_label("แนบไฟล์หลักฐานอ้างอิง").set_input_files(
        [{"name": n, "mimeType": "application/pdf", "buffer": b"1"} for n in ("a.pdf", "b.pdf")]
    )
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_test_id("evidence-row")).to_have_count(2)
    asked = []
    desk.once("dialog", lambda d: (asked.append(d.message), d.dismiss()))
    desk.get_by_role("button", name="ลบไฟล์ a.pdf").click()
    expect(desk.get_by_test_id("evidence-row")).to_have_count(2)
    desk.once("dialog", lambda d: (asked.append(d.message), d.accept()))
    desk.get_by_role("button", name="ลบไฟล์ a.pdf").click()
    expect(desk.get_by_test_id("evidence-row")).to_have_count(1)
    assert asked == ["ต้องการลบไฟล์หลักฐานนี้ใช่หรือไม่"] * 2


def test_the_report_is_submitted_only_after_yes(desk, portal):
    person = Person(portal).sign_in()
    person.fill()
    desk.goto(f"{portal}{ROUND}/summary")
    desk.get_by_label("ข้าพเจ้าขอรับรองว่าข้อมูลและหลักฐานที่รายงานถูกต้องครบถ้วนตามจริง").check()
    desk.once("dialog", lambda d: d.dismiss())
    desk.get_by_role("button", name="ส่งรายงาน").click()
    assert person.state()["rounds"]["9m"]["status"] == "draft"
    desk.once("dialog", lambda d: d.accept())
    desk.get_by_role("button", name="ส่งรายงาน").click()
    expect(desk.get_by_test_id("confirmation-number")).to_have_text(re.compile(r"ESAR-2570-09M-\w{6}"))
    person.http.close()


def test_a_name_with_a_quote_is_refused_as_such(desk, portal):
    desk.goto(f"{portal}{ROUND}/cards/1.1/edit")
    desk.get_by_label("แนบไฟล์หลักฐานอ้างอิง").set_input_files(
        [{"name": 'a"b.pdf', "mimeType": "application/pdf", "buffer": b"1"}]
    )
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_test_id("errors")).to_contain_text('ไฟล์ “a"b.pdf” มีอักขระต้องห้าม')


def test_no_page_is_wider_than_a_phone(desk, portal):
    person = Person(portal).sign_in()
    person.fill(files=[("ก" * 60 + ".pdf", b"1")])
    person.save(performance="ยาว" * 500, **{k: v for k, v in FULL.items() if k != "performance"})
    person.http.close()
    desk.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/",
        ROUND,
        "/cards/1.1",
        "/cards/1.1/edit",
        "/cards/2.1/edit",
        "/summary",
        "/print",
        "/audit",
    ):
        desk.goto(portal + (path if path in {"/", ROUND, "/audit"} else ROUND + path))
        assert desk.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_the_pages_are_set_in_sarabun(desk, portal):
    desk.goto(f"{portal}{ROUND}")
    assert desk.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Sarabun'))")
    loaded = desk.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    assert "Sarabun" in loaded
