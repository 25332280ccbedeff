"""Signing in: only on the profile's own origin, once, and without the password in any message (P2, P8)."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from flows.pages.card_address import CardAddress
from flows.pages.card_view import read_card
from flows.pages.evidence import EvidenceReader
from flows.pages.login import Credentials
from tests.flows.conftest import in_loop, served, session_on

LOGIN = (
    "<form method=post action=/login><label for=u>ชื่อผู้ใช้</label><input id=u name=u>"
    "<label for=p>รหัสผ่าน</label><input id=p name=p type=password {attributes}>"
    "<button>เข้าสู่ระบบ</button></form>"
)


def login(in_browser):
    async def work(session):
        async with session.page() as page:
            await session.sign_in(page)

    return in_browser(work)


async def ask(session):
    async with session.page() as page:
        await session.open(page, session.profile.round, "round", fiscal_year=2570, round="9m")


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
                await ask(session)

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

    async def work():
        async with session_on(profile.model_copy(update={"pages_at_once": 3})) as session:
            await asyncio.gather(*(ask(session) for _ in range(3)))

    in_loop(work())
    assert pages.posts() == ["/login"]


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/login", LOGIN + "<div data-testid=captcha>รหัสที่เห็นในภาพ</div>"),
        ("/login", "<button>เข้าสู่ระบบด้วย ThaID</button>"),
        ("/otp", "<p data-testid=otp-page>รหัส OTP จากโทรศัพท์</p><input type=password>"),
    ],
    ids=["captcha", "ThaID", "OTP"],
)
def test_what_only_a_person_can_do_is_said_at_once_and_once(pages, profile, path, html):
    pages.html.update({"/login": LOGIN.replace("action=/login", "action=/otp"), path: html})
    pages.redirects["/2570/9m"] = "/login"
    patient = profile.model_copy(update={"timeouts": profile.timeouts.model_copy(update={"page": 200.0})})

    async def ask_twice():
        async with session_on(patient) as session:
            for _ in range(2):
                with pytest.raises(PersonNeeded, match=r"(OTP|ThaID|CAPTCHA): ระบบขอให้") as caught:
                    await ask(session)
        return caught.value

    started = monotonic()
    assert "esar-bot login" in in_loop(ask_twice()).next_step
    assert monotonic() - started < patient.timeouts.page / 2
    assert len(pages.posts()) == (path == "/otp"), "nothing was typed where a person is asked for first"


def test_a_session_that_ends_between_a_card_and_its_file_is_renewed(pages, profile):
    view = "/2570/9m/cards/1.1"
    fields = "".join(f"<p data-field={name}></p>" for name in profile.card_view.fields)
    pages.html.update(
        {
            view: "<b data-testid=card-indicator>1.1</b><b data-testid=card-name>ร้อยละ</b>"
            f"<i data-testid=card-status data-status=draft>ร่าง</i>{fields}"
            "<p data-testid=evidence-row data-evidence-id=7>"
            "<a data-testid=evidence-name href=/file>รายงาน.pdf</a></p>",
            "/file": "bytes",
            "/login": LOGIN,
        }
    )
    pages.faults["/file"], pages.headers["/file"] = [303], {"Location": "/login"}

    async def work():
        async with session_on(profile) as session, session.page() as page:
            card = CardAddress(2570, "9m", "1.1")
            return await read_card(session, page, card, EvidenceReader(session))

    (file,) = in_loop(work()).evidence
    assert file.name == "รายงาน.pdf"
    assert [path for _, path in pages.seen] == [view, "/file", view, "/file"]


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


def test_a_login_page_that_never_comes_is_given_up(pages, in_guarded_browser):
    pages.delays["/login"] = 60
    begun = monotonic()
    with pytest.raises(Unavailable):
        login(in_guarded_browser)
    assert monotonic() - begun < 40, "the page was waited for although it had been given up"
