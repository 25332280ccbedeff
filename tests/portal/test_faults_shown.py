"""Faults that only a browser meets: dialogs, scripts that undo what was typed, connections that end."""

import pytest
from playwright.sync_api import Error, expect

from tests.portal.person import FULL, ROUND, Person

FORM = f"{ROUND}/cards/1.1/edit"
PERFORMANCE = "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ"


@pytest.fixture
def person(portal):
    somebody = Person(portal).sign_in()
    yield somebody
    somebody.http.close()


@pytest.fixture
def asked(desk):
    """The dialogs that the desk has seen, as (type, message); the last of its answers is given."""
    seen, answers = [], [True]

    def answer(dialog):
        seen.append((dialog.type, dialog.message))
        (dialog.accept if answers[-1] else dialog.dismiss)()

    desk.on("dialog", answer)
    desk.answers = answers
    return seen


def save(desk, performance):
    desk.get_by_label(PERFORMANCE).fill(performance)
    desk.get_by_role("button", name="บันทึกร่าง").click()


def test_a_page_says_something_as_it_opens(desk, portal, person, asked):
    person.switch_on('dialog message="แจ้งปิดระบบ คืนนี้" path=/audit$')
    desk.goto(f"{portal}/audit")
    assert asked == [("alert", "แจ้งปิดระบบ คืนนี้")]
    desk.goto(f"{portal}/audit")
    assert len(asked) == 1


def test_a_form_is_sent_only_after_yes(desk, portal, person, asked):
    person.switch_on("dialog ask=confirm message=แน่ใจหรือไม่ count=0")
    desk.goto(f"{portal}/audit")
    desk.goto(portal + FORM)
    desk.answers.append(False)
    save(desk, "ยังไม่ส่ง")
    assert asked == [("confirm", "แน่ใจหรือไม่")]
    assert person.card()["saves"] == 0
    desk.answers.append(True)
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_test_id("saved")).to_be_visible()
    assert person.card()["fields"]["performance"] == "ยังไม่ส่ง"
    assert {path for _, _, path in person.met()} == {FORM}, "a page without such a form is no occasion"


def test_a_submission_is_asked_about_twice_then(desk, portal, person, asked):
    person.fill()
    person.switch_on("dialog ask=confirm message=แน่ใจหรือไม่ path=/summary$")
    desk.goto(f"{portal}{ROUND}/summary")
    desk.get_by_label("ข้าพเจ้าขอรับรองว่าข้อมูลและหลักฐานที่รายงานถูกต้องครบถ้วนตามจริง").check()
    desk.get_by_role("button", name="ส่งรายงาน").click()
    expect(desk.get_by_test_id("confirmation-number")).to_be_visible()
    assert [message[:10] for _, message in asked] == ["แน่ใจหรือไ", "ยืนยันการส"]


def test_a_page_asks_before_it_is_left(desk, portal, person, asked):
    person.switch_on("dialog ask=beforeunload path=/edit$")
    desk.goto(portal + FORM)
    desk.get_by_label(PERFORMANCE).click()  # browsers ask only where a person did something
    desk.get_by_role("link", name="ย้อนกลับ").click()
    expect(desk.get_by_test_id("round-status")).to_be_visible()
    assert [kind for kind, _ in asked] == ["beforeunload"]


def test_a_script_resets_a_field_after_it_was_filled(desk, portal, person):
    person.save(**FULL)
    person.switch_on("late-reset field=performance seconds=0.5")
    desk.goto(portal + FORM)
    desk.get_by_label(PERFORMANCE).fill("ใหม่")
    expect(desk.get_by_label(PERFORMANCE)).to_have_value("ใหม่")
    expect(desk.get_by_label(PERFORMANCE)).to_have_value(FULL["performance"])
    assert person.met() == [("late-reset", "GET", FORM)]


def test_line_ends_are_shown_as_they_are_stored(desk, portal, person):
    person.switch_on("crlf")
    person.save(performance="ก\nข")
    desk.goto(f"{portal}{ROUND}/cards/1.1")
    assert desk.locator("[data-field=performance]").evaluate("e => e.textContent") == "ก\r\nข"


def test_a_field_nobody_knows_keeps_the_browser_from_sending(desk, portal, person):
    person.switch_on("unknown-required label=ผู้ให้ข้อมูล")
    desk.goto(portal + FORM)
    save(desk, "ก")
    assert desk.get_by_label("ผู้ให้ข้อมูล").evaluate("e => e.validity.valueMissing")
    assert person.card()["saves"] == 0
    desk.get_by_label("ผู้ให้ข้อมูล").fill("กองแผนงาน")
    desk.get_by_role("button", name="บันทึกร่าง").click()
    expect(desk.get_by_test_id("saved")).to_be_visible()


def test_the_browser_sees_a_dropped_save_as_such(desk, portal, person):
    desk.goto(portal + FORM)
    person.switch_on("drop method=POST when=after count=0")
    failed = []
    desk.on("requestfailed", lambda request: failed.append((request.method, request.failure)))
    save(desk, "ก")
    desk.wait_for_url("chrome-error://**")
    assert failed[0][0] == "POST"
    assert person.card()["saves"] >= 1


def test_the_browser_cannot_open_a_portal_that_restarts(desk, portal, person):
    person.switch_on("restart seconds=30 path=/audit$")
    with pytest.raises(Error, match="net::ERR"):
        desk.goto(f"{portal}/audit")
    with pytest.raises(Error, match="net::ERR"):
        desk.goto(f"{portal}/login")


def test_maintenance_fits_a_phone(desk, portal, person):
    person.switch_on("maintenance")
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"{portal}/")
    expect(desk.get_by_test_id("maintenance")).to_contain_text("ปิดปรับปรุงระบบ")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
