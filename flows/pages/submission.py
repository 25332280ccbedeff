"""The page where a round is declared and submitted: the irreversible act, done once."""

from __future__ import annotations

from playwright.async_api import Page

from esar_bot.errors import Rejected
from esar_bot.language import say
from esar_bot.portal import Begin
from flows.locate import signs_on, the_one
from flows.press import press
from flows.session import Session


async def submit_round(session: Session, page: Page, fiscal_year: int, round_key: str, begin: Begin) -> None:
    """Tick the declaration and submit.

    Raises:
        Rejected: the portal says that something is incomplete, or refuses the submission.
        PortalChanged: the page is not as the profile says; nothing was sent.
        Doubtful: the submission was sent and its answer lost.
    """
    place = session.profile.submission
    what = say(f"หน้าส่งรายงานรอบ {round_key}", f"submission of round {round_key}")
    await session.open(page, place, what, fiscal_year=fiscal_year, round=round_key)
    (incomplete,) = await signs_on(page, [place.incomplete])
    if incomplete is not None:
        raise Rejected(
            say("ระบบแจ้งว่ายังไม่ครบ: ", "the portal says it is incomplete: ") + " ".join(incomplete.split()),
            where=what,
            next_step=say("แก้รายการที่ระบบแจ้ง แล้วสั่งซ้ำ", "mend what the portal names, then run again"),
        )
    await (await the_one(place.declaration, page, "declaration")).check()
    button = await the_one(place.submit, page, "submit")
    begin()
    await press(
        session,
        page,
        button,
        session.profile.confirmation.ready,
        what=what,
        seconds=session.profile.timeouts.save,
    )
