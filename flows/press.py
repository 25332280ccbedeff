"""Pressing a button that writes: it ends in success, in the portal's refusal, or in doubt. Never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from playwright.async_api import Dialog, ElementHandle, Frame, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import Doubtful, NotTaken, PortalChanged
from esar_bot.language import say
from flows.faults import first_line, leads_elsewhere, shortened
from flows.fence import REFUSED
from flows.guard import HARMLESS, SENT_ON
from flows.locate import MILLISECONDS, signs_on
from flows.patience import is_fault
from flows.profile import Locate, Profile
from flows.session import Session, refuse

LEADING_ON = {301, 302, 303, *SENT_ON}
GIVEN_UP = "net::ERR_ABORTED"  # by the browser: for another page, or because nothing was to be shown
QUESTIONS = {"confirm", "prompt"}  # can be answered with no; after any other dialog the press goes on
SECOND_THOUGHTS_SECONDS = 1  # for a page to send something after all, although its question was cancelled


@dataclass
class _Watch:
    """What the network shows of a write: whether anything left, and whether its answer was a fault.

    An answer ends with the page that it leads to. A page that opens meanwhile (a pop-up) counts as something
    that left: doubt, not faith.
    """

    session: Session
    page: Page
    writes: set[Request] = field(default_factory=set)
    opened: bool = False
    answered: bool = False
    answer: Response | None = None
    documents_shown: int = 0
    arrived: bool = False
    unknown_dialog: Dialog | None = None
    fault: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def sent(self) -> bool:
        """Whether anything may have left."""
        return self.opened or bool(self.writes)

    @property
    def shows_the_answer(self) -> bool:
        """Whether what the page shows is what the one write was itself answered with."""
        return self._of_one_answer(
            lambda own: own.status not in LEADING_ON and self._leads_this_page(own.request)
        )

    @property
    def led_to_the_login(self) -> bool:
        """Whether the one write was itself answered by the way to the login page."""
        is_login = self.session.profile.is_login
        return self._of_one_answer(
            lambda own: (
                own.status in LEADING_ON and is_login(urljoin(own.url, own.headers.get("location", "")))
            )
        )

    def listen(self) -> None:
        """Begin to watch."""
        for event, listener in (*self._of_the_network(), *self._of_the_page()):
            self.page.on(event, listener)

    def ignore(self) -> None:
        """Watch no more."""
        self.ignore_network()
        for event, listener in self._of_the_page():
            self.page.remove_listener(event, listener)

    def ignore_network(self) -> None:
        """Hear no more of requests that go well: what the next page loads says nothing of the write."""
        if not self.arrived:
            self.arrived = True
            for event, listener in self._of_the_network():
                self.page.remove_listener(event, listener)

    def on_request(self, request: Request) -> None:
        if _writes(request):
            self.writes.add(request)

    def on_navigation(self, frame: Frame) -> None:
        if frame == self.page.main_frame:
            self.documents_shown += 1

    def on_popup(self, _page: Page) -> None:
        self.opened = True

    def on_response(self, response: Response) -> None:
        request = response.request
        if not self._is_the_writes(request):
            return
        self.session.patience.told(response.status, response.headers)
        if is_fault(response.status):
            self._fail(f"HTTP {response.status}")
        if self.answer is None and _writes(request) and response.status not in SENT_ON:
            self.answer = response
        self.answered = self.answered or response.status not in SENT_ON
        if response.status not in LEADING_ON or not self._leads_this_page(request):
            self.ignore_network()

    def on_failure(self, request: Request) -> None:
        if not self._is_the_writes(request):
            return
        failure = str(request.failure)
        if REFUSED in failure:
            if request.redirected_from is None:
                self.writes.discard(request)  # the fence let none of it out
            self._fail(leads_elsewhere(request.url, "").what)
        elif _writes(request):
            self._fail(failure)
        elif GIVEN_UP not in failure:  # another page took its place
            self._fail(f"{failure}: {request.url}")

    def on_dialog(self, dialog: Dialog) -> None:
        if dialog.message not in self.session.profile.dialogs.accept:
            self.unknown_dialog = self.unknown_dialog or dialog
            self._fail(dialog.message)

    def _of_the_network(self) -> tuple[tuple[Any, Any], ...]:
        return ("request", self.on_request), ("response", self.on_response)

    def _of_the_page(self) -> tuple[tuple[Any, Any], ...]:
        return (
            ("popup", self.on_popup),
            ("dialog", self.on_dialog),
            ("requestfailed", self.on_failure),
            ("framenavigated", self.on_navigation),
        )

    def _of_one_answer(self, holds: Callable[[Response], bool]) -> bool:
        """Whether it holds of the answer to the only write, after which the page went no further."""
        alone = sum(request.redirected_from is None for request in self.writes) == 1
        return alone and self.documents_shown == 1 and self.answer is not None and holds(self.answer)

    def _is_the_writes(self, request: Request) -> bool:
        """Whether it is the write itself, or takes this page to where the write leads."""
        return (_writes(request) and not self.answered) or self._leads_this_page(request)

    def _leads_this_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self.page.main_frame

    def _fail(self, reason: str) -> None:
        if not self.fault.done():
            self.fault.set_result(reason)


def _writes(request: Request) -> bool:
    return request.method.upper() not in HARMLESS


async def press(
    session: Session, page: Page, button: ElementHandle, success: Locate, *, what: str, seconds: float
) -> None:
    """Press and wait for what the portal says.

    Raises:
        Rejected: the portal refused, in its own words.
        PortalChanged: nothing was sent: an answer was there before the question, or an unknown question came,
            was cancelled, and nothing had left when the page was closed.
        NotTaken: the write's own answer is the login page or leads straight to it, or is one of the profile's
            signs that the form is too old.
        Doubtful: something was sent and no known answer came, or an unknown dialog came that does not ask.
        Unavailable: nothing was sent, for the portal asks to be left alone for longer than is waited.
    """
    profile = session.profile
    answers = [success, *profile.rejected, *profile.stale]
    _refuse_early(await signs_on(page, answers), what)
    signs = [*answers, profile.login.ready, *profile.login.person, *profile.maintenance]
    await session.patience.rest(what)
    with _watching(session, page) as watch:
        answer = await _click_and_wait(button, page, signs, watch, seconds)
        if watch.unknown_dialog is not None:
            await _refuse_unknown(watch.unknown_dialog, watch, what)
    if isinstance(answer, str):
        raise (Doubtful if watch.sent else PortalChanged)(answer, where=what)
    _believe(answer, profile, watch, what)


async def _refuse_unknown(dialog: Dialog, watch: _Watch, what: str) -> None:
    """Say what became of a press that a dialog of no known message came between.

    It was dismissed, which forbids nothing where it only told something. To cancel a question forbids what it
    asked about, if the page heeds that: the page is left, and what it had sent until then is what counts.

    Raises:
        PortalChanged: it was a question, and nothing was sent.
        Doubtful: something was, or it may yet be.
    """
    words = say(
        f"ระบบแสดงข้อความที่ไม่รู้จัก: “{dialog.message}”", f"the portal said something unknown: “{dialog.message}”"
    )
    step = say(
        "โปรดส่งภาพหน้าจอนี้ให้ผู้ดูแล esar-bot แก้โปรไฟล์ (dialogs.accept)",
        "send this picture to whoever keeps the profile (dialogs.accept)",
    )
    if dialog.type not in QUESTIONS:
        raise Doubtful(words, where=what, next_step=step)
    session, page = watch.session, watch.page
    session.pressing.discard(page)  # nor may it ask for something else now
    await asyncio.sleep(SECOND_THOUGHTS_SECONDS)
    picture = await session.picture_of_problem(page)
    await session.leave(page)
    if watch.sent or not page.is_closed():
        raise Doubtful(words, where=what, next_step=step)
    nothing = say("ไม่มีการบันทึก ", "nothing was sent; ")
    refusal = PortalChanged(words, where=what, next_step=nothing + step)
    refusal.picture = picture
    raise refusal


def _believe(answer: Sequence[str | None], profile: Profile, watch: _Watch, what: str) -> None:
    """Take the portal's answer as it was given: return where it says that all went well.

    That nothing was taken is believed only of the write's own answer: a page that comes after it may ask to
    sign in, or find a form too old, although all was stored.
    """
    succeeded, *others = answer
    if succeeded is not None:
        return
    known = iter(others)
    refusals, stale = list(islice(known, len(profile.rejected))), list(islice(known, len(profile.stale)))
    login, *person_or_maintenance = known
    refuse(refusals, what)
    if (words := _first(stale)) is not None and watch.shows_the_answer:
        reason = say("ระบบไม่รับแบบฟอร์มที่เก่าเกินไป: ", "the portal does not take so old a form: ")
        raise NotTaken(reason + shortened(words), where=what)
    if login is not None:
        straight = watch.shows_the_answer or watch.led_to_the_login
        ended = say("การเข้าสู่ระบบหมดอายุระหว่างบันทึก", "the session ended during the save")
        raise (NotTaken if straight else Doubtful)(ended, where=what)
    reason = say("ระบบตอบอย่างอื่น: ", "the portal answered something else: ")
    raise Doubtful(reason + shortened(_first((*stale, *person_or_maintenance)) or ""), where=what)


def _first(seen: Iterable[str | None]) -> str | None:
    return next((words for words in seen if words is not None), None)


def _refuse_early(seen: Sequence[str | None], what: str) -> None:
    """Stop if an answer is there before anything was pressed: it could not be believed afterwards."""
    succeeded, *refusals = seen
    refuse(refusals, what)
    if succeeded is not None:
        raise PortalChanged(
            say("หน้านี้แสดงว่าสำเร็จตั้งแต่ก่อนกดปุ่ม", "the page shows success before anything was pressed"),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก แก้เครื่องหมายว่าสำเร็จในโปรไฟล์",
                "nothing was sent; mend the profile's sign of success",
            ),
        )


async def _click_and_wait(
    button: ElementHandle, page: Page, signs: Sequence[Locate], watch: _Watch, seconds: float
) -> list[str | None] | str:
    """What the signs of a known answer say, or why there is none."""

    async def click_then_look() -> list[str | None]:
        await button.click(timeout=seconds * MILLISECONDS)
        return await signs_on(page, signs, seconds)

    looking = asyncio.ensure_future(click_then_look())
    looking.add_done_callback(_take_note)
    both: set[asyncio.Future[Any]] = {looking, watch.fault}
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if not looking.done():
        return watch.fault.result()
    try:
        answer = looking.result()
    except PlaywrightError as error:
        return first_line(error)
    if not any(words is not None for words in answer):
        return say(f"ระบบไม่ตอบภายใน {seconds:.0f} วินาที", f"no known answer within {seconds:.0f} s")
    return answer


def _take_note(looking: asyncio.Future[list[str | None]]) -> None:
    """A look that nobody waits for any more ends with its page, which is closed after a failure."""
    if not looking.cancelled():
        looking.exception()


@contextmanager
def _watching(session: Session, page: Page) -> Iterator[_Watch]:
    watch = _Watch(session, page)
    watch.listen()
    session.pressing.add(page)
    try:
        yield watch
    finally:
        session.pressing.discard(page)
        watch.ignore()
