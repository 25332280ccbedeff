"""Pressing a button that writes: it ends in success, in the portal's refusal, or in doubt. Never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Dialog, ElementHandle, Locator, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import Doubtful, PortalChanged
from esar_bot.language import say
from flows.guard import HARMLESS
from flows.locate import locator
from flows.session import MILLISECONDS, SERVER_FAULT, Session


@dataclass
class _Watch:
    """What the network shows of a write: whether anything left, and whether its answer was a fault."""

    expected_dialogs: Container[str]
    sent: bool = False
    unknown_dialog: str | None = None
    fault: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def on_request(self, request: Request) -> None:
        self.sent = self.sent or request.method not in HARMLESS

    def on_response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status >= SERVER_FAULT:
            self._fail(f"HTTP {response.status}")

    def on_failure(self, request: Request) -> None:
        if request.is_navigation_request():
            self._fail(str(request.failure))

    def on_dialog(self, dialog: Dialog) -> None:
        if dialog.message not in self.expected_dialogs:
            self.unknown_dialog = dialog.message
            self._fail(say(f"ระบบถามว่า “{dialog.message}”", f"the portal asked “{dialog.message}”"))

    def _fail(self, reason: str) -> None:
        if not self.fault.done():
            self.fault.set_result(reason)


async def press(
    session: Session, page: Page, button: ElementHandle, success: Locator, *, what: str, seconds: float
) -> None:
    """Press and wait for what the portal says.

    Raises:
        Rejected: the portal refused, in its own words.
        PortalChanged: an unknown dialog was cancelled and nothing was sent.
        Doubtful: something was sent and no known answer came.
    """
    expected = success
    for where in (*session.profile.rejected, session.profile.login.ready):
        expected = expected.or_(locator(where, page))
    with _watching(page, session.profile.dialogs.accept) as watch:
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
    if not await success.first.is_visible():
        await session.raise_refusal(page, what)
        raise Doubtful(say("การเข้าสู่ระบบหมดอายุระหว่างบันทึก", "the session ended during the save"), where=what)


async def _click_and_wait(
    button: ElementHandle, expected: Locator, watch: _Watch, seconds: float
) -> str | None:
    """None when a known answer came, else why not."""

    async def click_then_wait() -> None:
        await button.click(timeout=seconds * MILLISECONDS)
        await expected.wait_for(timeout=seconds * MILLISECONDS)

    answer = asyncio.ensure_future(click_then_wait())
    both: set[asyncio.Future[Any]] = {answer, watch.fault}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
        return watch.fault.result()
    try:
        answer.result()
    except PlaywrightError as error:
        return error.message.splitlines()[0]
    return None


@contextmanager
def _watching(page: Page, expected_dialogs: Container[str]) -> Iterator[_Watch]:
    watch = _Watch(expected_dialogs)
    page.on("request", watch.on_request)
    page.on("response", watch.on_response)
    page.on("requestfailed", watch.on_failure)
    page.on("dialog", watch.on_dialog)
    try:
        yield watch
    finally:
        page.remove_listener("request", watch.on_request)
        page.remove_listener("response", watch.on_response)
        page.remove_listener("requestfailed", watch.on_failure)
        page.remove_listener("dialog", watch.on_dialog)
