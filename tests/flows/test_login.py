"""Signing in: only on the profile's own origin, once, and without the password in any message (P2, P8)."""

from __future__ import annotations

import pytest

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from flows.pages.login import Credentials, sign_in
from tests.flows.conftest import served

LOGIN = (
    "<form method=post action=/login><label for=u>ชื่อผู้ใช้</label><input id=u name=u>"
    "<label for=p>รหัสผ่าน</label><input id=p name=p type=password {attributes}>"
    "<button>เข้าสู่ระบบ</button></form>"
)


def login(in_browser):
    async def work(session):
        async with session.page() as page:
            await sign_in(page, session.profile, Credentials("officer", "canary-password"))

    return in_browser(work)


def test_a_login_page_elsewhere_gets_no_password(pages, in_browser):
    with served() as elsewhere:
        elsewhere.html["/login"] = LOGIN
        pages.redirects["/login"] = f"{elsewhere.url}/login"
        with pytest.raises(PortalChanged, match=elsewhere.url):
            login(in_browser)
        assert elsewhere.posts() == []


def test_a_refusal_is_said_in_the_portals_words(pages, in_browser):
    pages.html["/login"] = LOGIN + "<p role=alert>ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง</p>"
    with pytest.raises(PersonNeeded, match="ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง"):
        login(in_browser)
    assert len(pages.posts()) == 1


@pytest.mark.parametrize(
    "html", [LOGIN.replace("{attributes}", "disabled"), LOGIN.replace("<button>", "<b>")]
)
def test_a_form_that_cannot_be_filled_does_not_tell_the_password(pages, in_browser, html):
    pages.html["/login"] = html
    with pytest.raises((PortalChanged, Unavailable)) as caught:
        login(in_browser)
    shown = f"{caught.value} {caught.value.__cause__} {caught.value.__dict__}"
    assert "canary-password" not in shown
    assert caught.value.__suppress_context__


def test_credentials_hide_their_password():
    assert "canary" not in repr(Credentials("officer", "canary-password"))
