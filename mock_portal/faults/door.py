"""Where requests come in: the faults that strike there, around whatever the portal does."""

import asyncio
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_portal.connection import connection_of
from mock_portal.faults.book import FaultBook
from mock_portal.faults.fault import Fault
from mock_portal.middleware import UNCOUNTED
from mock_portal.portal import Portal


class AtTheDoor(Fault):
    """A fault that strikes as a request arrives, before the portal sees it or around what it does."""

    def concerns(self, scope: Scope) -> bool:  # noqa: ARG002  most kinds concern every request that matches
        """Whether there is anything in this request for it to strike at."""
        return True

    def meets(self, book: FaultBook, scope: Scope) -> bool:
        """Whether it strikes at this request, which is counted."""
        return self.concerns(scope) and book.strikes(self, scope)

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the portal answer, as the fault has it."""
        raise NotImplementedError


async def cut(scope: Scope, receive: Receive) -> None:
    """Cut the connection, and wait until the server knows, or it would miss an answer."""
    connection_of(scope).cut()
    await until_gone(receive)


async def read_all(receive: Receive) -> None:
    """Read what was sent, as whoever answers without looking at it must: else the connection would break."""
    while (await receive()).get("more_body", False):
        pass


async def taken(receive: Receive) -> Receive:
    """Take all that was sent, as a gateway does that passes it on later, whether or not anybody waits."""
    sent = [await receive()]
    while sent[-1].get("more_body", False):
        sent.append(await receive())

    async def passed_on() -> Message:
        return sent.pop(0) if sent else await receive()

    return passed_on


async def until_gone(receive: Receive) -> None:
    """Read what still comes, until the other side is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Door:
    """Lets every request meet the faults that concern it, those described first outermost.

    Style sheets, fonts and what tests ask are never hit.
    """

    def __init__(self, app: ASGIApp, portal: Portal) -> None:
        self.app, self.portal = app, portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the faults around the portal, and pass the request through them."""
        if scope["type"] != "http" or scope["path"].startswith(UNCOUNTED):
            await self.app(scope, receive, send)
            return
        if asyncio.get_running_loop().time() < self.portal.away_until:
            await cut(scope, receive)
            return
        app, book = self.app, self.portal.faults
        met = [fault for fault in book.of(AtTheDoor, scope) if fault.meets(book, scope)]
        for fault in reversed(met):
            app = partial(fault.strike, app)
        await app(scope, receive, send)
