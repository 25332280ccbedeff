"""The assessor's page of a round: return a card with a remark, or accept the report."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_portal import audit, reports, sessions, submission
from mock_portal.card_form import CONTROL, browser_length, browser_newlines
from mock_portal.guards import PageError, Place, card_of, place_of, posted, signed_in, text_of
from mock_portal.portal import portal_of
from mock_portal.rendering import page
from mock_portal.scores import weighted

MAX_REMARK = 1000


async def show(request: Request) -> Response:
    """The cards of a submitted report."""
    signed_in(request, "assessor")
    return _page(request, place_of(request))


async def return_card(request: Request) -> Response:
    """Send one card back to the officer, with the reason."""
    async with posted(request, "assessor") as (session, form):
        place, indicator = card_of(request)
        remark = browser_newlines(text_of(form, "remark"))
        message = _remark_problem(remark)
        if message:
            return _page(request, place, 422, number=indicator.number, remark=remark, message=message)
        portal, key = portal_of(request), place.card_key(indicator)
        with portal.store.transaction() as db:
            card = reports.card(db, key, portal.form.names)
            if reports.status(db, place.key) not in {"submitted", "returned"} or card.state != "submitted":
                raise PageError(409, "ไม่สามารถส่งคืนได้", "ส่งคืนได้เฉพาะตัวชี้วัดที่มีสถานะ “ส่งแล้ว” เท่านั้น")
            submission.send_back(db, key, remark)
            where = f"{place.name} ตัวชี้วัดที่ {indicator.number}"
            audit.note(db, portal.clock(), session.username, "ส่งคืนแก้ไข", where, remark)
            sessions.leave_message(
                db, session, f"/assessor{place.path}", f"ส่งคืนตัวชี้วัดที่ {indicator.number} เรียบร้อยแล้ว"
            )
    return RedirectResponse(f"/assessor{place.path}", 303)


async def accept(request: Request) -> Response:
    """Certify the whole report."""
    async with posted(request, "assessor") as (session, _form):
        place, portal = place_of(request), portal_of(request)
        with portal.store.transaction() as db:
            if reports.status(db, place.key) != "submitted":
                raise PageError(409, "ไม่สามารถรับรองได้", "รับรองได้เฉพาะรายงานที่มีสถานะ “ส่งแล้ว” เท่านั้น")
            submission.accept(db, place.key, place.numbers)
            audit.note(db, portal.clock(), session.username, "รับรองรายงาน", place.name)
            sessions.leave_message(db, session, f"/assessor{place.path}", "รับรองรายงานเรียบร้อยแล้ว")
    return RedirectResponse(f"/assessor{place.path}", 303)


def _remark_problem(remark: str) -> str:
    if not remark.strip():
        return "กรุณาระบุหมายเหตุ"
    if CONTROL.search(remark):
        return "มีอักขระควบคุมที่ระบบไม่รองรับ"
    if browser_length(remark) > MAX_REMARK:
        return f"หมายเหตุยาวเกิน {MAX_REMARK:,} ตัวอักษร"
    return ""


def _page(
    request: Request,
    place: Place,
    status_code: int = 200,
    *,
    number: str = "",
    remark: str = "",
    message: str = "",
) -> Response:
    portal = portal_of(request)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        cards = reports.cards(db, place.key, place.numbers, portal.form.names)
        done = reports.submissions(db, place.key)
    rows = [
        (i, cards[i.number], weighted(place.agreement, i, place.round.key, cards[i.number].fields))
        for i in place.agreement.active(place.round.key)
    ]
    return page(
        request,
        "assessor.html",
        status_code,
        crumbs=[("/", "หน้าหลัก"), (place.path, place.name), ("", "การพิจารณาของผู้ประเมิน")],
        place=place,
        report_status=status,
        rows=rows,
        submission=done[0] if done else None,
        failed=number,
        remark=remark,
        message=message,
        max_remark=MAX_REMARK,
    )
