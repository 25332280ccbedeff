"""The form of a card: fill, attach, save; and delete one evidence file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.async_api import Page

from esar_bot.errors import PersonNeeded, PortalChanged
from esar_bot.labels import EVIDENCE, field_word
from esar_bot.language import say
from esar_bot.portal import Begin, ObservedCard, ObservedEvidence, same_value
from esar_bot.text import canonical_line
from flows.faults import another_indicator
from flows.fields import write_fields
from flows.locate import Within, the_one
from flows.look import Form, Look, look
from flows.pages.card_address import CardAddress
from flows.pages.evidence import evidence_rows
from flows.press import press
from flows.profile import CardForm
from flows.session import Session, refuse

MEGABYTE = 1 << 20
NAME = "indicator name"


async def save_card(
    session: Session,
    page: Page,
    card: CardAddress,
    planned_on: ObservedCard,
    fields: Mapping[str, str],
    files: Sequence[Path],
    *,
    begin: Begin,
) -> None:
    """Write the given fields, attach the files and save the draft: one save, whose answer is awaited.

    Raises:
        PortalChanged: the form is not as the profile says; nothing was saved.
        PersonNeeded: the card was changed since the plan saw it, is called otherwise than in the agreement,
            or a file cannot be read; nothing was saved.
        Rejected: the portal refused the save.
        Doubtful: the save was sent and its answer lost.
    """
    place = session.profile.card_form
    what = await _open(session, page, card)
    seen = await _look(session, page, card, what)
    _refuse_another_name(planned_on, place, seen, what)
    _refuse_unknown_required(seen.form, what)
    _refuse_changed(planned_on, place, seen, what)
    await write_fields(page, place.form, place.fields, fields, what)
    megabytes = await _attach(page, place, files, what)
    save = await the_one(place.save, page, "save", Within(place.form))
    timeouts = session.profile.timeouts
    seconds = timeouts.save + megabytes * timeouts.per_megabyte
    begin()
    await press(session, page, save, place.saved, what=what, seconds=seconds)


async def _attach(page: Page, place: CardForm, files: Sequence[Path], what: str) -> float:
    """Choose the files in the form; how many megabytes they are."""
    if not files:
        return 0
    chooser = await the_one(place.files, page, "evidence", Within(place.form))
    try:
        await chooser.set_input_files(files)
        return sum(file.stat().st_size for file in files) / MEGABYTE
    except OSError as error:
        raise PersonNeeded(
            say(f"อ่านไฟล์หลักฐานไม่ได้: {error}", f"evidence cannot be read: {error}"),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก ตรวจไฟล์ แล้วสั่งซ้ำ", "nothing was saved; look at the file, then run again"
            ),
        ) from error


async def delete_evidence(
    session: Session, page: Page, card: CardAddress, evidence: ObservedEvidence, begin: Begin
) -> None:
    """Delete the one row that carries the evidence's key.

    Raises:
        PortalChanged: there is no such row, or it has no button to delete it.
        Rejected, Doubtful: as for a save.
    """
    place = session.profile.card_form
    what = await _open(session, page, card)
    await _look(session, page, card, what)
    row = Within(place.evidence.row, place.evidence.key_attribute, evidence.key)
    button = await the_one(place.delete, page, evidence.name, row)
    seconds = session.profile.timeouts.save
    begin()
    await press(session, page, button, place.deleted, what=what, seconds=seconds)


async def _open(session: Session, page: Page, card: CardAddress) -> str:
    what = say(f"แบบฟอร์มตัวชี้วัด {card.indicator}", f"form of indicator {card.indicator}")
    refuse(await session.open(page, session.profile.card_form, what, **card.values()), what)
    return what


async def _look(session: Session, page: Page, card: CardAddress, what: str) -> Look:
    """All of the form, once it is seen that it is this card's."""
    place = session.profile.card_form
    elements = {name: field.at for name, field in place.fields.items()}
    others = {"evidence": place.files, "save": place.save}
    rows = evidence_rows(place.evidence)
    named = {} if place.name is None else {NAME: place.name}
    places = {"indicator": place.indicator, **named}
    seen = await look(page, what, places, rows, place.form, {**elements, **others})
    shown = seen.shown["indicator"].strip()
    if shown != card.indicator:
        raise another_indicator(shown, what)
    return seen


def _refuse_another_name(planned_on: ObservedCard, place: CardForm, seen: Look, what: str) -> None:
    """Stop at the form of an indicator that the agreement calls otherwise: numbers may have been moved."""
    if place.name is None or not planned_on.name:
        return
    shown = seen.shown[NAME]
    if canonical_line(shown) != canonical_line(planned_on.name):
        raise PersonNeeded(
            say(
                f"ระบบเรียกตัวชี้วัดนี้ว่า “{shown}” ไม่ใช่ “{planned_on.name}” ตามคำรับรอง",
                f"the portal calls this indicator “{shown}”, the agreement “{planned_on.name}”",
            ),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก ตรวจเลขและชื่อตัวชี้วัดใน agreement.yaml กับระบบ แล้วสั่งซ้ำ",
                "nothing was saved; compare numbers and names in agreement.yaml with it, then run again",
            ),
        )


def _refuse_changed(planned_on: ObservedCard, place: CardForm, seen: Look, what: str) -> None:
    """Stop where somebody else has been since the plan was made: a casualty otherwise (P7)."""
    differing = [
        name
        for name in place.fields
        if not same_value(name, planned_on.fields.get(name, ""), seen.form.held[name])
    ]
    if sorted(row.part for row in seen.rows) != sorted(evidence.name for evidence in planned_on.evidence):
        differing.append(EVIDENCE)
    if differing:
        names = ", ".join(map(field_word, differing))
        raise PersonNeeded(
            say(
                f"มีผู้แก้ไขการ์ดนี้ในระบบหลังจากที่อ่านค่าไว้ ({names}) จึงไม่เขียนทับ",
                f"somebody changed this card after it was read ({names}): it is not overwritten",
            ),
            where=what,
            next_step=say("สั่งซ้ำเพื่ออ่านค่าใหม่และตัดสินข้อขัดแย้ง", "run again: it reads anew and shows both sides"),
        )


def _refuse_unknown_required(form: Form, what: str) -> None:
    """Stop at a required field that the profile does not know: it would be sent empty (P10)."""
    if form.unknown_required:
        names = ", ".join(form.unknown_required)
        raise PortalChanged(
            say(f"แบบฟอร์มมีช่องบังคับที่ไม่รู้จัก: {names}", f"unknown required fields: {names}"),
            where=what,
            next_step=say(
                "ไม่มีการบันทึก โปรดส่งภาพหน้าจอนี้ให้ผู้ดูแล esar-bot แก้โปรไฟล์",
                "nothing was saved; send this picture to whoever keeps the profile, to add them",
            ),
        )
