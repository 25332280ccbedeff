import re

import pytest

from tests.portal.person import FULL, ROUND, by_testid, elements, text

YEAR_END = "/2570/12m"


def status(page):
    return by_testid(page, "round-status")[0][1]["data-status"]


def row(page, number):
    (found,) = elements(page, data_testid="indicator-row", data_indicator=number)
    return found[2]


def test_home_shows_the_rounds_with_their_windows(officer):
    page = officer.get("/")
    rows = {r[1]["data-round"]: r[2] for r in by_testid(page, "round-row")}
    assert list(rows) == ["3m", "6m", "9m", "12m"]
    assert "1 กรกฎาคม 2570" in rows["9m"]
    assert "31 กรกฎาคม 2570" in rows["9m"]
    assert "31 ตุลาคม 2570" in rows["12m"]
    assert elements(page, href=ROUND)


def test_the_list_shows_active_indicators_by_dimension(officer):
    page = officer.get(ROUND)
    (title,) = (e for e in elements(page) if e[0] == "h1")
    assert title[2] == "รายงานการประเมินผลตนเอง รอบ 9 เดือน"
    assert status(page) == "draft"
    assert by_testid(page, "round-window")[0][1]["data-window"] == "open"
    assert [r[1]["data-indicator"] for r in by_testid(page, "indicator-row")] == ["1.1", "1.2", "2.1", "3.1"]
    assert "เริ่มรายงานรอบถัดไป" in page.text
    assert "ยกเลิกตัวชี้วัด" in page.text
    assert [e[2] for e in elements(page) if e[0] == "h2"][:3] == [
        "มิติภายนอก ด้านประสิทธิผล",
        "มิติภายนอก ด้านคุณภาพ",
        "มิติภายใน",
    ]


def test_rounds_differ_in_indicators_and_weights(officer):
    assert "3.2" in [r[1]["data-indicator"] for r in by_testid(officer.get(YEAR_END), "indicator-row")]
    assert "3.3" in [r[1]["data-indicator"] for r in by_testid(officer.get("/2570/3m"), "indicator-row")]
    assert " 35 " in " ".join(row(officer.get(YEAR_END), "1.1").split())
    assert " 15 " in " ".join(row(officer.get(ROUND), "2.1").split())


def test_the_list_shows_how_far_a_card_is(officer):
    officer.save(files=[("a.pdf", b"1"), ("b.pdf", b"1")], **FULL)
    shown = row(officer.get(ROUND), "1.1")
    assert "ร่าง" in shown
    assert "แก้ไข" in shown
    assert "20 ก.ค. 2570 10.04 น." in shown
    assert "บันทึก" in row(officer.get(ROUND), "1.2")
    counts = [e[2] for e in by_testid(officer.get(ROUND), "evidence-count")]
    assert counts == ["2", "0", "0", "0"]


@pytest.mark.parametrize(
    "path",
    [
        "/2569/9m",
        "/2570/1m",
        f"{ROUND}/cards/9.9",
        f"{ROUND}/cards/3.2/edit",
        f"{ROUND}/cards/3.3",
        f"{ROUND}/nothing",
        "/%00/%F0%28/cards/%2e%2e/edit",
        "/2570/9m/cards/1.1/evidence/99999999999999999999999",
        "/2570/9m/cards/1.1/evidence/๑",
        "/2570/9m/receipt",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_in_thai(officer, path):
    page = officer.get(path)
    assert page.status_code == 404
    assert "ไม่พบ" in page.text or "ยังไม่มี" in page.text


def test_the_summary_weighs_and_adds_up(officer):
    officer.save("1.1", result="87.43", score="3.9720")
    officer.save("1.2", result="N/A")
    officer.save("2.1", result="4", score="4")
    officer.save("3.1", result="1201", score="75.5555")
    page = officer.get(f"{ROUND}/summary")
    rows = {r[1]["data-indicator"]: r[2] for r in by_testid(page, "summary-row")}
    assert rows["1.1"].endswith("4087.433.97201.5888")
    assert rows["1.2"].endswith("20N/A--")
    assert rows["2.1"].endswith("1544.00000.6000")
    # 25 % x 75.5555 x 5 / 100 = 0.94444375
    assert rows["3.1"].endswith("25120175.55550.9444")
    # the sum of what is not rounded: 1.5888 + 0.6 + 0.94444375
    assert text(page, "total-score") == "3.1332"
    # 40 x 3.972 / 60; 4; 75.5555 / 20
    assert [e[2] for e in by_testid(page, "group-score")] == ["2.6480", "4.0000", "3.7778"]


def test_an_empty_summary_shows_dashes(officer):
    page = officer.get(f"{ROUND}/summary")
    assert text(page, "total-score") == "-"


def test_what_is_incomplete_is_said_before_and_refused_at_submission(officer):
    officer.save("1.1", result="N/A", performance="ยังไม่ถึงกำหนด")
    officer.save("1.2", result="5", performance="  \n ")
    before = text(officer.get(f"{ROUND}/summary"), "incomplete")
    assert "ตัวชี้วัดที่ 1.1" not in before
    answer = officer.submit()
    assert answer.status_code == 422
    said = text(answer, "errors")
    assert "ตัวชี้วัดที่ 1.2: ค่าคะแนนที่ได้, คำชี้แจง" in said
    assert "ตัวชี้วัดที่ 3.1: ผลการดำเนินงาน" in said
    assert officer.state()["rounds"]["9m"]["confirmation"] is None


def test_a_year_end_report_needs_evidence(officer):
    officer.fill(YEAR_END)
    answer = officer.submit(YEAR_END)
    assert answer.status_code == 422
    assert "แนบไฟล์หลักฐานอ้างอิง (อย่างน้อย 1 ไฟล์)" in text(answer, "errors")
    officer.fill(YEAR_END, files=[("a.pdf", b"1")])
    assert officer.submit(YEAR_END).status_code == 303


def test_without_the_declaration_nothing_is_submitted(officer):
    officer.fill()
    answer = officer.post(f"{ROUND}/submit")
    assert answer.status_code == 422
    assert "รับรองความถูกต้อง" in text(answer, "errors")
    assert officer.state()["rounds"]["9m"]["status"] == "draft"


def test_the_submission_is_confirmed_by_a_number(officer):
    officer.fill()
    answer = officer.submit()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROUND}/receipt")
    page = officer.get(f"{ROUND}/receipt")
    number = text(page, "confirmation-number")
    assert re.fullmatch(r"ESAR-2570-09M-[2-9A-Z]{6}", number)
    assert text(page, "confirmation") == (
        f"ระบบได้รับรายงานการประเมินผลตนเอง รอบ 9 เดือน แล้ว เลขที่ยืนยัน {number} "
        "เมื่อวันที่ 20 กรกฎาคม 2570 เวลา 10.04.05 น."
    )
    assert text(officer.get(ROUND), "confirmation-number") == number
    assert text(officer.get(f"{ROUND}/summary"), "confirmation-number") == number
    assert officer.state()["rounds"]["9m"]["confirmation"] == number
    assert status(officer.get(ROUND)) == "submitted"


def test_a_second_submission_changes_nothing(officer):
    officer.fill()
    officer.submit()
    number = text(officer.get(f"{ROUND}/receipt"), "confirmation-number")
    again = officer.submit()
    assert again.status_code == 409
    assert text(again, "confirmation-number") == number
    assert text(officer.get(f"{ROUND}/receipt"), "confirmation-number") == number


def test_a_submitted_report_is_locked(officer):
    officer.fill(files=[("a.pdf", b"1")])
    row_ = by_testid(officer.get(f"{ROUND}/cards/1.1/edit"), "evidence-row")[0]
    number = row_[1]["data-evidence-id"]
    officer.submit()
    before = officer.state()["rounds"]
    for answer in (
        officer.save(performance="เปลี่ยน", files=[("b.pdf", b"2")]),
        officer.post(f"{ROUND}/cards/1.1/evidence/{number}/delete"),
    ):
        assert answer.status_code == 409
        assert "ไม่สามารถแก้ไขได้" in answer.text
    assert officer.state()["rounds"] == before
    form = officer.get(f"{ROUND}/cards/1.1/edit")
    assert by_testid(form, "locked-notice")
    assert "บันทึกร่าง" not in form.text
    assert officer.save(where="/2570/6m", performance="รอบอื่น").status_code == 303


def test_returned_edited_submitted_again_and_accepted(officer, assessor):
    officer.fill()
    officer.submit()
    first = text(officer.get(f"{ROUND}/receipt"), "confirmation-number")
    empty = assessor.post(f"/assessor{ROUND}/cards/1.2/return", {"remark": " "})
    assert empty.status_code == 422
    assert "กรุณาระบุหมายเหตุ" in empty.text
    remark = "แนบรายงาน <b>เพิ่ม</b>"
    back = assessor.post(f"/assessor{ROUND}/cards/1.2/return", {"remark": remark})
    assert (back.status_code, back.headers["location"]) == (303, f"/assessor{ROUND}")

    page = officer.get(ROUND)
    assert status(page) == "returned"
    states = [e[1]["data-status"] for e in by_testid(page, "card-status")]
    assert states == ["submitted", "returned", "submitted", "submitted"]
    assert remark in text(page, "remark")
    assert remark in text(officer.get(f"{ROUND}/cards/1.2"), "remark")
    assert remark in text(officer.get(f"{ROUND}/cards/1.2/edit"), "remark")
    assert officer.save("1.1", performance="ไม่ใช่ใบนี้").status_code == 409
    assert officer.save("1.2", performance="แก้ไขแล้ว").status_code == 303
    assert assessor.post(f"/assessor{ROUND}/accept").status_code == 409

    assert officer.submit().status_code == 303
    receipt = officer.get(f"{ROUND}/receipt")
    second = text(receipt, "confirmation-number")
    assert second != first
    assert first in text(receipt, "confirmation-history")
    assert "แนบรายงาน" not in officer.get(ROUND).text

    assert by_testid(assessor.get(f"/public{ROUND}"), "not-published")
    assert assessor.post(f"/assessor{ROUND}/accept").status_code == 303
    assert status(officer.get(ROUND)) == "accepted"
    assert officer.save("1.2", performance="สาย").status_code == 409
    assert officer.submit().status_code == 409
    assert assessor.post(f"/assessor{ROUND}/cards/1.2/return", {"remark": "สาย"}).status_code == 409


def test_the_public_page_opens_with_acceptance(officer, assessor, anybody):
    hidden = anybody.get(f"/public{ROUND}")
    assert (hidden.status_code, text(hidden, "not-published")) == (200, "ยังไม่เผยแพร่ผล")
    officer.fill()
    officer.submit()
    assert by_testid(anybody.get(f"/public{ROUND}"), "not-published")
    assessor.post(f"/assessor{ROUND}/accept")
    page = anybody.get(f"/public{ROUND}")
    assert "กรมตัวอย่างเพื่อการซ้อม" in page.text
    assert "3.9720" in text(page, "public-result")
    assert "ดำเนินการตามแผน" not in page.text


def test_roles_keep_to_their_pages(officer, assessor):
    officer.fill()
    assert officer.get(f"/assessor{ROUND}").status_code == 403
    assert officer.post(f"/assessor{ROUND}/accept").status_code == 403
    assert officer.post(f"/assessor{ROUND}/cards/1.1/return", {"remark": "x"}).status_code == 403
    assert assessor.get(f"{ROUND}/cards/1.1/edit").status_code == 403
    assert assessor.save(performance="x").status_code == 403
    assert assessor.submit().status_code == 403
    for path in ("/", ROUND, f"{ROUND}/cards/1.1", f"{ROUND}/summary", f"{ROUND}/print", "/audit"):
        assert assessor.get(path).status_code == 200
    assert assessor.get(f"/assessor{ROUND}").status_code == 200
    assert officer.state()["rounds"]["9m"]["status"] == "draft"


def test_the_print_view_holds_every_card(officer):
    officer.fill()
    page = officer.get(f"{ROUND}/print")
    assert [e[2] for e in by_testid(page, "card-indicator")] == ["1.1", "1.2", "2.1", "3.1"]
    assert [e[2] for e in elements(page, data_field="performance")] == ["ดำเนินการตามแผน"] * 4


def test_everything_is_in_the_audit_log_newest_first(officer, assessor, anybody):
    anybody.try_password("officer", "wrong")
    officer.save(files=[("a.pdf", b"1")], **FULL)
    number = by_testid(officer.get(f"{ROUND}/cards/1.1"), "evidence-row")[0][1]["data-evidence-id"]
    officer.post(f"{ROUND}/cards/1.1/evidence/{number}/delete")
    officer.fill(skip=["1.1"])
    officer.submit()
    assessor.post(f"/assessor{ROUND}/cards/1.2/return", {"remark": "แก้"})
    officer.submit()
    assessor.post(f"/assessor{ROUND}/accept")
    rows = [" ".join(r[2].split()) for r in by_testid(officer.get("/audit"), "audit-row")]
    assert "รับรองรายงาน" in rows[0]
    for what in (
        "officer" + "เข้าสู่ระบบ",
        "เข้าสู่ระบบไม่สำเร็จ",
        "ผลการดำเนินงาน, ค่าคะแนนที่ได้, คำชี้แจงการปฏิบัติงาน",
        "แนบไฟล์หลักฐาน",
        "ลบไฟล์หลักฐาน",
        "ส่งรายงาน",
        "ส่งคืนแก้ไข",
    ):
        assert any(what in r for r in rows), what


def test_the_audit_log_is_paged(officer):
    for n in range(51):
        officer.save(performance=str(n))
    for wanted in ("2", "0", "-1", "x", "๒", "9" * 400, ""):
        page = officer.get("/audit", params={"page": wanted})
        assert page.status_code == 200
        assert "จาก 2" in page.text
        assert by_testid(page, "audit-row")
    assert len(by_testid(officer.get("/audit?page=2"), "audit-row")) == 2
