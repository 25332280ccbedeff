"""Signing in by hand, where a portal asks for more than a password: a person does, the browser keeps it."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import NoReturn
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, StorageState
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import PersonNeeded
from esar_bot.language import say
from flows.faults import no_answer
from flows.locate import MILLISECONDS, signs_on
from flows.profile import Profile, origin_of
from flows.session import LIKE_AN_OFFICER, open_session

LOOK_SECONDS = 0.5


async def signed_in_by_hand(browser: Browser, profile: Profile, seconds: float) -> StorageState:
    """Open the login page in a window, wait until somebody has signed in, and give what the portal left.

    The window may go wherever the portal's login leads to, as to a sign-on of the state's.

    Raises:
        PersonNeeded: nobody did in that time, the window was closed, or the certificate is not trusted.
        Unavailable: the login page did not come.
    """
    where = say("หน้าเข้าสู่ระบบ", "login page")
    context = await browser.new_context(**LIKE_AN_OFFICER, no_viewport=True)
    page = await context.new_page()
    timeout = profile.timeouts.page * MILLISECONDS
    try:
        await page.goto(profile.address(profile.login), wait_until="domcontentloaded", timeout=timeout)
    except PlaywrightError as error:
        _refuse_closed(browser, context)
        raise no_answer(profile, error, where) from None
    until = monotonic() + seconds
    while monotonic() < until:
        _refuse_closed(browser, context)
        for shown in context.pages:
            if await _shows_the_sign(shown, profile):
                state = await context.storage_state()
                await context.close()
                return _of_the_portal(state, profile)
        await asyncio.sleep(LOOK_SECONDS)
    raise PersonNeeded(
        say(
            f"ไม่มีผู้เข้าสู่ระบบภายใน {seconds / 60:.0f} นาที",
            f"nobody signed in within {seconds / 60:.0f} minutes",
        ),
        where=where,
        next_step=say("สั่ง esar-bot login อีกครั้ง", "run esar-bot login again"),
    )


async def prove(browser: Browser, profile: Profile, state: StorageState, **round_values: object) -> None:
    """Open a page that only an officer sees, with nothing but what is to be stored.

    Raises:
        PersonNeeded: the portal asks to sign in nevertheless.
        EsarBotError: the page did not come, as `Session.open` says.
    """

    def nobody() -> NoReturn:
        raise PersonNeeded(
            say(
                "ระบบขอให้เข้าสู่ระบบอีกทั้งที่เข้าแล้ว จึงเก็บการเข้าสู่ระบบนี้ไว้ใช้ภายหลังไม่ได้",
                "the portal asks to sign in again in a new window: this login cannot be kept for later",
            ),
            next_step=say(
                "ใช้บัญชีแทน: esar-bot credentials set", "use an account instead: esar-bot credentials set"
            ),
        )

    async with open_session(browser, profile, nobody, state) as session, session.page() as page:
        await session.open(page, profile.round, say("หน้ารอบ", "page of the round"), **round_values)


def _refuse_closed(browser: Browser, context: BrowserContext) -> None:
    if browser.is_connected() and context.pages:
        return
    raise PersonNeeded(
        say("หน้าต่างถูกปิดก่อนเข้าสู่ระบบเสร็จ", "the window was closed before anybody had signed in"),
        next_step=say("สั่ง esar-bot login อีกครั้ง", "run esar-bot login again"),
    )


async def _shows_the_sign(page: Page, profile: Profile) -> bool:
    """Whether a page of the portal itself says that somebody is signed in."""
    if origin_of(page.url) != profile.origin:
        return False
    try:
        (signed_in,) = await signs_on(page, [profile.login.signed_in])
    except PlaywrightError:  # it is on its way to another page, or was closed
        return False
    return signed_in is not None


def _of_the_portal(state: StorageState, profile: Profile) -> StorageState:
    """Without what other hosts keep, as a sign-on of the state's."""
    own = {profile.origin, *map(origin_of, profile.hosts)}
    hosts = {urlsplit(origin).hostname or "" for origin in own}
    return {
        "cookies": [
            cookie
            for cookie in state.get("cookies", [])
            if any(f".{host}".endswith(f".{cookie.get('domain', '').lstrip('.')}") for host in hosts)
        ],
        "origins": [store for store in state.get("origins", []) if origin_of(store.get("origin", "")) in own],
    }
