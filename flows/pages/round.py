"""The round's page with the list of its cards, and the acknowledgement once it is submitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import Confirmation, State, Window
from flows.locate import locator, only
from flows.pages.reading import SHOWN_OF_EACH, shown_on
from flows.session import Session


@dataclass(frozen=True)
class ShownRound:
    """The round as its page shows it; `untouched` are the cards that it lists as never reported."""

    state: State
    window: Window
    untouched: frozenset[str]


async def read_round(
    session: Session, page: Page, fiscal_year: int, round_key: str, indicators: Sequence[str]
) -> ShownRound:
    """Open the round's page and read it.

    An untouched card need not be opened to be read: before it is written, its form is compared with that.

    Raises:
        PortalChanged: the page is not as the profile says, or lists one of the indicators not once.
    """
    profile = session.profile
    what = say(f"หน้ารอบ {round_key}", f"page of round {round_key}")
    await session.open(page, profile.round, what, fiscal_year=fiscal_year, round=round_key)
    shown = await shown_on(page, {"state": profile.round.state, "window": profile.round.window})
    state, window = shown["state"], shown["window"]
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
    untouched = await _untouched(session, page, indicators, what)
    return ShownRound(State(profile.states[state]), Window(profile.windows[window]), untouched)


async def _untouched(session: Session, page: Page, indicators: Sequence[str], what: str) -> frozenset[str]:
    place = session.profile.round.cards
    rows = locator(place.row, page)
    listed = await rows.evaluate_all(SHOWN_OF_EACH, place.indicator_attribute)
    states = await locator(place.state, rows).evaluate_all(SHOWN_OF_EACH, place.state.attribute)
    if len(states) != len(listed):
        raise PortalChanged(
            say(
                f"รายการมีตัวชี้วัด {len(listed)} แถว แต่พบสถานะ {len(states)} แห่ง",
                f"the list has {len(listed)} rows and {len(states)} states",
            ),
            where=what,
        )
    for indicator in indicators:
        only([number for number in listed if number == indicator], place.row, indicator)
    empty = {word for word, state in session.profile.states.items() if state is State.EMPTY}
    return frozenset(
        number
        for number, state in zip(listed, states, strict=True)
        if state in empty and number in indicators
    )


async def read_confirmation(session: Session, page: Page, fiscal_year: int, round_key: str) -> Confirmation:
    """The acknowledgement of a submitted round, in the portal's own words.

    Raises:
        PortalChanged: the page is not as the profile says.
    """
    place = session.profile.confirmation
    what = say("หน้ายืนยันการส่ง", "confirmation page")
    await session.open(page, place, what, fiscal_year=fiscal_year, round=round_key)
    shown = await shown_on(page, {"number": place.number, "text": place.text})
    return Confirmation(shown["number"].strip(), " ".join(shown["text"].split()))
