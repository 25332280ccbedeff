"""The round's page with the list of its cards, and the acknowledgement once it is submitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import Confirmation, State, Window
from esar_bot.redact import redact
from flows.locate import refuse_unless_one
from flows.look import Row, RowsOf, look
from flows.profile import Profile
from flows.session import Session


@dataclass(frozen=True)
class ShownRound:
    """The round as its page shows it.

    `agency` is whose report it is, where that is shown;
    `untouched` are the cards that it lists as never reported, `others` those that nobody asked for.
    """

    state: State
    window: Window
    untouched: frozenset[str]
    others: tuple[str, ...] = ()
    agency: str = ""


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
    place = profile.round
    cards = RowsOf(place.cards.row, place.cards.indicator_attribute, place.cards.state)
    whose = {} if place.agency is None else {"agency": place.agency}
    seen = await look(page, what, {"state": place.state, "window": place.window, **whose}, cards)
    state, window = seen.shown["state"], seen.shown["window"]
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
    at = f"{what} ({page.url})"
    for indicator in indicators:
        refuse_unless_one(at, sum(row.key == indicator for row in seen.rows), place.cards.row, indicator)
    untouched = _untouched(profile, seen.rows) & set(indicators)
    others = tuple(row.key for row in seen.rows if row.key not in indicators)
    known, open_or_not = State(profile.states[state]), Window(profile.windows[window])
    return ShownRound(known, open_or_not, untouched, others, seen.shown.get("agency", ""))


def _untouched(profile: Profile, cards: Sequence[Row]) -> frozenset[str]:
    empty = {word for word, state in profile.states.items() if state is State.EMPTY}
    return frozenset(card.key for card in cards if card.part in empty)


async def read_confirmation(session: Session, page: Page, fiscal_year: int, round_key: str) -> Confirmation:
    """The acknowledgement of a submitted round, in the portal's own words.

    Raises:
        PortalChanged: the page is not as the profile says.
    """
    place = session.profile.confirmation
    what = say("หน้ายืนยันการส่ง", "confirmation page")
    await session.open(page, place, what, fiscal_year=fiscal_year, round=round_key)
    shown = (await look(page, what, {"number": place.number, "text": place.text})).shown
    return Confirmation(redact(shown["number"].strip()), redact(" ".join(shown["text"].split())))
