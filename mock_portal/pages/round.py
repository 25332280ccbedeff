"""The home page, a round's list of indicators, its print view, and its summary with the submission."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_portal import audit, reports, submission
from mock_portal.card_form import Problem
from mock_portal.faults.files import listed
from mock_portal.guards import PageError, Place, place_of, posted, signed_in, text_of
from mock_portal.portal import portal_of
from mock_portal.rendering import page
from mock_portal.scores import summarise, weighted

DECLARATION = "ข้าพเจ้าขอรับรองว่าข้อมูลและหลักฐานที่รายงานถูกต้องครบถ้วนตามจริง"
Missing = dict[str, list[Problem]]


async def home(request: Request) -> Response:
    """The fiscal years and their rounds."""
    signed_in(request)
    portal = portal_of(request)
    years = []
    with portal.store.transaction() as db:
        for year, agreement in portal.agreements.items():
            rows = [
                (
                    Place(agreement, r, portal.window(year, r)),
                    reports.status(db, reports.RoundKey(year, r.key)),
                    next(iter(reports.submissions(db, reports.RoundKey(year, r.key))), None),
                )
                for r in portal.rounds
            ]
            years.append((agreement, rows))
    return page(request, "home.html", years=years)


async def listing(request: Request) -> Response:
    """The indicators of a round and how far their cards are."""
    signed_in(request)
    place, portal = place_of(request), portal_of(request)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        found = reports.cards(db, place.key, place.numbers, portal.form.names)
        done = reports.submissions(db, place.key)
    cards = {number: listed(portal, card) for number, card in found.items()}
    crumbs = [("/", "หน้าหลัก"), ("", place.name)]
    inactive = [i for i in place.agreement.indicators if i.number not in cards]
    order = place.agreement.order
    return page(
        request,
        "round.html",
        crumbs=crumbs,
        place=place,
        report_status=status,
        cards=cards,
        submission=done[0] if done else None,
        editable=reports.editable,
        inactive=[
            (i, bool(i.starts_at) and order.index(place.round.key) < order.index(i.starts_at))
            for i in inactive
        ],
        dimensions=place.agreement.dimensions(place.round.key),
    )


async def printed(request: Request) -> Response:
    """Every card of the round, to be printed."""
    signed_in(request)
    place, portal = place_of(request), portal_of(request)
    with portal.store.transaction() as db:
        cards = reports.cards(db, place.key, place.numbers, portal.form.names)
    sheets = [
        (
            i,
            listed(portal, cards[i.number]),
            weighted(place.agreement, i, place.round.key, cards[i.number].fields),
        )
        for i in place.agreement.active(place.round.key)
    ]
    crumbs = [("/", "หน้าหลัก"), (place.path, place.name), ("", "พิมพ์รายงานทั้งรอบ")]
    return page(request, "print.html", crumbs=crumbs, place=place, sheets=sheets, form=portal.form)


async def summary(request: Request) -> Response:
    """The scores of the round, and the form that submits it."""
    signed_in(request)
    return _summary(request, place_of(request))


async def submit(request: Request) -> Response:
    """Submit the report once: all cards complete, the declaration made."""
    async with posted(request, "officer") as (session, form):
        place, portal = place_of(request), portal_of(request)
        place.must_be_open()
        with portal.store.transaction() as db:
            status = reports.status(db, place.key)
            done = reports.submissions(db, place.key)
            if status in {"submitted", "accepted"}:
                raise PageError(
                    409,
                    "รายงานนี้ส่งแล้ว",
                    f"รายงานการประเมินผลตนเอง {place.name} ได้ส่งเรียบร้อยแล้ว ไม่สามารถส่งซ้ำได้",
                    testid="already-submitted",
                    confirmation=done[0].confirmation,
                )
            missing = _missing(request, place, reports.cards(db, place.key, place.numbers, portal.form.names))
            declared = bool(text_of(form, "declaration"))
            if declared and not missing:
                now = portal.clock()
                number = submission.submit(
                    db, place.key, place.round.months, place.numbers, session.display_name, now
                )
                audit.note(db, now, session.username, "ส่งรายงาน", place.name, number)
    if not declared or missing:
        return _summary(request, place, refused=True, undeclared=not declared)
    return RedirectResponse(f"{place.path}/receipt", 303)


async def receipt(request: Request) -> Response:
    """The confirmation of the submission, and of earlier ones."""
    signed_in(request)
    place, portal = place_of(request), portal_of(request)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        done = reports.submissions(db, place.key)
    if not done:
        raise PageError(404, "ยังไม่มีการส่งรายงาน", f"ยังไม่มีการส่งรายงานการประเมินผลตนเอง {place.name}")
    crumbs = [("/", "หน้าหลัก"), (place.path, place.name), ("", "หลักฐานการส่งรายงาน")]
    return page(request, "receipt.html", crumbs=crumbs, place=place, report_status=status, done=done)


def _missing(request: Request, place: Place, cards: dict[str, reports.Card]) -> Missing:
    form = portal_of(request).form
    found = {n: form.incomplete(c.fields, len(c.evidence), place.round.key) for n, c in cards.items()}
    return {number: problems for number, problems in found.items() if problems}


def _summary(request: Request, place: Place, *, refused: bool = False, undeclared: bool = False) -> Response:
    portal = portal_of(request)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        cards = reports.cards(db, place.key, place.numbers, portal.form.names)
        done = reports.submissions(db, place.key)
    session = request.state.session
    crumbs = [("/", "หน้าหลัก"), (place.path, place.name), ("", "สรุปผลและส่งรายงาน")]
    return page(
        request,
        "summary.html",
        422 if refused else 200,
        crumbs=crumbs,
        place=place,
        report_status=status,
        summary=summarise(place.agreement, place.round.key, {n: c.fields for n, c in cards.items()}),
        missing=_missing(request, place, cards),
        submission=done[0] if done else None,
        can_submit=session.role == "officer" and place.window == "open" and status in {"draft", "returned"},
        declaration=DECLARATION,
        refused=refused,
        undeclared=undeclared,
    )
