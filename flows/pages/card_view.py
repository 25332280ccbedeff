"""The read-only view of a card: the witness from which every value is read back."""

from __future__ import annotations

from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import ObservedCard, State
from esar_bot.text import unix_newlines
from flows.locate import signs_on
from flows.look import look
from flows.pages.card_address import CardAddress
from flows.pages.evidence import EvidenceReader, NotGiven, evidence_rows
from flows.profile import CardView
from flows.session import Session

INDICATOR, STATE = "indicator number", "card state"


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


async def _read(session: Session, page: Page, card: CardAddress, files: EvidenceReader) -> ObservedCard:
    place = session.profile.card_view
    what = say(f"หน้าดูตัวชี้วัด {card.indicator}", f"view of indicator {card.indicator}")
    await session.open(page, place, what, **card.values())
    places = {INDICATOR: place.indicator, STATE: place.state, **place.fields}
    seen = await look(page, places, evidence_rows(place.evidence))
    shown = dict(seen.shown)
    number, state = shown.pop(INDICATOR).strip(), shown.pop(STATE)
    if number != card.indicator:
        raise PortalChanged(
            say(f"ระบบเปิดตัวชี้วัด {number} แทน", f"the portal opened indicator {number} instead"), where=what
        )
    if state not in session.profile.states:
        raise PortalChanged(say(f"ไม่รู้จักสถานะ “{state}”", f"unknown state “{state}”"), where=what)
    known = State(session.profile.states[state])
    return ObservedCard(
        number,
        known,
        {name: unix_newlines(text) for name, text in shown.items()},
        await files.read(page, place.evidence, seen.rows),
        await _remark(page, place) if known is State.RETURNED else "",
    )


async def _remark(page: Page, place: CardView) -> str:
    """What the assessor wrote to a returned card, as far as the view shows it."""
    if place.remark is None:
        return ""
    (words,) = await signs_on(page, [place.remark])
    return words or ""
