import sqlite3

import httpx
import pytest

from mock_portal.accounts import DEMO_ACCOUNTS
from tests.portal.person import by_testid, elements, text


def alert(page):
    return elements(page, role="alert")[0][2]


def test_a_stranger_is_sent_to_the_login_and_then_where_they_wanted(anybody):
    away = anybody.get("/2570/9m")
    assert away.status_code == 303
    assert away.headers["location"] == "/login?next=/2570/9m"
    back = anybody.try_password("officer", "rehearse-2570", "/2570/9m")
    assert (back.status_code, back.headers["location"]) == (303, "/2570/9m")


def test_the_header_names_the_person_and_the_agency(officer):
    header = text(officer.get("/"), "signed-in")
    assert "นางสาวตัวอย่าง ละเอียดงาน" in header
    assert "กรมตัวอย่างเพื่อการซ้อม" in header
    assert elements(officer.get("/"), action="/logout")


@pytest.mark.parametrize(
    "target",
    [
        "https://example.com/",
        "//example.com",
        "/\\example.com",
        "javascript:alert(1)",
        "/\x01",
        "\t//x",
        "//[",
    ],
)
def test_the_way_on_after_login_stays_on_the_portal(anybody, target):
    answer = anybody.try_password("officer", "rehearse-2570", target)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_wrong_password_is_counted_and_the_account_locked(anybody, clock):
    for left in (4, 3, 2, 1):
        answer = anybody.try_password("officer", "wrong")
        assert answer.status_code == 401
        assert "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง" in alert(answer)
        assert f"{left} ครั้ง" in alert(answer)
    assert "บัญชีถูกระงับชั่วคราว" in alert(anybody.try_password("officer", "wrong"))
    right = anybody.try_password("officer", "rehearse-2570")
    assert right.status_code == 401
    assert "บัญชีถูกระงับชั่วคราว" in alert(right)
    clock.forward(minutes=14, seconds=59)
    assert anybody.try_password("officer", "rehearse-2570").status_code == 401
    clock.forward(seconds=2)
    assert anybody.try_password("officer", "rehearse-2570").status_code == 303


def test_a_right_password_starts_the_count_anew(anybody):
    anybody.try_password("officer", "wrong")
    anybody.sign_in()
    anybody.post("/logout")
    assert "4 ครั้ง" in alert(anybody.try_password("officer", "wrong"))


def test_an_unknown_name_is_not_told_apart_from_a_wrong_password(anybody):
    assert alert(anybody.try_password("nobody", "x")) == alert(anybody.try_password("officer", "x"))


def test_a_session_ends_after_two_idle_hours(officer, clock):
    token = officer.token()
    clock.forward(seconds=7200)
    assert officer.get("/").status_code == 200
    clock.forward(seconds=7201)
    late = officer.get("/2570/9m")
    assert late.status_code == 303
    assert late.headers["location"] == "/login?expired=1&next=/2570/9m"
    assert "หมดเวลาการใช้งาน กรุณาเข้าสู่ระบบใหม่" in officer.get(late.headers["location"]).text
    post = officer.post("/2570/9m/submit", token=token)
    assert post.status_code == 303
    assert post.headers["location"].startswith("/login")


def test_a_post_with_an_expired_session_goes_to_the_login(officer, clock):
    token = officer.token()
    clock.forward(seconds=7201)
    post = officer.post("/2570/9m/submit", token=token)
    assert (post.status_code, post.headers["location"]) == (303, "/login?expired=1")


def test_the_login_form_itself_may_expire(anybody, clock):
    token = anybody.token("/login")
    clock.forward(seconds=7201)
    late = anybody.post("/login", {"username": "officer", "password": "rehearse-2570"}, token=token)
    assert (late.status_code, late.headers["location"]) == (303, "/login?expired=1")


def test_signing_out_ends_the_session_on_the_server(officer):
    cookie = officer.http.cookies["esar_session"]
    assert officer.post("/logout").status_code == 303
    again = httpx.get(officer.url + "/", cookies={"esar_session": cookie})
    assert again.headers["location"].startswith("/login?expired=1")


def test_the_session_changes_at_login_and_the_cookie_is_kept_from_scripts(anybody):
    anybody.get("/login")
    before = anybody.http.cookies["esar_session"]
    answer = anybody.try_password("officer", "rehearse-2570")
    assert anybody.http.cookies["esar_session"] != before
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "path",
    [
        "/logout",
        "/2570/9m/submit",
        "/2570/9m/cards/1.1/edit",
        "/2570/9m/cards/1.1/evidence/1/delete",
    ],
)
@pytest.mark.parametrize("token", ["", "wrong", "ผิด"])
def test_every_form_needs_the_token_of_its_session(officer, path, token):
    refused = officer.post(path, token=token)
    assert refused.status_code == 403
    assert "ไม่สามารถยืนยันความถูกต้องของแบบฟอร์ม" in refused.text
    assert by_testid(refused, "csrf-error")


def test_the_login_needs_a_token_too(anybody):
    data = {"username": "officer", "password": "rehearse-2570"}
    assert anybody.post("/login", data, token="").status_code == 403


def test_passwords_are_stored_hashed(make_app, tmp_path):
    make_app()
    with sqlite3.connect(tmp_path / "data" / "portal.sqlite") as db:
        rows = db.execute("SELECT username, password, salt FROM accounts").fetchall()
    db.close()
    assert len(rows) == len(DEMO_ACCOUNTS)
    for username, password, salt in rows:
        plain = next(a.password for a in DEMO_ACCOUNTS if a.username == username)
        assert plain.encode() not in password
        assert len(salt) == 16


def test_somebody_signed_in_is_not_asked_again(officer):
    answer = officer.get("/login?next=/audit")
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
