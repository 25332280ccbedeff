"""The round's page, and the acknowledgement once it is submitted."""

from __future__ import annotations

from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import Confirmation, ObservedRound, State, Window
from flows.locate import the_one
from flows.pages.reading import shown_in
from flows.session import Session


async def read_round(session: Session, page: Page, fiscal_year: int, round_key: str) -> ObservedRound:
    """The round's state, whether it takes reports, and its confirmation if it has one; no cards yet."""
    profile = session.profile
    what = say(f"หน้ารอบ {round_key}", f"page of round {round_key}")
    await session.open(page, profile.round, what, fiscal_year=fiscal_year, round=round_key)
    state = await shown_in(await the_one(profile.round.state, page, "state"), profile.round.state)
    window = await shown_in(await the_one(profile.round.window, page, "window"), profile.round.window)
    if state not in profile.states or window not in profile.windows:
        raise PortalChanged(
            say(
                f"ไม่รู้จักสถานะรอบ “{state}” / “{window}”", f"unknown state of the round: “{state}” / “{window}”"
            ),
            where=what,
            next_step=say(
                "เพิ่มใน [states] หรือ [windows] ของโปรไฟล์", "add it to the profile's [states] or [windows]"
            ),
        )
    known = State(profile.states[state])
    confirmation = (
        await _read_confirmation(session, page, fiscal_year, round_key) if known.is_locked else None
    )
    return ObservedRound(fiscal_year, round_key, known, Window(profile.windows[window]), confirmation)


async def _read_confirmation(session: Session, page: Page, fiscal_year: int, round_key: str) -> Confirmation:
    place = session.profile.confirmation
    what = say("หน้ายืนยันการส่ง", "confirmation page")
    await session.open(page, place, what, fiscal_year=fiscal_year, round=round_key)
    number = await shown_in(await the_one(place.number, page, "confirmation number"), place.number)
    text = await shown_in(await the_one(place.text, page, "confirmation"), place.text)
    return Confirmation(number.strip(), " ".join(text.split()))
