"""What the login asks besides a password: nobody is signed in before it is right."""

import re
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import expect

from mock_portal.server import running
from tests.portal.person import Person, by_testid, elements, text
from tests.rehearsal import environment_of_the_bot

ACCOUNT = {"username": "officer", "password": "rehearse-2570"}


@pytest.fixture
def at_login(make_app, new_person):
    """Starts a portal with a second step, and gives somebody who stands before its login."""
    open_portals = []

    def start(step) -> Person:
        context = running(make_app(second_step=step))
        open_portals.append(context)
        return new_person(context.__enter__())

    yield start
    for context in open_portals:
        context.__exit__(None, None, None)


def alert(page):
    return elements(page, role="alert")[0][2]


def is_signed_in(person):
    return bool(by_testid(person.get("/", follow_redirects=True), "signed-in"))


def picture(page):
    return "".join(tag[2] for tag in elements(page) if tag[0] == "text")


def post_from(person, page, path, **data):
    token = elements(page, name="csrf_token")[0][1]["value"]
    return person.http.post(path, data={"csrf_token": token, **data})


def test_a_portal_without_a_second_step_has_no_page_for_one(anybody):
    assert anybody.get("/login/otp").status_code == 404
    assert anybody.get("/login/thaid").status_code == 404
    assert anybody.get("/__test__/otp").status_code == 404
    assert not by_testid(anybody.get("/login"), "captcha")


# captcha


def test_the_characters_of_the_picture_are_asked_for(at_login):
    person = at_login("captcha")
    page = person.get("/login?next=/audit")
    assert by_testid(page, "captcha")
    assert "รหัสที่เห็นในภาพ" in [e[2] for e in elements(page, _for="captcha")]
    assert len(picture(page)) == 5
    answer = post_from(person, page, "/login", **ACCOUNT, captcha=picture(page).lower(), next="/audit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    assert is_signed_in(person)


@pytest.mark.parametrize("typed", ["", "wrong", "ก", "\x00"])
def test_wrong_characters_are_refused_and_drawn_anew(at_login, typed):
    person = at_login("captcha")
    before = person.get("/login")
    answer = post_from(person, before, "/login", **ACCOUNT, captcha=typed)
    assert answer.status_code == 401
    assert "รหัสที่เห็นในภาพไม่ถูกต้อง" in alert(answer)
    assert picture(answer) != picture(before)
    again = post_from(person, before, "/login", **ACCOUNT, captcha=picture(before))
    assert again.status_code == 401, "the first picture counts no more"
    assert not is_signed_in(person)


def test_each_session_has_a_picture_of_its_own(at_login, new_person):
    one = at_login("captcha")
    other = new_person(one.url)
    mine, theirs = one.get("/login"), other.get("/login")
    assert post_from(one, mine, "/login", **ACCOUNT, captcha=picture(theirs)).status_code == 401


def test_right_characters_do_not_make_up_for_a_wrong_password(at_login):
    person = at_login("captcha")
    page = person.get("/login")
    answer = post_from(person, page, "/login", username="officer", password="x", captcha=picture(page))
    assert "4 ครั้ง" in alert(answer)


# otp


def test_the_code_signs_in_and_leads_where_the_login_would_have(at_login):
    person = at_login("otp")
    answer = person.try_password(**ACCOUNT, next_="/audit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/otp")
    assert not is_signed_in(person)
    page = person.get("/login/otp")
    assert by_testid(page, "otp-page")
    assert elements(page, _for="otp")[0][2] == "รหัส OTP"
    code = person.get("/__test__/otp").json()["otp"]
    assert re.fullmatch("[0-9]{6}", code)
    answer = post_from(person, page, "/login/otp", otp=f" {code} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    assert is_signed_in(person)


def test_a_wrong_password_is_not_asked_for_a_code(at_login):
    person = at_login("otp")
    assert person.try_password("officer", "x").status_code == 401
    assert person.get("/login/otp").headers["location"] == "/login"
    assert person.http.post("/login/otp", data={"otp": "1"}).headers["location"] == "/login"


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(at_login, clock):
    person = at_login("otp")
    code = person.get("/__test__/otp").json()["otp"]
    wrong = "000000" if code != "000000" else "000001"
    for left in (4, 3, 2, 1):
        person.try_password(**ACCOUNT)  # a right password gives no further tries
        page = person.get("/login/otp")
        answer = post_from(person, page, "/login/otp", otp=wrong)
        assert answer.status_code == 401
        assert f"รหัส OTP ไม่ถูกต้อง ท่านสามารถลองได้อีก {left} ครั้ง" in alert(answer)
    assert "ระงับชั่วคราว" in alert(post_from(person, page, "/login/otp", otp=wrong))
    assert "ระงับชั่วคราว" in alert(post_from(person, page, "/login/otp", otp=code))
    assert not is_signed_in(person)
    clock.forward(minutes=16)
    assert post_from(person, page, "/login/otp", otp=code).status_code == 303
    assert is_signed_in(person)


def test_a_code_without_the_token_of_its_page_is_refused(at_login):
    person = at_login("otp")
    person.try_password(**ACCOUNT)
    code = person.get("/__test__/otp").json()["otp"]
    assert person.http.post("/login/otp", data={"otp": code}).status_code == 403


# ThaID


def test_the_app_signs_in_without_any_password(at_login):
    person = at_login("thaid")
    page = person.get("/login?next=/audit")
    assert not [e for e in elements(page) if e[1].get("type") == "password"]
    assert [e[2] for e in elements(page) if e[0] == "button"] == ["เข้าสู่ระบบด้วย ThaID"]
    answer = post_from(person, page, "/login", next="/audit")
    assert answer.headers["location"] == "/login/thaid"
    page = person.get("/login/thaid")
    assert by_testid(page, "thaid-page")
    assert "ใช้แทนโทรศัพท์ในการซ้อมเท่านั้น" in page.text
    assert not is_signed_in(person)
    answer = post_from(person, page, "/login/thaid", account="assessor")
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    assert "ผู้ประเมิน" in text(person.get("/"), "signed-in")


def test_the_app_knows_the_demonstration_accounts_only(at_login):
    person = at_login("thaid")
    assert person.get("/login/thaid").headers["location"] == "/login"
    assert person.http.post("/login/thaid", data={}).headers["location"] == "/login"
    post_from(person, person.get("/login"), "/login")
    page = person.get("/login/thaid")
    assert post_from(person, page, "/login/thaid", account="somebody").status_code == 422
    assert person.http.post("/login/thaid", data={"account": "officer"}).status_code == 403
    assert not is_signed_in(person)


def test_a_reset_forgets_who_was_waiting(at_login):
    person = at_login("otp")
    person.try_password(**ACCOUNT)
    person.http.delete("/__test__/state")
    assert person.get("/login/otp").headers["location"] == "/login"


@pytest.mark.parametrize("step", ["captcha", "otp", "thaid"])
def test_a_person_passes_by_hand(at_login, page, step):
    person = at_login(step)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{person.url}/login")
    if step == "captcha":
        page.get_by_label("รหัสที่เห็นในภาพ").fill("".join(page.locator("svg text").all_text_contents()))
    if step != "thaid":
        page.get_by_label("ชื่อผู้ใช้").fill("officer")
        page.get_by_label("รหัสผ่าน", exact=True).fill("rehearse-2570")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    if step == "otp":
        page.get_by_label("รหัส OTP").fill(person.get("/__test__/otp").json()["otp"])
        page.get_by_role("button", name="ยืนยันรหัส").click()
    if step == "thaid":
        page.get_by_role("button", name="ยืนยันแล้วในแอป").click()
    expect(page.get_by_test_id("signed-in")).to_be_visible()


@pytest.mark.parametrize("command", [["esar_bot", "mock-portal"], ["mock_portal"]])
def test_the_rehearsals_code_is_said_when_the_portal_starts(tmp_path, command):
    options = ["--second-step", "otp", "--test-api", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        [sys.executable, "-m", *command, *options],
        env=environment_of_the_bot({"PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as portal:
        said = ""
        while "Ctrl-C" not in said:
            said += portal.stdout.readline()
        (url,) = re.findall(r"http://127\.0\.0\.1:\d+", said)
        code = httpx.get(f"{url}/__test__/otp").json()["otp"]
        portal.kill()
    assert re.search(rf"OTP:? {code}\b", said)
