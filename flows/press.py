"""Pressing a button that writes: it ends in success, in the portal's refusal, or in doubt. Never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Dialog, ElementHandle, Locator, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import Doubtful, PortalChanged
from esar_bot.language import say
from flows.faults import first_line
from flows.guard import HARMLESS
from flows.locate import any_visible
from flows.profile import Locate
from flows.session import MILLISECONDS, SERVER_FAULT, Session


@dataclass
class _Watch:
    """What the network shows of a write: whether anything left, and whether its answer was a fault.

    A request of a page that is none of the session's (a pop-up) counts as this page's: doubt, not faith.
    """

    session: Session
    page: Page
    sent: bool = False
    unknown_dialog: str | None = None
    fault: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def on_request(self, request: Request) -> None:
        self.sent = self.sent or self._writes(request)

    def on_response(self, response: Response) -> None:
        if self._writes(response.request) and response.status >= SERVER_FAULT:
            self._fail(f"HTTP {response.status}")

    def on_failure(self, request: Request) -> None:
        if self._writes(request):
            self._fail(str(request.failure))

    def on_dialog(self, dialog: Dialog) -> None:
        if dialog.message not in self.session.profile.dialogs.accept:
            self.unknown_dialog = dialog.message
            self._fail(say(f"ระบบถามว่า “{dialog.message}”", f"the portal asked “{dialog.message}”"))

    def _writes(self, request: Request) -> bool:
        if request.method.upper() in HARMLESS:
            return False
        try:
            owner = request.frame.page
        except PlaywrightError:  # a request of no page, or of one that is only just opening
            return True
        return owner is self.page or owner not in self.session.pressing

    def _fail(self, reason: str) -> None:
        if not self.fault.done():
            self.fault.set_result(reason)


async def press(
    session: Session, page: Page, button: ElementHandle, success: Locate, *, what: str, seconds: float
) -> None:
    """Press and wait for what the portal says.

    Raises:
        Rejected: the portal refused, in its own words.
        PortalChanged: nothing was sent: an answer was there before the question, or an unknown dialog came.
        Doubtful: something was sent and no known answer came.
    """
    await _refuse_early_answers(session, page, success, what)
    expected = any_visible([success, *session.profile.rejected, session.profile.login.ready], page)
    with _watching(session, page) as watch:
        reason = await _click_and_wait(button, expected.first, watch, seconds)
    if watch.unknown_dialog is not None and not watch.sent:
        raise PortalChanged(
            say(
                f"ระบบถามข้อความที่ไม่รู้จัก: “{watch.unknown_dialog}”",
                f"the portal asked something unknown: “{watch.unknown_dialog}”",
            ),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก หากข้อความนี้ยอมรับได้ ให้เพิ่มใน dialogs.accept ของโปรไฟล์",
                "nothing was sent; if it may be accepted, add it to the profile's dialogs.accept",
            ),
        )
    if reason is not None:
        raise (Doubtful if watch.sent else PortalChanged)(reason, where=what)
    if not await any_visible([success], page).count():
        await session.raise_refusal(page, what)
        raise Doubtful(say("การเข้าสู่ระบบหมดอายุระหว่างบันทึก", "the session ended during the save"), where=what)


async def _refuse_early_answers(session: Session, page: Page, success: Locate, what: str) -> None:
    """Stop if an answer is there before anything was pressed: it could not be believed afterwards."""
    if not await any_visible([success, *session.profile.rejected], page).count():
        return
    await session.raise_refusal(page, what)
    if await any_visible([success], page).count():
        raise PortalChanged(
            say("หน้านี้แสดงว่าสำเร็จตั้งแต่ก่อนกดปุ่ม", "the page shows success before anything was pressed"),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก แก้เครื่องหมายว่าสำเร็จในโปรไฟล์",
                "nothing was sent; mend the profile's sign of success",
            ),
        )


async def _click_and_wait(
    button: ElementHandle, expected: Locator, watch: _Watch, seconds: float
) -> str | None:
    """None when a known answer came, else why not."""

    async def click_then_wait() -> None:
        await button.click(timeout=seconds * MILLISECONDS)
        await expected.wait_for(timeout=seconds * MILLISECONDS)

    answer = asyncio.ensure_future(click_then_wait())
    answer.add_done_callback(_take_note)
    both: set[asyncio.Future[Any]] = {answer, watch.fault}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        return watch.fault.result()
    try:
        answer.result()
    except PlaywrightError as error:
        return first_line(error)
    return None


def _take_note(answer: asyncio.Future[None]) -> None:
    """An answer nobody waits for any more ends with its page, which is closed after a failure."""
    if not answer.cancelled():
        answer.exception()


@contextmanager
def _watching(session: Session, page: Page) -> Iterator[_Watch]:
    watch = _Watch(session, page)
    network: tuple[tuple[Any, Any], ...] = (
        ("request", watch.on_request),
        ("response", watch.on_response),
        ("requestfailed", watch.on_failure),
    )
    for event, listener in network:
        session.context.on(event, listener)
    page.on("dialog", watch.on_dialog)
    session.pressing.add(page)
    try:
        yield watch
    finally:
        session.pressing.discard(page)
        page.remove_listener("dialog", watch.on_dialog)
        for event, listener in network:
            session.context.remove_listener(event, listener)
