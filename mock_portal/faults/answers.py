"""Faults in the answer: server errors, maintenance, another host, a confirmation that gets lost."""

import re
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_portal.faults.book import FaultBook
from mock_portal.faults.door import AtTheDoor, cut, read_all
from mock_portal.faults.fault import Fault, Method, When
from mock_portal.faults.network import unheard
from mock_portal.portal import Portal
from mock_portal.rendering import page


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


class Status(AtTheDoor):
    """A server in front of the portal answers with an error, before or after everything was done."""

    kind = "status"
    status: Annotated[Literal[500, 502, 503, 429], BeforeValidator(_number)] = 500
    retry_after: int | None = Field(None, ge=0)
    when: When = "before"

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as gateways do: barely, and not in Thai."""
        if self.when == "after":
            await app(scope, receive, unheard)
        else:
            await read_all(receive)
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        await _bare(self.status, headers)(scope, receive, send)


class Maintenance(AtTheDoor):
    """The page that says the portal is being worked on, in place of the one that was wanted."""

    kind = "maintenance"
    status: Annotated[Literal[503, 200], BeforeValidator(_number)] = 503

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  not asked
        """Show the page."""
        await read_all(receive)
        answer = page(Request(scope, receive), "maintenance.html", self.status, session=None)
        await answer(scope, receive, send)


class Redirect(AtTheDoor):
    """The browser is sent to another host."""

    kind = "redirect"
    to: AnyHttpUrl
    status: Annotated[Literal[302, 301, 303, 307, 308], BeforeValidator(_number)] = 302

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  not asked
        """Send it away."""
        await read_all(receive)
        await RedirectResponse(str(self.to), self.status)(scope, receive, send)


class LoseConfirmation(AtTheDoor):
    """A submission is accepted, its answer lost; then the receipt's page fails `count` times (0: always)."""

    kind = "lose-confirmation"
    path: re.Pattern[str] = re.compile(r"/submit$")
    method: Method = "POST"

    def meets(self, book: FaultBook, scope: Scope) -> bool:  # noqa: ARG002  it depends on the answer
        """Whether it strikes is known only when the portal has answered."""
        return True

    def matches(self, method: str, path: str) -> bool:
        """The submission itself, and afterwards the receipt of the same round."""
        round_, _, last = path.rpartition("/")
        if (method, last) == ("GET", "receipt"):
            return super().matches("POST", f"{round_}/submit")
        return last == "submit" and super().matches(method, path)

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Lose the answer if the submission was accepted, or refuse the receipt of a lost one."""
        portal: Portal = scope["app"].state.portal
        round_ = scope["path"].rpartition("/")[0]
        if scope["method"] == "GET":
            lost = portal.faults.has_met(self, f"{round_}/submit") and portal.faults.strikes(self, scope)
            await (_bare(500, {}) if lost else app)(scope, receive, send)
            return
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await app(scope, receive, keep)
        # To the login leads a redirect, too.
        if Headers(raw=kept[0]["headers"]).get("location", "").endswith("/receipt"):
            portal.faults.note(self, scope)
            await cut(scope, receive)
            return
        for message in kept:
            await send(message)


def _bare(status: int, headers: dict[str, str]) -> Response:
    title = f"{status} {HTTPStatus(status).phrase}"
    return HTMLResponse(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>", status, headers
    )


KINDS: tuple[type[Fault], ...] = (Status, Maintenance, Redirect, LoseConfirmation)
