"""Faults on the line: answers that are late or never come, and connections that end in the middle."""

import asyncio
import re
from contextlib import suppress

from pydantic import Field
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_portal.connection import connection_of
from mock_portal.faults.door import AtTheDoor, cut, taken, until_gone
from mock_portal.faults.fault import FORM, Fault, Method, When
from mock_portal.portal import Portal


async def unheard(_message: Message) -> None:
    """An answer that nobody gets."""


class Slow(AtTheDoor):
    """The answer comes late. Before storing: what it asks for is done late as well, though nobody waits."""

    kind = "slow"
    seconds: float = Field(1, ge=0.2, le=30)
    when: When = "after"

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, at the beginning or with the answer in hand."""
        if self.when == "before":
            passed_on = await taken(receive)
            await asyncio.sleep(self.seconds)
            await app(scope, passed_on, send)
            return

        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self.seconds)
            await send(message)

        await app(scope, receive, send_late)


class Drop(AtTheDoor):
    """The connection ends, before anything was done or after everything was."""

    kind = "drop"
    when: When = "before"

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  no answer
        """Cut."""
        if self.when == "after":
            await app(scope, receive, unheard)
        await cut(scope, receive)


class DropUpload(AtTheDoor):
    """The connection ends when `bytes` of the body were read, or else half of it."""

    kind = "drop-upload"
    method: Method = "POST"
    path: re.Pattern[str] = FORM
    bytes: int | None = Field(None, ge=1)

    def concerns(self, scope: Scope) -> bool:
        """Only what has a body of a known length."""
        return _length(scope) > 1

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  no answer
        """Read a part, then cut."""
        enough = min(self.bytes or _length(scope) // 2, _length(scope) - 1)
        seen, more = 0, True
        while more and seen < enough:
            message = await receive()
            seen += len(message.get("body", b""))
            more = message.get("more_body", False)
        await cut(scope, receive)


class Hang(AtTheDoor):
    """No answer until the browser leaves; after `seconds` (0: never) the connection ends."""

    kind = "hang"
    seconds: float = Field(0, ge=0, le=600)
    when: When = "before"

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  no answer
        """Wait for the end."""
        if self.when == "after":
            await app(scope, receive, unheard)
        connection_of(scope).held = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds or None):
                await until_gone(receive)
                return
        await cut(scope, receive)


class Restart(AtTheDoor):
    """The server goes away: all connections end, sessions are lost, and for `seconds` nobody gets in."""

    kind = "restart"
    seconds: float = Field(2, ge=0, le=60)

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  no answer
        """Cut everybody off."""
        portal: Portal = scope["app"].state.portal
        with portal.store.transaction() as db:
            db.execute("DELETE FROM sessions")
            db.execute("DELETE FROM flashes")
        portal.away_until = asyncio.get_running_loop().time() + self.seconds
        connection_of(scope).cut_all()
        await until_gone(receive)


def _length(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


KINDS: tuple[type[Fault], ...] = (Slow, Drop, DropUpload, Hang, Restart)
