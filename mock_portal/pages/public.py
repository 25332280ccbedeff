"""What anybody may see: the accepted result of a round, and whether the portal is alive."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mock_portal import reports
from mock_portal.guards import known_session, place_of
from mock_portal.portal import portal_of
from mock_portal.rendering import page
from mock_portal.scores import summarise


async def result(request: Request) -> Response:
    """The scores of an accepted report."""
    known_session(request)
    place, portal = place_of(request), portal_of(request)
    with portal.store.transaction() as db:
        status = reports.status(db, place.key)
        cards = reports.cards(db, place.key, place.numbers, portal.form.names)
    summary = summarise(place.agreement, place.round.key, {n: c.fields for n, c in cards.items()})
    return page(request, "public.html", place=place, published=status == "accepted", summary=summary)


async def alive(_request: Request) -> Response:
    """For whoever waits until the portal is up."""
    return PlainTextResponse("ok")
