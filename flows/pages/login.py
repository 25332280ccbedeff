"""The login page. Credentials are typed, and sent, only on the profile's own origin (DESIGN P2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urldefrag

import structlog
from playwright.async_api import ElementHandle, Page, Route
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.errors import PersonNeeded, PortalChanged
from esar_bot.language import say
from flows.faults import first_line, not_as_described, unavailable
from flows.guard import EVERYTHING, HARMLESS, SENT_ON
from flows.locate import MILLISECONDS, signs_on, the_one
from flows.profile import Profile, origin_of

log = structlog.get_logger()
WHERE_IT_GOES = """button => !button.form ? location.href
    : button.hasAttribute("formaction") ? button.formAction : button.form.action"""


@dataclass(frozen=True)
class Credentials:
    """An officer's account. The password is in no representation of it."""

    username: str
    password: str = field(repr=False)


async def sign_in(page: Page, profile: Profile, credentials: Credentials) -> None:
    """Sign in and see the proof of it.

    Raises:
        PersonNeeded: the portal refused the account; its own words are in the message.
        PortalChanged: the page leads elsewhere, or its form is not as the profile says.
        Unavailable: the portal did not answer.
    """
    where = say("หน้าเข้าสู่ระบบ", "login page")
    async with _only_the_login_is_sent(page, profile) as sent_to:
        await _open(page, profile, where)
        button = await the_one(profile.login.submit, page, "login button")
        username = await the_one(profile.login.username, page, "username")
        password = await the_one(profile.login.password, page, "password")
        _refuse_elsewhere(page.url, profile, where)
        goes_to = await button.evaluate(WHERE_IT_GOES)
        _refuse_elsewhere(goes_to, profile, where)
        await _type(username, credentials.username, where)
        _refuse_elsewhere(page.url, profile, where)
        await _type(password, credentials.password, where)
        sent_to.add(urldefrag(goes_to).url)
        await _press(page, button, profile, credentials, where)


async def _open(page: Page, profile: Profile, where: str) -> None:
    timeout = profile.timeouts.page * MILLISECONDS
    try:
        await page.goto(profile.address(profile.login), wait_until="domcontentloaded", timeout=timeout)
    except PlaywrightError as error:
        raise unavailable(profile, first_line(error), where) from None
    (ready,) = await signs_on(page, [profile.login.ready], profile.timeouts.page)
    if ready is None:
        raise not_as_described(profile.login, page.url, where)


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
    page: Page, button: ElementHandle, profile: Profile, credentials: Credentials, where: str
) -> None:
    seconds = profile.timeouts.page
    try:
        await button.click(timeout=seconds * MILLISECONDS)
        signed_in, refused = await signs_on(page, [profile.login.signed_in, profile.login.refused], seconds)
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


@asynccontextmanager
async def _only_the_login_is_sent(page: Page, profile: Profile) -> AsyncIterator[set[str]]:
    """While signing in, this page may post to the addresses in the given set only: where its form goes.

    They are the portal's own, and no answer may send the password on.
    """
    sent_to: set[str] = set()

    async def watch(route: Route) -> None:
        request = route.request
        if request.method.upper() in HARMLESS:
            await route.fallback()
            return
        is_login = request.method.upper() == "POST" and urldefrag(request.url).url in sent_to
        if not is_login or origin_of(request.url) != profile.origin:
            log.error("write refused", method=request.method, url=request.url)
            await route.abort("blockedbyclient")
            return
        answer = await route.fetch(max_redirects=0)
        if answer.status in SENT_ON:
            log.error("login not sent on", status=answer.status, url=request.url)
            await route.abort("blockedbyclient")
            return
        await route.fulfill(response=answer)

    await page.route(EVERYTHING, watch)
    try:
        yield sent_to
    except BaseException:
        with suppress(PlaywrightError):  # a page that is gone hides nothing of what has happened
            await page.unroute(EVERYTHING, watch)
        raise
    await page.unroute(EVERYTHING, watch)


async def _type(element: ElementHandle, secret: str, where: str) -> None:
    """Fill a login field; a failure must not carry what was typed, as Playwright's own message would."""
    try:
        await element.fill(secret, timeout=5 * MILLISECONDS)
    except PlaywrightError:
        raise PortalChanged(
            say("กรอกช่องเข้าสู่ระบบไม่ได้", "a login field cannot be filled"), where=where
        ) from None
