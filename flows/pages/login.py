"""The login page. Credentials are typed only on the profile's own origin (DESIGN P2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from esar_bot.language import say
from flows.locate import locator, the_one
from flows.profile import Profile, origin_of

MILLISECONDS = 1000


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
    timeout = profile.timeouts.page * MILLISECONDS
    try:
        await page.goto(profile.address(profile.login), wait_until="domcontentloaded", timeout=timeout)
        await locator(profile.login.ready, page).wait_for(timeout=timeout)
    except PlaywrightError as error:
        raise Unavailable(
            say("เปิดหน้าเข้าสู่ระบบไม่ได้", "the login page does not open"),
            where=f"{where} ({error.message.splitlines()[0]})",
        ) from None
    if origin_of(page.url) != profile.origin:
        raise PortalChanged(
            say(
                f"หน้าเข้าสู่ระบบพาไปยังที่อื่น ({page.url}) จึงไม่ได้กรอกรหัสผ่าน",
                f"the login page leads elsewhere ({page.url}); no password was typed",
            ),
            where=where,
        )
    await _type(await the_one(profile.login.username, page, "username"), credentials.username)
    await _type(await the_one(profile.login.password, page, "password"), credentials.password)
    await (await the_one(profile.login.submit, page, "login button")).click()
    signed_in, refused = locator(profile.login.signed_in, page), locator(profile.login.refused, page)
    try:
        await signed_in.or_(refused).first.wait_for(timeout=timeout)
    except PlaywrightTimeout:
        raise PortalChanged(
            say("ไม่ทราบผลการเข้าสู่ระบบ", "the page shows neither a login nor a refusal"),
            where=f"{where} ({page.url})",
        ) from None
    if not await signed_in.is_visible():
        raise PersonNeeded(
            say("ระบบไม่รับบัญชีนี้: ", "the portal refused the account: ")
            + " ".join((await refused.first.inner_text()).split()),
            where=where,
            next_step=say(
                "ตรวจชื่อผู้ใช้และรหัสผ่านด้วย esar-bot credentials check (ไม่มีการลองซ้ำ เพื่อไม่ให้บัญชีถูกระงับ)",
                "check the account with esar-bot credentials check (not tried again, lest it be locked)",
            ),
        )


async def _type(field_: ElementHandle, secret: str) -> None:
    """Fill a login field; a failure must not carry what was typed, as Playwright's own message would."""
    try:
        await field_.fill(secret)
    except PlaywrightError:
        raise PortalChanged(
            say("กรอกช่องเข้าสู่ระบบไม่ได้", "a login field cannot be filled"),
            where=say("หน้าเข้าสู่ระบบ", "login page"),
        ) from None
