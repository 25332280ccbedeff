"""The login page. Credentials are typed, and sent, only on the profile's own origin (P2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

import structlog
from playwright.async_api import ElementHandle, Page, Route
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from esar_bot.language import say
from flows.faults import Unrepeatable, answered, first_line, not_as_described, unavailable
from flows.guard import EVERYTHING, HARMLESS, SENT_ON
from flows.in_page import in_time
from flows.locate import MILLISECONDS, the_one
from flows.patience import is_fault
from flows.profile import Profile, origin_of

if TYPE_CHECKING:
    from flows.session import Session

log = structlog.get_logger()
LETTING_GO_SECONDS = 5
WHERE_IT_GOES = """button => !button.form ? location.href
    : button.hasAttribute("formaction") ? button.formAction : button.form.action"""


@dataclass(frozen=True)
class Credentials:
    """An officer's account. The password is in no representation of it."""

    username: str
    password: str = field(repr=False)


async def sign_in(session: Session, page: Page, credentials: Credentials) -> None:
    """Sign in and see the proof of it.

    Raises:
        PersonNeeded: the portal refused the account (its own words are in the message), asks for what only a
            person can do, or its certificate is not trusted.
        PortalChanged: the page leads elsewhere, or its form is not as the profile says.
        Unavailable: the portal did not answer; `Unrepeatable` if that was after the password was sent.
    """
    profile = session.profile
    where = say("หน้าเข้าสู่ระบบ", "login page")
    async with _only_the_login_is_sent(session, page, where) as sending:
        await session.go(page, profile.address(profile.login), where)
        (ready,) = await session.signs(page, [profile.login.ready], where, profile.timeouts.page)
        if ready is None:
            raise not_as_described(profile.login, page.url, where)
        button = await the_one(profile.login.submit, page, "login button")
        username = await the_one(profile.login.username, page, "username")
        password = await the_one(profile.login.password, page, "password")
        _refuse_elsewhere(page.url, profile, where)
        goes_to = await in_time(button.evaluate(WHERE_IT_GOES))
        _refuse_elsewhere(goes_to, profile, where)
        await _type(username, credentials.username, where)
        _refuse_elsewhere(page.url, profile, where)
        await _type(password, credentials.password, where)
        sending.to.add(urldefrag(goes_to).url)
        answering = _press(session, page, button, credentials, where)
        await _unless_it_fails(answering, sending.fault)


async def _unless_it_fails(
    answering: Coroutine[None, None, None], fault: asyncio.Future[Unavailable]
) -> None:
    """Wait for what the portal shows, or for the fault that its server gave for an answer."""
    shown = asyncio.ensure_future(answering)
    try:
        both: set[asyncio.Future[Any]] = {shown, fault}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if fault.done():
            raise fault.result()
        await shown
    finally:
        shown.cancel()
        await asyncio.gather(shown, return_exceptions=True)


def _refuse_elsewhere(url: str, profile: Profile, where: str) -> None:
    """Stop before a password is typed where it would leave the portal."""
    if origin_of(url) != profile.origin:
        raise PortalChanged(
            say(
                f"หน้าเข้าสู่ระบบพาไปยังที่อื่น ({url}) จึงไม่ได้กรอกรหัสผ่าน",
                f"the login page leads elsewhere ({url}); no password was typed",
            ),
            where=where,
            next_step=say(
                "ตรวจที่อยู่ระบบ หากระบบย้ายที่จริงให้แก้ base_url ในโปรไฟล์",
                "check the portal's address; if it has moved, mend base_url in the profile",
            ),
        )


async def _press(
    session: Session, page: Page, button: ElementHandle, credentials: Credentials, where: str
) -> None:
    login, seconds = session.profile.login, session.profile.timeouts.page
    try:
        await button.click(timeout=seconds * MILLISECONDS)
        signed_in, refused = await session.signs(page, [login.signed_in, login.refused], where, seconds)
    except PlaywrightTimeout:
        signed_in = refused = None
    if signed_in is not None:
        return
    if refused is None:
        raise PortalChanged(
            say("ไม่ทราบผลการเข้าสู่ระบบ", "the page shows neither a login nor a refusal"),
            where=f"{where} ({page.url})",
            next_step=say("เปิดหน้าเข้าสู่ระบบดูด้วยเบราว์เซอร์ปกติ", "look at the login page in an ordinary browser"),
        )
    words = " ".join(refused.split()).replace(credentials.password, "***")
    raise PersonNeeded(
        say("ระบบไม่รับบัญชีนี้: ", "the portal refused the account: ") + words,
        where=where,
        next_step=say(
            "แก้บัญชีที่ตัวแปร ESAR_BOT_USERNAME, ESAR_BOT_PASSWORD หรือด้วย esar-bot credentials set แล้วสั่งอีกครั้งเดียว"
            " (ไม่มีการลองซ้ำ เพื่อไม่ให้บัญชีถูกระงับ)",
            "mend the account in ESAR_BOT_USERNAME, ESAR_BOT_PASSWORD or with esar-bot credentials set,"
            " then run once more (not tried again by itself, lest it be locked)",
        ),
    )


@dataclass
class _Sending:
    """Where the login may be sent, and the fault that its server answered with, if it did."""

    to: set[str] = field(default_factory=set)
    fault: asyncio.Future[Unavailable] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def failed(self, fault: Unavailable) -> None:
        """Note the first fault."""
        if not self.fault.done():
            self.fault.set_result(fault)


@asynccontextmanager
async def _only_the_login_is_sent(session: Session, page: Page, where: str) -> AsyncIterator[_Sending]:
    """While signing in, this page may post to the given addresses only: where its form goes.

    They are the portal's own, and no answer may send the password on.
    """
    sending = _Sending()

    async def watch(route: Route) -> None:
        request = route.request
        if request.method.upper() in HARMLESS:
            await route.fallback()
            return
        is_login = request.method.upper() == "POST" and urldefrag(request.url).url in sending.to
        if not is_login or origin_of(request.url) != session.profile.origin:
            log.error("write refused", method=request.method, url=request.url)
            await route.abort("blockedbyclient")
            return
        try:
            answer = await route.fetch(max_redirects=0)
        except PlaywrightError as error:
            sending.failed(unavailable(session.profile, first_line(error), where, None, Unrepeatable))
            await route.abort()
            return
        if answer.status in SENT_ON:
            log.error("login not sent on", status=answer.status, url=request.url)
            await route.abort("blockedbyclient")
            return
        rest = session.patience.told(answer.status, answer.headers)
        if is_fault(answer.status):
            sending.failed(answered(answer.status, session.profile, where, rest, Unrepeatable))
        await route.fulfill(response=answer)

    await in_time(page.route(EVERYTHING, watch))
    try:
        yield sending
    except BaseException:
        with suppress(PlaywrightError):  # a page that is gone, or still waits, hides nothing of what happened
            await in_time(page.unroute(EVERYTHING, watch), LETTING_GO_SECONDS)
        raise
    await in_time(page.unroute(EVERYTHING, watch))


async def _type(element: ElementHandle, secret: str, where: str) -> None:
    """Fill a login field; a failure must not carry what was typed, as Playwright's own message would."""
    try:
        await element.fill(secret, timeout=5 * MILLISECONDS)
    except PlaywrightError:
        raise PortalChanged(
            say("กรอกช่องเข้าสู่ระบบไม่ได้", "a login field cannot be filled"),
            where=where,
            next_step=say(
                "โปรดส่งภาพหน้าจอนี้ให้ผู้ดูแล esar-bot แก้โปรไฟล์", "send this picture to whoever keeps the profile"
            ),
        ) from None
