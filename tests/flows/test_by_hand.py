"""Signing in by hand: believed on the portal's own origin only, and proven before it is kept."""

from __future__ import annotations

import pytest

from esar_bot.errors import PersonNeeded, Unavailable
from flows.browser import open_browser
from flows.by_hand import prove, signed_in_by_hand
from tests.flows.conftest import in_loop, served

SIGN = "<p data-testid=signed-in>ผู้บันทึก</p>"
KEPT = "<script>document.cookie = 'session=here'; localStorage.setItem('token', 'kept')</script>"


def wait_for_a_person(profile, seconds=10.0):
    async def work():
        async with open_browser(headless=True) as browser:
            return await signed_in_by_hand(browser, profile, seconds)

    return in_loop(work())


def test_what_the_portal_left_is_given(pages, profile):
    pages.html["/login"] = KEPT + SIGN
    state = wait_for_a_person(profile)
    assert [(cookie["name"], cookie["value"]) for cookie in state["cookies"]] == [("session", "here")]
    assert [store["localStorage"] for store in state["origins"]] == [[{"name": "token", "value": "kept"}]]


def test_a_sign_elsewhere_is_not_believed_and_what_is_left_there_not_kept(pages, profile):
    with served() as elsewhere:
        there = elsewhere.url.replace("127.0.0.1", "localhost")
        elsewhere.html["/sso"] = KEPT + SIGN
        pages.redirects["/login"] = f"{there}/sso"
        with pytest.raises(PersonNeeded, match="ไม่มีผู้เข้าสู่ระบบ"):
            wait_for_a_person(profile, 2)
        assert elsewhere.seen

        back = f"<script>setTimeout(() => location = '{pages.url}/', 300)</script>"
        elsewhere.html["/sso"], pages.html["/"] = KEPT + SIGN + back, SIGN
        state = wait_for_a_person(profile)
    assert state == {"cookies": [], "origins": []}


def test_nobody_is_waited_for_without_end(pages, profile):
    pages.html["/login"] = "<input type=password>"
    with pytest.raises(PersonNeeded, match="ไม่มีผู้เข้าสู่ระบบ"):
        wait_for_a_person(profile, 0.5)


def test_a_login_page_that_does_not_come_is_said(profile):
    nobody = profile.model_copy(update={"base_url": "http://127.0.0.1:9"})
    with pytest.raises(Unavailable):
        wait_for_a_person(nobody)


def test_a_login_that_no_other_window_shares_is_not_kept(pages, profile):
    pages.html["/2570/9m"] = "<input type=password>"

    async def work():
        async with open_browser(headless=True) as browser:
            state = {"cookies": [], "origins": []}
            await prove(browser, profile, state, fiscal_year=2570, round="9m")

    with pytest.raises(PersonNeeded, match="เก็บการเข้าสู่ระบบนี้ไว้ใช้ภายหลังไม่ได้"):
        in_loop(work())
    assert pages.posts() == []
