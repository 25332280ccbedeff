"""The form of a card: fill, attach, save; and delete one evidence file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.async_api import ElementHandle, Page

from esar_bot.errors import PersonNeeded, PortalChanged
from esar_bot.language import say
from esar_bot.portal import ObservedCard, ObservedEvidence, same_value
from flows.fields import LocatedField, write_fields
from flows.locate import locator, the_one
from flows.pages.card_address import CardAddress
from flows.pages.reading import shown_on
from flows.press import press
from flows.profile import EvidenceRows
from flows.session import Session

MEGABYTE = 1 << 20
VALUES = "fields => fields.map(field => field.value)"
UNKNOWN_REQUIRED = """([form, known]) => [...form.querySelectorAll(
    "input[required], textarea[required], select[required], [aria-required='true']"
)].filter(field => !known.includes(field)).map(field => field.name || field.id || field.outerHTML)"""


async def save_card(
    session: Session,
    page: Page,
    card: CardAddress,
    planned_on: ObservedCard,
    fields: Mapping[str, str],
    files: Sequence[Path],
) -> None:
    """Write the given fields, attach the files and save the draft: one save, whose answer is awaited.

    Raises:
        PortalChanged: the form is not as the profile says; nothing was saved.
        PersonNeeded: the card was changed since the plan saw it; nothing was saved.
        Rejected: the portal refused the save.
        Doubtful: the save was sent and its answer lost.
    """
    place = session.profile.card_form
    what = await _open(session, page, card)
    scope = locator(place.form, page)
    form, attach, save, *inputs = await asyncio.gather(
        the_one(place.form, page, "form"),
        the_one(place.files, scope, "evidence"),
        the_one(place.save, scope, "save"),
        *(the_one(field.at, scope, name) for name, field in place.fields.items()),
    )
    await _refuse_unknown_required(page, form, [attach, *inputs], what)
    located = {
        name: LocatedField(field.kind, element)
        for (name, field), element in zip(place.fields.items(), inputs, strict=True)
    }
    await _refuse_changed(page, planned_on, located, place.evidence, what)
    await write_fields(page, located, fields, what)
    if files:
        await attach.set_input_files(files)
    megabytes = sum(file.stat().st_size for file in files) / MEGABYTE
    timeouts = session.profile.timeouts
    seconds = timeouts.save + megabytes * timeouts.per_megabyte
    await press(session, page, save, place.saved, what=what, seconds=seconds)


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
    row = rows.and_(page.locator(f"[{place.evidence.key_attribute}={json.dumps(evidence.key)}]"))
    if await row.count() != 1:
        raise PortalChanged(
            say(f"ไม่พบไฟล์ “{evidence.name}” ที่จะลบ", f"the file “{evidence.name}” to delete is not there"),
            where=what,
        )
    button = await the_one(place.delete, row, "delete")
    seconds = session.profile.timeouts.save
    await press(session, page, button, place.deleted, what=what, seconds=seconds)


async def _open(session: Session, page: Page, card: CardAddress) -> str:
    place = session.profile.card_form
    what = say(f"แบบฟอร์มตัวชี้วัด {card.indicator}", f"form of indicator {card.indicator}")
    await session.open(page, place, what, **card.values())
    await session.raise_refusal(page, what)
    shown = (await shown_on(page, {"indicator": place.indicator}))["indicator"].strip()
    if shown != card.indicator:
        raise PortalChanged(
            say(f"ระบบเปิดแบบฟอร์มตัวชี้วัด {shown} แทน", f"the portal opened the form of {shown} instead"),
            where=what,
        )
    return what


async def _refuse_changed(
    page: Page, planned_on: ObservedCard, located: Mapping[str, LocatedField], rows: EvidenceRows, what: str
) -> None:
    """Stop where somebody else has been since the plan was made: a casualty otherwise (DESIGN P7)."""
    held = await page.evaluate(VALUES, [field.element for field in located.values()])
    differing = [
        name
        for name, value in zip(located, held, strict=True)
        if not same_value(name, planned_on.fields.get(name, ""), value)
    ]
    listed = await locator(rows.name, locator(rows.row, page)).all_text_contents()
    if sorted(listed) != sorted(evidence.name for evidence in planned_on.evidence):
        differing.append("evidence")
    if differing:
        fields = ", ".join(differing)
        raise PersonNeeded(
            say(
                f"มีผู้แก้ไขการ์ดนี้ในระบบหลังจากที่อ่านค่าไว้ ({fields}) จึงไม่เขียนทับ",
                f"somebody changed this card after it was read ({fields}): it is not overwritten",
            ),
            where=what,
            next_step=say("สั่งซ้ำเพื่ออ่านค่าใหม่และตัดสินข้อขัดแย้ง", "run again: it reads anew and shows both sides"),
        )


async def _refuse_unknown_required(
    page: Page, form: ElementHandle, known: Sequence[ElementHandle], what: str
) -> None:
    """Stop at a required field that the profile does not know: it would be sent empty (DESIGN P10)."""
    unknown = await page.evaluate(UNKNOWN_REQUIRED, [form, list(known)])
    if unknown:
        names = ", ".join(unknown)
        raise PortalChanged(
            say(f"แบบฟอร์มมีช่องบังคับที่ไม่รู้จัก: {names}", f"unknown required fields: {names}"),
            where=what,
            next_step=say("ไม่มีการบันทึก เพิ่มช่องนี้ในโปรไฟล์", "nothing was saved; add them to the profile"),
        )
