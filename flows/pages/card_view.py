"""The read-only view of a card: the witness from which every value is read back."""

from __future__ import annotations

from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import ObservedCard, State
from esar_bot.text import unix_newlines
from flows.locate import the_one
from flows.pages.card_address import CardAddress
from flows.pages.evidence import EvidenceReader
from flows.pages.reading import shown_in
from flows.session import Session


async def read_card(session: Session, page: Page, card: CardAddress, files: EvidenceReader) -> ObservedCard:
    """Open the view and read all of it; the page stays there, for a picture."""
    place = session.profile.card_view
    what = say(f"หน้าดูตัวชี้วัด {card.indicator}", f"view of indicator {card.indicator}")
    await session.open(page, place, what, **card.values())
    shown = (await shown_in(await the_one(place.indicator, page, "indicator"), place.indicator)).strip()
    if shown != card.indicator:
        raise PortalChanged(
            say(f"ระบบเปิดตัวชี้วัด {shown} แทน", f"the portal opened indicator {shown} instead"), where=what
        )
    state = await shown_in(await the_one(place.state, page, "state"), place.state)
    if state not in session.profile.states:
        raise PortalChanged(say(f"ไม่รู้จักสถานะ “{state}”", f"unknown state “{state}”"), where=what)
    fields = {
        name: unix_newlines(await shown_in(await the_one(where, page, name), where))
        for name, where in place.fields.items()
    }
    return ObservedCard(
        card.indicator, State(session.profile.states[state]), fields, await files.read(page, place.evidence)
    )
