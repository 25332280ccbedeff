"""The form of a card: fill, attach, save; and delete one evidence file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.async_api import Locator, Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import ObservedEvidence
from flows.fields import WRITERS
from flows.locate import locator, the_one
from flows.pages.card_address import CardAddress
from flows.pages.reading import shown_in
from flows.press import press
from flows.session import Session

MEGABYTE = 1 << 20
REQUIRED = "input[required], textarea[required], select[required], [aria-required='true']"
NAME_OF = "element => element.name || element.id"


async def save_card(
    session: Session, page: Page, card: CardAddress, fields: Mapping[str, str], files: Sequence[Path]
) -> None:
    """Write the given fields, attach the files and save the draft: one save, whose answer is awaited.

    Raises:
        PortalChanged: the form is not as the profile says; nothing was saved.
        Rejected: the portal refused the save.
        Doubtful: the save was sent and its answer lost.
    """
    place = session.profile.card_form
    what = await _open(session, page, card)
    form = await the_one(place.form, page, "form")
    located = {name: await the_one(field.at, form, name) for name, field in place.fields.items()}
    attach = await the_one(place.files, form, "evidence")
    await _refuse_unknown_required([*located.values(), attach], form, what)
    for name, value in fields.items():
        await WRITERS[place.fields[name].kind](located[name], value)
    if files:
        await attach.set_input_files(files)
    megabytes = sum(file.stat().st_size for file in files) / MEGABYTE
    timeouts = session.profile.timeouts
    await press(
        session,
        page,
        await the_one(place.save, form, "save"),
        locator(place.saved, page),
        what=what,
        seconds=timeouts.save + megabytes * timeouts.per_megabyte,
    )


async def delete_evidence(
    session: Session, page: Page, card: CardAddress, evidence: ObservedEvidence
) -> None:
    """Delete the one row that carries the evidence's key.

    Raises:
        PortalChanged: there is no such row, or it has no button to delete it.
        Rejected, Doubtful: as for a save.
    """
    place = session.profile.card_form
    what = await _open(session, page, card)
    rows = locator(place.evidence.row, page)
    row = rows.and_(page.locator(f"[{place.evidence.key_attribute}='{evidence.key}']"))
    if await row.count() != 1:
        raise PortalChanged(
            say(f"ไม่พบไฟล์ “{evidence.name}” ที่จะลบ", f"the file “{evidence.name}” to delete is not there"),
            where=what,
        )
    button = await the_one(place.delete, row, "delete")
    await press(
        session, page, button, locator(place.deleted, page), what=what, seconds=session.profile.timeouts.save
    )


async def _open(session: Session, page: Page, card: CardAddress) -> str:
    place = session.profile.card_form
    what = say(f"แบบฟอร์มตัวชี้วัด {card.indicator}", f"form of indicator {card.indicator}")
    await session.open(page, place, what, **card.values())
    shown = (await shown_in(await the_one(place.indicator, page, "indicator"), place.indicator)).strip()
    if shown != card.indicator:
        raise PortalChanged(
            say(f"ระบบเปิดแบบฟอร์มตัวชี้วัด {shown} แทน", f"the portal opened the form of {shown} instead"),
            where=what,
        )
    return what


async def _refuse_unknown_required(known: Sequence[Locator], form: Locator, what: str) -> None:
    """Stop at a required field that the profile does not know: it would be sent empty (DESIGN P10)."""
    names = {await field.evaluate(NAME_OF) for field in known}
    required = await form.locator(REQUIRED).evaluate_all(f"elements => elements.map({NAME_OF})")
    unknown = sorted(set(required) - names)
    if unknown:
        raise PortalChanged(
            say(
                f"แบบฟอร์มมีช่องบังคับที่ไม่รู้จัก: {', '.join(unknown)}",
                f"unknown required fields: {', '.join(unknown)}",
            ),
            where=what,
            next_step=say("ไม่มีการบันทึก เพิ่มช่องนี้ในโปรไฟล์", "nothing was saved; add them to the profile"),
        )
