"""A browser session on one portal: signed in, a few pages at once, and only where the profile allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from playwright.async_api import Browser, BrowserContext, Dialog, Page, Request, StorageState
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import EsarBotError, PersonNeeded, PortalChanged, Rejected, Unavailable
from esar_bot.language import say
from esar_bot.redact import protect_token
from flows.faults import (
    Unrepeatable,
    another_page,
    answered,
    first_line,
    leads_elsewhere,
    no_answer,
    not_as_described,
    person_asked_for,
    unavailable,
    under_repair,
)
from flows.fence import REFUSED, Fence
from flows.guard import ReadOnlyGuard
from flows.in_page import in_time
from flows.locate import MILLISECONDS, signs_on
from flows.pace import Pace
from flows.pages.login import Credentials, sign_in
from flows.patience import Patience, is_fault
from flows.picture import DESK, Camera
from flows.profile import Locate, PageProfile, Profile, origin_of, same_page

log = structlog.get_logger()
NOT_FOUND = 404
CLOSING_SECONDS = 5
PICTURE_SECONDS = 3
LIKE_AN_OFFICER: Any = {"locale": "th-TH", "timezone_id": "Asia/Bangkok"}


@dataclass
class Session:
    """A signed-in browser context, read-only until `allow_writes`. Reads are retried; writes never are.

    `pressing` are the pages on which a button is being pressed: only there are dialogs answered with OK.
    """

    profile: Profile
    browser: Browser
    context: BrowserContext
    guard: ReadOnlyGuard
    credentials: Callable[[], Credentials]
    pressing: set[Page] = field(default_factory=set)
    signed_in: bool = False
    _pages: asyncio.LifoQueue[Page | None] = field(default_factory=asyncio.LifoQueue)
    _signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)
    _login_failure: EsarBotError | None = None
    _allowed_pages: int = 0
    _refused: dict[Page, str] = field(default_factory=dict)
    camera: Camera = field(default_factory=Camera)
    patience: Patience = field(init=False)
    _pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(self.profile)
        self._pace = Pace(limit=self.profile.pages_at_once)
        self._allow_pages()

    async def allow_writes(self) -> None:
        """Lift the read-only guard: the plan was confirmed. No page may be in use.

        A new context takes the sign-in over. The old one is closed while the guard still stands, so that no
        page, pop-up or worker of it gains by the lifting.

        Raises:
            Unavailable: the old one could not be left, or not in time; nothing can be written.
        """
        try:
            async with asyncio.timeout(self.profile.timeouts.page):
                follower = await _new_context(self.browser, await self.context.storage_state())
                await self.context.close()
                await self.guard.lift()
        except PlaywrightError as error:
            raise unavailable(self.profile, first_line(error), "") from None
        except TimeoutError:
            reason = say("เบราว์เซอร์ปิดหน้าเดิมไม่ทันเวลา", "the browser did not leave its pages in time")
            raise unavailable(self.profile, reason, "") from None
        self.context = follower
        self._pages, self._allowed_pages = asyncio.LifoQueue(), 0
        self._allow_pages()

    @asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """A page of the pool, waited for if all are in use. After any error it is closed, not used again.

        What only the page can explain (it changed, refuses, asks for a person) takes its picture along.

        Raises:
            Unavailable: the browser itself failed.
        """
        page, to_use_again = await self._pages.get(), None
        try:
            if page is None or page.is_closed():
                page = await in_time(self.context.new_page())
                page.on("dialog", self._answer)
                page.on("requestfailed", self._note_refusal)
            yield page
            to_use_again = page
        except (PortalChanged, PersonNeeded, Rejected) as error:
            if page is not None and error.picture is None:
                error.picture = await self.picture_of_problem(page)
            raise
        except PlaywrightError as error:
            raise unavailable(self.profile, first_line(error), "") from None
        finally:
            if page is not None and to_use_again is None:
                await self.leave(page)
            self._pages.put_nowait(to_use_again)

    def _allow_pages(self) -> None:
        """Let more pages be used at once, if the portal is slow enough for that."""
        while self._allowed_pages < self._pace.pages:
            self._pages.put_nowait(None)
            self._allowed_pages += 1

    async def picture_of_problem(self, page: Page) -> bytes | None:
        """The page as it stands, if it can be had soon and shows no secret; it never hides the problem."""
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                return await self.camera.picture_of(page)
        except (PlaywrightError, TimeoutError) as error:
            log.info("no picture of the problem", reason=str(error))
            return None

    @staticmethod
    async def leave(page: Page) -> None:
        """Close a page for good: what it has not sent by then it never sends.

        Empty it first, and wait only a while: one that is on its way elsewhere may never close.
        """
        with suppress(PlaywrightError):
            await page.goto("about:blank", timeout=CLOSING_SECONDS * MILLISECONDS)
        with suppress(PlaywrightError, TimeoutError):
            await asyncio.wait_for(page.close(), CLOSING_SECONDS)

    async def open(self, page: Page, place: PageProfile, what: str, **values: object) -> Sequence[str | None]:
        """Go to a page of the profile and wait until it is ready; sign in again if the session has ended.

        A page that is ready may say nevertheless that nothing can be written: what it shows of the profile's
        refusals is returned, for those who mean to write.

        Raises:
            Unavailable: the portal did not answer, also not after a few tries.
            PortalChanged: the answer is not the page that the profile describes.
            Rejected: the portal refuses the page, in its own words.
            PersonNeeded: the account was refused, or the portal asks for a person; the run asks but once.
        """
        address = self.profile.address(place, **values)
        async for attempt in self.patience.attempts():
            with attempt:
                async with self._signing_in:
                    if not self.signed_in:
                        await self.sign_in(page)
                refusals = await self._arrive(page, address, place, what)
                if refusals is None:
                    async with self._signing_in:
                        if await self._arrive(page, address, place, what) is None:
                            await self.sign_in(page)
                    refusals = await self._arrive(page, address, place, what)
        if refusals is None:
            raise PortalChanged(
                say("ระบบขอให้เข้าสู่ระบบซ้ำทันที", "the portal asks to sign in again at once"),
                where=what,
                next_step=say(
                    "ตรวจเครื่องหมาย signed_in และ ready ของ [login] ในโปรไฟล์",
                    "check signed_in and ready of the profile's [login]",
                ),
            )
        return refusals

    async def sign_in(self, page: Page) -> None:
        """Sign in, unless that failed before: repeating it might lock the account.

        Raises:
            PersonNeeded, PortalChanged, Unavailable: as `flows.pages.login.sign_in` says.
        """
        if self._login_failure is not None:
            raise self._login_failure
        try:
            await sign_in(self, page, self.credentials())
            await self.protect_cookies()
            self.signed_in = True
        except EsarBotError as error:
            if not isinstance(error, Unavailable) or isinstance(error, Unrepeatable):
                self._login_failure = error
            raise

    async def protect_cookies(self) -> None:
        """Have the cookies masked that this session has by now: the portal may renew them at any time."""
        for cookie in await in_time(self.context.cookies()):
            protect_token(cookie.get("value", ""))

    async def _arrive(
        self, page: Page, address: str, place: PageProfile, what: str
    ) -> Sequence[str | None] | None:
        """Go there; None when the portal shows its login page instead, else the refusals that are shown."""
        await self.go(page, address, what)
        signs = [place.ready, self.profile.login.ready, *self.profile.rejected]
        ready, login, *refusals = await self.signs(page, signs, what, self.profile.timeouts.page)
        if ready is not None:
            if not same_page(page.url, address):
                raise another_page(page.url, what)
            return refusals
        if login is not None:
            return None
        refuse(refusals, what)
        self._tell_refusal(page, what)
        raise not_as_described(place, page.url, what)

    async def signs(self, page: Page, signs: Sequence[Locate], what: str, seconds: float) -> list[str | None]:
        """The words of the signs that can be seen, as `signs_on` says; a page of none of them is named.

        Raises:
            PersonNeeded: the portal asks for something that only a person can do.
            Unavailable: the portal says that it is out of order.
        """
        person, maintenance = self.profile.login.person, self.profile.maintenance
        seen = await signs_on(page, [*signs, *person, *maintenance], seconds)
        asked_for, others = seen[: len(signs)], seen[len(signs) :]
        for sign, words in zip(person, others, strict=False):
            if words is not None:
                raise person_asked_for(words, sign, page.url, what)
        if all(words is None for words in asked_for):
            for words in others[len(person) :]:
                if words is not None:
                    raise under_repair(words, what)
        return asked_for

    async def go(self, page: Page, address: str, what: str) -> None:
        """Load an address of the portal and refuse answers that are none.

        Raises:
            Unavailable: no answer, or the server says that it is out of order.
            PersonNeeded: its certificate is not trusted.
            PortalChanged: the page is gone, or leads to another host.
        """
        await self.patience.rest(what)
        self._refused.pop(page, None)
        try:
            response = await page.goto(
                address, wait_until="domcontentloaded", timeout=self.profile.timeouts.page * MILLISECONDS
            )
        except PlaywrightError as error:
            self._tell_refusal(page, what)
            raise no_answer(self.profile, error, what) from None
        status = response.status if response else 0
        if response is not None:
            timing = response.request.timing
            self._pace.answered_after(timing["responseStart"] - timing["requestStart"])
            self._allow_pages()
            rest = self.patience.told(status, response.headers)
            if is_fault(status):
                raise answered(status, self.profile, what, rest)
        if status == NOT_FOUND:
            raise PortalChanged(
                say("ระบบไม่มีหน้านี้", "the portal has no such page"),
                where=f"{what} ({address})",
                next_step=say("แก้ url ของหน้านี้ในโปรไฟล์", "mend this page's url in the profile"),
            )
        if origin_of(page.url) != self.profile.origin:
            raise leads_elsewhere(page.url, what)
        await self.protect_cookies()

    def _note_refusal(self, request: Request) -> None:
        """Remember what the fence kept from a page: it is named if the page does not come."""
        if request.is_navigation_request() and REFUSED in str(request.failure):
            self._refused[request.frame.page] = request.url

    def _tell_refusal(self, page: Page, what: str) -> None:
        if page in self._refused:
            raise leads_elsewhere(self._refused[page], what) from None

    async def _answer(self, dialog: Dialog) -> None:
        """Answer OK only to the profile's messages, and only while a button is pressed; cancel all others.

        A page that asks whether to leave it is left: what it holds was never to be saved.
        """
        expected = dialog.page in self.pressing and dialog.message in self.profile.dialogs.accept
        if expected or dialog.type == "beforeunload":
            await dialog.accept()
            return
        log.warning("dialog cancelled", message=dialog.message)
        await dialog.dismiss()


def refuse(refusals: Sequence[str | None], what: str) -> None:
    """If one of the profile's signs of a refusal is seen, raise it in the portal's own words.

    Raises:
        Rejected: the portal refused.
    """
    words = next((seen for seen in refusals if seen is not None), None)
    if words is not None:
        raise Rejected(
            say("ระบบไม่รับ: ", "the portal refused: ") + " ".join(words.split()),
            where=what,
            next_step=say(
                "แก้ตามข้อความของระบบ แล้วสั่งซ้ำ หากระบบปิดรับรอบนี้ ไม่มีสิ่งที่ต้องแก้ ให้ขอเปิดรอบก่อน",
                "mend what it names, then run again; if the round is closed, ask for it to be opened instead",
            ),
        )


@asynccontextmanager
async def open_session(
    browser: Browser,
    profile: Profile,
    credentials: Callable[[], Credentials],
    state: StorageState | None = None,
) -> AsyncIterator[Session]:
    """A browser's context for one portal, read-only at first, with an empty page. Nothing is loaded yet.

    With the `state` of a stored login it counts as signed in until the portal asks for its login page. It is
    closed with its browser, in which the fence stands until then.

    Raises:
        Unavailable: the browser itself failed.
    """
    try:
        context = await in_time(_new_context(browser, state))
        await in_time(Fence.raised(browser, profile))
        guard = await in_time(ReadOnlyGuard.raised(browser, context))
    except PlaywrightError as error:
        raise unavailable(profile, first_line(error), "") from None
    session = Session(profile, browser, context, guard, credentials)
    session.signed_in = state is not None
    async with session.page():
        pass  # opened while the caller is still busy with its files
    yield session


async def _new_context(browser: Browser, signed_in: StorageState | None = None) -> BrowserContext:
    return await browser.new_context(
        **LIKE_AN_OFFICER,
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=False,
        viewport=DESK,
        storage_state=signed_in,
    )
