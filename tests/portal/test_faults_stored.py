"""Faults in the portal's state and in what it stores: each does what it says, once, and is written down."""

import hashlib
import re

import pytest

from tests.portal.person import FULL, ROUND, by_testid, elements, text, typed

FORM = f"{ROUND}/cards/1.1/edit"
VIEW = f"{ROUND}/cards/1.1"
THAI = "น้ำ\u200bที่ปู่ย่า\u200bตั้งใจเก็บ\nไว้ใต้ถุน"


# state


def test_sessions_end_in_the_middle_of_a_card(officer, assessor):
    assert officer.get(FORM).status_code == 200
    officer.switch_on("expire-session method=POST")
    answer = officer.save(**FULL)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?expired=1")
    assert assessor.get("/").headers["location"].startswith("/login?expired=1")
    assert officer.card()["saves"] == 0
    assert officer.met() == [("expire-session", "POST", FORM)]


def test_a_stale_token_is_refused_and_a_new_one_is_not(officer):
    officer.token()
    officer.switch_on("stale-csrf")
    answer = officer.save(**FULL)
    assert answer.status_code == 403
    assert by_testid(answer, "csrf-error")
    officer.csrf = None
    assert officer.save(**FULL).status_code == 303, "still signed in, with a token of a new page"


def test_a_round_closes_for_good(officer):
    officer.switch_on(f"close-round method=POST path=^{ROUND}/cards/1.2")
    assert officer.save("1.1", **FULL).status_code == 303
    refused = officer.save("1.2", **FULL)
    assert refused.status_code == 403
    assert by_testid(refused, "closed-notice")
    assert officer.save("1.1", **FULL).status_code == 403
    assert officer.save("1.1", where="/2570/6m", **FULL).status_code == 303
    assert ("ผู้ดูแลระบบ", "ปิดรับรายงาน") in [line[:2] for line in officer.audit()]
    officer.http.delete("/__test__/faults")
    assert officer.save("1.1", **FULL).status_code == 403, "from now on means from now on"
    officer.http.delete("/__test__/state")
    officer.csrf = None
    assert officer.sign_in().save("1.1", **FULL).status_code == 303


def test_only_an_open_round_can_be_closed(officer):
    officer.switch_on("close-round count=0")
    for path in ("/", "/audit", "/2570/99m", "/x/9m", ROUND, ROUND):
        officer.get(path)
    assert officer.met() == [("close-round", "GET", ROUND)]


def test_another_person_edits_the_card_just_before(officer):
    officer.save(**FULL, obstacles="ของผู้บันทึก")
    officer.switch_on('edit path=/cards/1.1$ field=obstacles value="ของ บุคคลอื่น"')
    assert elements(officer.get(VIEW), data_field="obstacles")[0][2] == "ของ บุคคลอื่น"
    assert officer.audit()[0] == (
        "บุคคลอื่น",
        "บันทึกร่าง",
        "รอบ 9 เดือน ปีงบประมาณ พ.ศ. 2570 ตัวชี้วัดที่ 1.1",
        "obstacles",
    )
    assert officer.card()["saves"] == 1
    officer.switch_on("edit count=0")
    for path in ("/", ROUND, f"{ROUND}/cards/9.9", "/2570/99m/cards/1.1"):
        officer.get(path)
    assert officer.met() == []


# texts


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("truncate field=performance limit=5", THAI[:5]),
        ("lose-tones field=performance", "นำ\u200bทีปูยา\u200bตังใจเก็บ\nไวใตถุน"),
        ("lose-zwsp field=performance", THAI.replace("\u200b", "")),
        ("crlf field=performance", THAI.replace("\n", "\r\n")),
    ],
)
def test_a_text_is_stored_and_shown_otherwise(officer, fault, expected):
    officer.switch_on(fault)
    assert officer.save(performance=THAI, obstacles=THAI).status_code == 303
    assert officer.card()["fields"]["performance"] == expected
    assert officer.card()["fields"]["obstacles"] == THAI
    assert elements(officer.get(VIEW), data_field="performance")[0][2] == expected
    assert typed(officer.get(FORM), "performance") == expected
    assert len(officer.met()) == 1
    assert officer.save(performance=THAI).status_code == 303
    assert officer.card()["fields"]["performance"] == THAI


def test_two_fields_are_swapped(officer):
    officer.switch_on("swap field=result with=score")
    officer.save(result="1", score="2")
    assert (officer.card()["fields"]["result"], officer.card()["fields"]["score"]) == ("2", "1")


@pytest.mark.parametrize("fault", ["truncate limit=4000", "lose-tones", "lose-zwsp", "crlf", "swap"])
def test_a_fault_that_would_change_nothing_waits(officer, fault):
    officer.switch_on(fault)
    officer.save(performance="กขค", obstacles="เท่ากัน", suggestions="เท่ากัน")
    officer.save(result="ผิด")
    assert officer.met() == []


def test_line_ends_of_a_field_that_is_not_posted_again_are_no_mistake(officer):
    officer.switch_on("crlf")
    officer.save(performance="ก\nข")
    assert officer.save(obstacles="ค").status_code == 303
    assert officer.card()["fields"]["performance"] == "ก\r\nข"


def test_an_error_is_shown_though_all_was_saved(officer):
    officer.switch_on('error-though-saved message="ชนิดของไฟล์ ไม่ถูกต้อง"')
    answer = officer.save(files=[("a.pdf", b"1")], **FULL)
    assert answer.status_code == 422
    assert "ชนิดของไฟล์ ไม่ถูกต้อง" in text(answer, "errors")
    assert officer.card()["saves"] == 1
    assert officer.card()["fields"]["result"] == FULL["result"]
    assert [e["name"] for e in officer.card()["evidence"]] == ["a.pdf"]
    assert not by_testid(officer.get(FORM), "saved"), "nothing said afterwards that it was saved"
    assert "บันทึกร่าง" in [line[1] for line in officer.audit()]


# files


def names(officer):
    return [e["name"] for e in officer.card()["evidence"]]


def on_disk(tmp_path):
    return len(list((tmp_path / "data" / "evidence").iterdir()))


def test_the_second_file_is_ignored(officer, tmp_path):
    officer.switch_on("ignore-file")
    officer.save(files=[("z.pdf", b"0")])
    assert officer.met() == [], "one file alone is kept"
    officer.save(files=[("a.pdf", b"1"), ("b.pdf", b"2"), ("c.pdf", b"3")])
    assert names(officer) == ["z.pdf", "a.pdf", "c.pdf"]
    assert on_disk(tmp_path) == 3
    assert "b.pdf" not in [line[3] for line in officer.audit()]


def test_names_are_mangled_by_a_rule(officer):
    officer.switch_on("mangle-name")
    officer.save(**FULL)
    assert officer.met() == [], "there was no file"
    officer.save(files=[("รายงาน 1.0.pdf", b"1"), ("b.PNG", b"2")])
    assert names(officer) == ["รายงาน 1.0_202707201004051.pdf", "b_202707201004052.PNG"]
    officer.save(files=[("c.pdf", b"1")])
    assert names(officer)[2] == "c.pdf"


def test_evidence_is_stored_twice(officer, tmp_path):
    officer.switch_on("double-evidence")
    officer.save(files=[("a.pdf", b"123"), ("b.pdf", b"4")])
    assert names(officer) == ["a.pdf", "a.pdf", "b.pdf", "b.pdf"]
    assert officer.card()["evidence"][1]["sha256"] == hashlib.sha256(b"123").hexdigest()
    assert on_disk(tmp_path) == 4
    for row in by_testid(officer.get(VIEW), "evidence-name")[:2]:
        assert officer.get(row[1]["href"]).content == b"123"


def test_a_file_is_listed_when_it_was_scanned(officer, clock):
    officer.save(files=[("old.pdf", b"0")])
    officer.switch_on("scan seconds=5")
    officer.save(files=[("a.pdf", b"1"), ("b.pdf", b"2")])
    for path in (FORM, VIEW, f"{ROUND}/print"):
        page = officer.get(path)
        assert [e[2] for e in by_testid(page, "evidence-name")] == ["old.pdf"], path
        assert text(page, "scanning").startswith("กำลังตรวจไวรัส 2 ไฟล์")
    assert by_testid(officer.get(ROUND), "evidence-count")[0][2] == "1"
    assert names(officer) == ["old.pdf", "a.pdf", "b.pdf"], "they are stored all the while"
    clock.forward(seconds=5)
    for path in (FORM, VIEW):
        page = officer.get(path)
        assert [e[2] for e in by_testid(page, "evidence-name")] == ["old.pdf", "a.pdf", "b.pdf"]
        assert not by_testid(page, "scanning")


def test_a_scan_may_be_silent(officer, clock):
    officer.switch_on("scan seconds=5 silent=true")
    officer.save(files=[("a.pdf", b"1")])
    page = officer.get(VIEW)
    assert not by_testid(page, "evidence-name")
    assert not by_testid(page, "scanning")
    clock.forward(seconds=6)
    assert by_testid(officer.get(VIEW), "evidence-name")


# the form


def test_a_label_stands_there_twice(officer):
    officer.switch_on("twin-label field=performance")
    page = officer.get(FORM)
    same = [e for e in elements(page) if e[0] == "label" and e[2] == "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ"]
    assert [e[1]["for"] for e in same] == ["performance", "performance_2"]
    assert elements(page, name="performance_2")
    assert not elements(officer.get(FORM), name="performance_2")
    officer.switch_on("twin-label field=score")
    assert [e[1]["name"] for e in elements(officer.get(FORM), type="text")] == ["result", "score", "score_2"]
    assert officer.save(**FULL, score_2="9").status_code == 303
    assert officer.card()["fields"]["score"] == FULL["score"]


def test_a_field_nobody_knows_is_required_from_when_it_was_first_shown(officer):
    officer.switch_on("unknown-required")
    assert officer.save(**FULL).status_code == 303, "nobody was shown it yet"
    page = officer.get(FORM)
    assert "required" in elements(page, name="data_source")[0][1]
    assert "แหล่งที่มาของข้อมูล" in [e[2] for e in elements(page, _for="data_source")]
    for posted in ({}, {"data_source": ""}, {"data_source": " "}):
        refused = officer.save(**{**FULL, "result": "1"}, **posted)
        assert refused.status_code == 422
        assert "แหล่งที่มาของข้อมูล: กรุณาระบุข้อมูล" in text(refused, "errors")
    assert officer.card()["fields"]["result"] == FULL["result"]
    assert officer.save(**FULL, data_source="ทะเบียนกลาง").status_code == 303
    assert typed(officer.get(FORM), "data_source") == "ทะเบียนกลาง"
    assert len(officer.met()) == 1
    officer.http.delete("/__test__/faults")
    assert not elements(officer.get(FORM), name="data_source")
    assert officer.save(**FULL).status_code == 303


def test_no_script_of_a_fault_is_there_without_one(officer):
    for path in ("/", FORM, f"{ROUND}/summary"):
        page = officer.get(path)
        assert "faults.js" not in page.text
        assert not re.search("<template", page.text)
