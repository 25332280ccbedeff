"""What tests may ask and do behind the pages' back. Served only where it was asked for."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mock_portal import reports, uploads
from mock_portal.faults.description import FaultError, in_words, read_fault
from mock_portal.faults.state import edit_as_somebody
from mock_portal.guards import Place
from mock_portal.portal import Portal, portal_of
from mock_portal.reports import Card, RoundKey


async def state(request: Request) -> Response:
    """Everything that is stored for the seeded fiscal year, and how often the portal was asked."""
    portal = portal_of(request)
    agreement = portal.agreements[portal.fiscal_year]
    rounds = {}
    with portal.store.transaction() as db:
        for round_ in portal.rounds:
            key = RoundKey(agreement.fiscal_year, round_.key)
            numbers = Place(agreement, round_, "open").numbers
            done = reports.submissions(db, key)
            rounds[round_.key] = {
                "status": reports.status(db, key),
                "confirmation": done[0].confirmation if done else None,
                "cards": {n: _card(c) for n, c in reports.cards(db, key, numbers, portal.form.names).items()},
            }
    counts = {method: portal.requests[method] for method in ("GET", "POST")}
    return JSONResponse({"rounds": rounds, "requests": counts})


async def reset(request: Request) -> Response:
    """Forget everything but the agreement and the accounts."""
    portal = portal_of(request)
    with portal.store.transaction() as db:
        files = reports.clear(db)
    uploads.discard(portal.store.evidence_folder, files)
    portal.requests.clear()
    portal.closed_early.clear()
    portal.scans.clear()
    return Response(status_code=204)


async def edit(request: Request) -> Response:
    """Change stored values as another person would, past every check of the form."""
    portal = portal_of(request)
    try:
        wanted = _wanted(portal, await request.json())
    except (ValueError, TypeError, KeyError) as error:
        return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
    place, number, fields = wanted
    edit_as_somebody(portal, place, number, fields)
    with portal.store.transaction() as db:
        card = reports.card(db, reports.CardKey(*place.key, number), portal.form.names)
    return JSONResponse(_card(card))


async def otp(request: Request) -> Response:
    """The code that the officer's phone would show."""
    portal = portal_of(request)
    if portal.second_step != "otp":
        raise HTTPException(404)
    return JSONResponse({"otp": portal.code})


async def faults(request: Request) -> Response:
    """The faults that are switched on, and which requests met one, in order."""
    book = portal_of(request).faults
    known = [{**in_words(fault), "met": book.times(fault)} for fault in book.faults()]
    met = [{"kind": m.fault.kind, "method": m.method, "path": m.path} for m in book.met]
    return JSONResponse({"seed": book.seed, "faults": known, "met": met})


async def switch_on(request: Request) -> Response:
    """Put these faults in place of those that are switched on."""
    book = portal_of(request).faults
    try:
        body = await request.json()
        wanted, seed = (body["faults"], body.get("seed", 0)) if isinstance(body, dict) else (body, 0)
        book.replace([read_fault(description) for description in wanted], int(seed))
    except (ValueError, TypeError, KeyError) as error:
        said = str(error) if isinstance(error, FaultError) else f"{type(error).__name__}: {error}"
        return JSONResponse({"error": said}, 400)
    return await faults(request)


async def switch_off(request: Request) -> Response:
    """No more faults; what they changed stays changed."""
    portal_of(request).faults.replace((), 0)
    return Response(status_code=204)


def _wanted(portal: Portal, body: dict[str, Any]) -> tuple[Place, str, dict[str, str]]:
    rounds = {r.key: r for r in portal.rounds}
    place = Place(portal.agreements[portal.fiscal_year], rounds[body["round"]], "open")
    fields = dict(body["fields"])
    for name, value in fields.items():
        if name not in portal.form.names or not isinstance(value, str):
            msg = f"{name!r} is no field, or its value is no text"
            raise ValueError(msg)
        value.encode()
    if body["indicator"] not in place.numbers:
        msg = f"{body['indicator']!r} is not active in this round"
        raise ValueError(msg)
    return place, body["indicator"], fields


def _card(card: Card) -> dict[str, Any]:
    evidence = [{"name": e.name, "bytes": e.bytes, "sha256": e.sha256} for e in card.evidence]
    return {"fields": dict(card.fields), "evidence": evidence, "saves": card.saves}


async def _not_served(_request: Request) -> Response:
    raise HTTPException(404)


# Without it the address would be taken for a fiscal year's, and a stranger be sent to the login.
NOT_SERVED = Route("/__test__/{rest:path}", _not_served, methods=["GET", "POST", "DELETE"])
ROUTES = [
    Route("/__test__/state", state, methods=["GET"]),
    Route("/__test__/state", reset, methods=["DELETE"]),
    Route("/__test__/edit", edit, methods=["POST"]),
    Route("/__test__/faults", faults, methods=["GET"]),
    Route("/__test__/faults", switch_on, methods=["POST"]),
    Route("/__test__/faults", switch_off, methods=["DELETE"]),
    Route("/__test__/otp", otp, methods=["GET"]),
]
