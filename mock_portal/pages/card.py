"""One card: the form that an officer fills, the read-only view, and its evidence files."""

from sqlite3 import Connection
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from mock_portal import audit, reports, sessions, uploads
from mock_portal.agreement import Indicator
from mock_portal.card_form import CardForm, Problem, browser_newlines
from mock_portal.faults.files import listed, mishandled
from mock_portal.faults.shown import with_demands, with_oddities
from mock_portal.faults.stored import refusals, spoilt
from mock_portal.guards import PageError, Place, card_of, posted, signed_in
from mock_portal.portal import portal_of
from mock_portal.rendering import SAVED, page
from mock_portal.reports import Card, Evidence
from mock_portal.scores import weighted


async def view(request: Request) -> Response:
    """The card as a printed form: what is stored, character by character."""
    signed_in(request)
    place, indicator = card_of(request)
    portal = portal_of(request)
    with portal.store.transaction() as db:
        card = reports.card(db, place.card_key(indicator), portal.form.names)
    return page(
        request,
        "card.html",
        crumbs=_crumbs(place, f"ตัวชี้วัดที่ {indicator.number}"),
        place=place,
        indicator=indicator,
        card=listed(portal, card),
        weighted=weighted(place.agreement, indicator, place.round.key, card.fields),
        form=portal.form,
    )


async def edit(request: Request) -> Response:
    """The form. A card that cannot be changed now is shown with its fields locked."""
    signed_in(request, "officer")
    place, indicator = card_of(request)
    return _form_page(request, place, indicator)


async def save(request: Request) -> Response:
    """Store the fields and the new files as a draft, all or nothing."""
    async with posted(request, "officer") as (session, form):
        place, indicator = card_of(request)
        place.must_be_open()
        portal, key = portal_of(request), place.card_key(indicator)
        definition = with_demands(request, portal.form)
        with portal.store.transaction() as db:
            card = _unlocked(db, place, indicator, definition)
        typed = _typed(form, definition, card)
        files = uploads.posted_files(form, portal.form.evidence.name)
        named = [(uploads.posted_name(f), f.size or 0) for f in files]
        problems = definition.check(typed, indicator.criteria.limit)
        problems += portal.form.evidence.check(named, len(card.evidence))
        if problems:
            return _form_page(request, place, indicator, typed, problems)
        folder, now = portal.store.evidence_folder, portal.clock()
        kept = await uploads.keep(files, folder, now)
        try:
            typed, kept = spoilt(request, typed), mishandled(request, kept)
            with portal.store.transaction() as db:
                # Looked at again: while the files were written another tab may have saved or submitted.
                card = _unlocked(db, place, indicator, portal.form)
                _room_for(portal.form, card, named)
                reports.store_fields(db, key, typed, session.username, now)
                for evidence in kept:
                    reports.add_evidence(db, key, evidence, session.username)
                where = f"{place.name} ตัวชี้วัดที่ {indicator.number}"
                changed = [f.label for f in portal.form.fields if typed[f.name] != card.fields[f.name]]
                what = ", ".join(changed) or "ไม่มีข้อมูลเปลี่ยนแปลง"
                audit.note(db, now, session.username, "บันทึกร่าง", where, what)
                for evidence in kept:
                    audit.note(db, now, session.username, "แนบไฟล์หลักฐาน", where, evidence.name)
                sessions.leave_message(db, session, request.url.path, SAVED)
                refused = refusals(request, db, session)
        except BaseException:
            uploads.discard(folder, [e.file for e in kept])
            raise
    if refused:
        return _form_page(request, place, indicator, typed, refused)
    return RedirectResponse(f"{place.path}/cards/{quote(indicator.number)}/edit", 303)


async def download(request: Request) -> Response:
    """An evidence file as it was uploaded."""
    signed_in(request)
    place, indicator = card_of(request)
    portal = portal_of(request)
    with portal.store.transaction() as db:
        card = reports.card(db, place.card_key(indicator), portal.form.names)
    evidence = _find(card, request.path_params["id"])
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in evidence.name.rpartition(".")[0])
    suffix = evidence.name.rpartition(".")[2]
    disposition = (
        f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(evidence.name, safe='')}"
    )
    return FileResponse(
        portal.store.evidence_folder / evidence.file,
        media_type="application/octet-stream",
        headers={"Content-Disposition": disposition},
    )


async def delete(request: Request) -> Response:
    """Take a file off the card."""
    async with posted(request, "officer") as (session, _form):
        place, indicator = card_of(request)
        place.must_be_open()
        portal = portal_of(request)
        back = f"{place.path}/cards/{quote(indicator.number)}/edit"
        with portal.store.transaction() as db:
            card = _unlocked(db, place, indicator, portal.form)
            evidence = _find(card, request.path_params["id"])
            reports.drop_evidence(db, evidence.id)
            where = f"{place.name} ตัวชี้วัดที่ {indicator.number}"
            audit.note(db, portal.clock(), session.username, "ลบไฟล์หลักฐาน", where, evidence.name)
            sessions.leave_message(db, session, back, f"ลบไฟล์ “{evidence.name}” เรียบร้อยแล้ว")
        uploads.discard(portal.store.evidence_folder, [evidence.file])
    return RedirectResponse(back, 303)


def _crumbs(place: Place, last: str) -> list[tuple[str, str]]:
    return [("/", "หน้าหลัก"), (place.path, place.name), ("", last)]


def _unlocked(db: Connection, place: Place, indicator: Indicator, form: CardForm) -> Card:
    card = reports.card(db, place.card_key(indicator), form.names)
    status = reports.status(db, place.key)
    if not reports.editable(status, card.state):
        raise PageError(409, "ไม่สามารถแก้ไขได้", _lock_message(place, status), testid="locked-notice")
    return card


def _lock_message(place: Place, status: str) -> str:
    if status == "returned":
        return "รายงานอยู่ระหว่างการส่งคืนแก้ไข แก้ไขได้เฉพาะตัวชี้วัดที่ผู้ประเมินส่งคืนเท่านั้น"
    state = reports.STATUS_TEXT[status]
    return f"รายงานการประเมินผลตนเอง {place.name} มีสถานะ “{state}” จึงไม่สามารถแก้ไขข้อมูลได้"


def _typed(form: FormData, definition: CardForm, card: Card) -> dict[str, str]:
    """What was posted, with browser line ends undone; a field that was not posted keeps its value."""
    typed = dict(card.fields)
    for name in definition.names:
        value = form.get(name)
        if isinstance(value, str):
            typed[name] = browser_newlines(value)
    return typed


def _find(card: Card, evidence_id: str) -> Evidence:
    known = {str(e.id): e for e in card.evidence}
    if evidence_id not in known:
        raise PageError(404, "ไม่พบไฟล์หลักฐาน", "ไม่พบไฟล์หลักฐานอ้างอิงที่ระบุ หรือไฟล์ถูกลบไปแล้ว")
    return known[evidence_id]


def _room_for(form: CardForm, card: Card, files: list[tuple[str, int]]) -> None:
    if form.evidence.check(files, len(card.evidence)):
        message = "มีการแนบไฟล์จากหน้าต่างอื่นจนครบจำนวนแล้ว กรุณาโหลดหน้าใหม่"
        raise PageError(409, "ไม่สามารถบันทึกได้", message)


def _form_page(
    request: Request,
    place: Place,
    indicator: Indicator,
    typed: dict[str, str] | None = None,
    problems: list[Problem] | None = None,
) -> Response:
    portal = portal_of(request)
    form = with_oddities(request, portal.form)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        card = listed(portal, reports.card(db, place.card_key(indicator), form.names))
    locked = "" if reports.editable(status, card.state) else _lock_message(place, status)
    inline: dict[str, list[str]] = {}
    for problem in problems or []:
        inline.setdefault(problem.field, []).append(problem.message)
    values = {**card.fields, **(typed or {})}
    return page(
        request,
        "card_form.html",
        422 if problems else 200,
        crumbs=_crumbs(place, f"บันทึกตัวชี้วัดที่ {indicator.number}"),
        place=place,
        indicator=indicator,
        card=card,
        values=values,
        form=form,
        locked=locked,
        writable=not locked and place.window == "open",
        problems=problems or [],
        inline=inline,
        weighted=weighted(place.agreement, indicator, place.round.key, values),
    )
