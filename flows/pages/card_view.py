"""The read-only view of a card: the witness from which every value is read back."""

from __future__ import annotations

from playwright.async_api import Page
from tenacity import AsyncRetrying, retry_if_exception_type, stop_before_delay, wait_exponential

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import ObservedCard, State
from esar_bot.text import unix_newlines
from flows.faults import Unrepeatable, another_indicator, shortened
from flows.locate import signs_on
from flows.look import look
from flows.pages.card_address import CardAddress
from flows.pages.evidence import EvidenceReader, NotGiven, evidence_rows
from flows.profile import CardView
from flows.session import Session

PAUSE = wait_exponential(multiplier=0.5, max=5)
INDICATOR, NAME, STATE = "indicator number", "indicator name", "card state"


async def read_card(session: Session, page: Page, card: CardAddress, files: EvidenceReader) -> ObservedCard:
    """Open the view and read all of it; the page stays there, for a picture.

    Raises:
        PortalChanged: the view is not as the profile says, or shows another card.
        Unavailable: the portal did not answer.
    """
    try:
        return await _read(session, page, card, files)
    except NotGiven:  # perhaps the session has ended since: the page would say so, and is signed in to again
        return await _read(session, page, card, files)


class StillProcessing(Unrepeatable):
    """Files that were sent are not listed yet: what the view shows is not all there is."""


async def _read(session: Session, page: Page, card: CardAddress, files: EvidenceReader) -> ObservedCard:
    place = session.profile.card_view
    what = say(f"หน้าดูตัวชี้วัด {card.indicator}", f"view of indicator {card.indicator}")
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(StillProcessing),
        wait=PAUSE,
        stop=stop_before_delay(session.profile.timeouts.processing),
        reraise=True,
    ):
        with attempt:
            await session.open(page, place, what, **card.values())
            await _refuse_unfinished(page, place, what)
    named = {} if place.name is None else {NAME: place.name}
    places = {INDICATOR: place.indicator, STATE: place.state, **named, **place.fields}
    seen = await look(page, what, places, evidence_rows(place.evidence))
    shown = dict(seen.shown)
    number, state, name = shown.pop(INDICATOR).strip(), shown.pop(STATE), shown.pop(NAME, "")
    if number != card.indicator:
        raise another_indicator(number, what)
    if state not in session.profile.states:
        raise PortalChanged(
            say(f"ไม่รู้จักสถานะ “{state}”", f"unknown state “{state}”"),
            where=what,
            next_step=say("เพิ่มใน [states] ของโปรไฟล์", "add it to the profile's [states]"),
        )
    known = State(session.profile.states[state])
    return ObservedCard(
        number,
        known,
        {name: unix_newlines(text) for name, text in shown.items()},
        await files.read(page, place.evidence, seen.rows),
        await _remark(page, place) if known is State.RETURNED else "",
        name,
    )


async def _refuse_unfinished(page: Page, place: CardView, what: str) -> None:
    if place.evidence.processing is None:
        return
    (words,) = await signs_on(page, [place.evidence.processing])
    if words is not None:
        raise StillProcessing(
            say("ระบบยังประมวลผลไฟล์ไม่เสร็จ: ", "the portal still processes files: ") + shortened(words),
            where=what,
            next_step=say("รอสักครู่ แล้วสั่งซ้ำ", "wait a while, then run again"),
        )


async def _remark(page: Page, place: CardView) -> str:
    """What the assessor wrote to a returned card, as far as the view shows it."""
    if place.remark is None:
        return ""
    (words,) = await signs_on(page, [place.remark])
    return words or ""
