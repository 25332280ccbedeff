"""Signing in: only on the profile's own origin, once, and without the password in any message (P2, P8)."""

from __future__ import annotations

import asyncio

import pytest

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from flows.pages.login import Credentials, sign_in
from tests.flows.conftest import in_loop, served, session_on

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


@pytest.mark.parametrize(
    ("old", "new"),
    [("action=/login", "action={elsewhere}/login"), ("<button>", "<button formaction={elsewhere}/login>")],
    ids=["form", "button"],
)
def test_a_form_that_leads_elsewhere_gets_no_password(pages, in_browser, old, new):
    with served() as elsewhere:
        pages.html["/login"] = LOGIN.replace(old, new.format(elsewhere=elsewhere.url))
        with pytest.raises(PortalChanged, match=elsewhere.url):
            login(in_browser)
        assert elsewhere.posts() == []


def test_a_login_that_is_sent_on_elsewhere_arrives_nowhere(pages, in_browser):
    with served() as elsewhere:
        pages.html["/login"] = LOGIN.replace("action=/login", "action=/sent-on")
        pages.redirects["/sent-on"] = f"{elsewhere.url}/login"
        pages.statuses["/sent-on"] = 307
        with pytest.raises((PortalChanged, Unavailable)):
            login(in_browser)
        assert elsewhere.posts() == []


def test_a_refused_account_is_tried_once_however_many_cards_ask(pages, in_browser):
    pages.html["/login"] = LOGIN + "<p role=alert>ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง</p>"
    pages.redirects["/2570/9m"] = "/login"

    async def ask_twice(session):
        for _ in range(2):
            with pytest.raises(PersonNeeded):
                async with session.page() as page:
                    await session.open(page, session.profile.round, "round", fiscal_year=2570, round="9m")

    in_browser(ask_twice)
    assert len(pages.posts()) == 1


def test_a_session_that_ends_for_all_pages_at_once_is_renewed_once(pages, profile):
    pages.html["/login"] = LOGIN
    pages.html["/"] = "<p data-testid=signed-in>officer</p>"
    pages.html["/2570/9m"] = "<p data-testid=round-status>ร่าง</p>"
    pages.redirects["/2570/9m"] = "/login"
    pages.delays["/2570/9m"] = 0.2

    def sign_in_here():
        del pages.redirects["/2570/9m"]
        pages.redirects["/login"] = "/"

    pages.on_post["/login"] = sign_in_here

    async def ask(session):
        async with session.page() as page:
            await session.open(page, session.profile.round, "round", fiscal_year=2570, round="9m")

    async def work():
        async with session_on(profile.model_copy(update={"pages_at_once": 3})) as session:
            await asyncio.gather(*(ask(session) for _ in range(3)))

    in_loop(work())
    assert pages.posts() == ["/login"]


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
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_credentials_hide_their_password():
    assert "canary" not in repr(Credentials("officer", "canary-password"))
