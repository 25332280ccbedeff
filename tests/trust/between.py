"""Somebody between the bot's browser and the mock portal, who watches, falsifies and loses answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_portal.app import create_app
from mock_portal.server import running
from tests.rehearsal import MockPortal

SAVE = re.compile(r"/cards/(?P<number>[\d.]+)/edit")
SUBMISSION = re.compile(r"/submit$")
DELETION = re.compile(r"/evidence/\d+/delete$")
LOGIN = re.compile(r"^/login$")
MULTIPART = re.compile(rb"boundary=(?:\"([^\"]+)\"|([^;]+))")


@dataclass(frozen=True)
class Exchange:
    """One request, with what it takes to answer it."""

    method: str
    path: str
    query: str
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key == name), b"")


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def cookies(self) -> set[str]:
        """The values of the cookies that it gives away."""
        given = (value.decode() for key, value in self.headers if key == b"set-cookie")
        return {value.split(";")[0].partition("=")[2].strip('"') for value in given}

    @property
    def is_page(self) -> bool:
        return any(key == b"content-type" and b"text/html" in value for key, value in self.headers)

    def with_page(self, html: str) -> Answer:
        """The same answer with another page, and without the policy that forbids its scripts."""
        body = html.encode()
        dropped = {b"content-length", b"content-security-policy"}
        headers = [(key, value) for key, value in self.headers if key not in dropped]
        return Answer(self.status, [*headers, (b"content-length", str(len(body)).encode())], body)


Ask = Callable[[Exchange], Awaitable[Answer]]
Meddle = Callable[[Exchange, Ask], Awaitable[Answer]]
BAD_GATEWAY = Answer(502, [(b"content-type", b"text/plain")], b"lost")


async def pass_on(exchange: Exchange, ask: Ask) -> Answer:
    """Meddle with nothing."""
    return await ask(exchange)


@dataclass
class Between:
    """The portal's app with somebody in front of it, who sees every request and meddles as a test says."""

    app: ASGIApp
    meddle: Meddle = pass_on
    seen: list[tuple[str, str]] = field(default_factory=list)
    heard: Callable[[Answer], None] = lambda _answer: None

    def posts(self, path: re.Pattern[str] | None = None) -> list[str]:
        """The paths that were posted to."""
        return [there for method, there in self.seen if method == "POST" and (not path or path.search(there))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/__test__/", "/static/", "/fonts/")):
            await self.app(scope, receive, send)
            return
        self.seen.append((scope["method"], scope["path"]))
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        query = scope["query_string"].decode()
        exchange = Exchange(scope["method"], scope["path"], query, list(scope["headers"]), body)

        async def ask(wanted: Exchange) -> Answer:
            return await _ask(self.app, scope, wanted)

        answer = await self.meddle(exchange, ask)
        self.heard(answer)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})


async def _ask(app: ASGIApp, scope: Scope, wanted: Exchange) -> Answer:
    """Ask the portal, and take its whole answer."""
    length = (b"content-length", str(len(wanted.body)).encode())
    headers = [header for header in wanted.headers if header[0] != b"content-length"]
    told: list[Message] = []
    given: list[Message] = [{"type": "http.request", "body": wanted.body, "more_body": False}]

    async def receive() -> Message:
        if not given:
            await asyncio.Event().wait()  # whoever asks again waits for a disconnect that never comes
        return given.pop()

    async def send(message: Message) -> None:
        told.append(message)

    await app({**scope, "path": wanted.path, "headers": [*headers, length]}, receive, send)
    body = b"".join(message.get("body", b"") for message in told if message["type"] == "http.response.body")
    return Answer(told[0]["status"], list(told[0]["headers"]), body)


@dataclass
class Part:
    """One part of a posted form."""

    head: bytes
    value: bytes

    @property
    def name(self) -> str:
        found = re.search(rb'name="([^"]*)"', self.head)
        return found[1].decode() if found else ""


Falsify = Callable[[list[Part]], list[Part]]


def falsified(exchange: Exchange, change: Falsify) -> Exchange:
    """The same posted form with other parts."""
    boundary = MULTIPART.search(exchange.header(b"content-type"))
    assert boundary is not None
    mark = b"--" + (boundary[1] or boundary[2])
    parts = [
        Part(*piece.removeprefix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n\r\n", 1))
        for piece in exchange.body.split(mark)[1:-1]
    ]
    pieces = [mark + b"\r\n" + part.head + b"\r\n\r\n" + part.value + b"\r\n" for part in change(parts)]
    return replace(exchange, body=b"".join(pieces) + mark + b"--\r\n")


@contextmanager
def portal_with_between(
    data: Path, workspace: Path, *, port: int = 0, **options: Any
) -> Iterator[tuple[MockPortal, Between]]:
    """A mock portal on a real socket, with somebody in front of it."""
    between = Between(create_app(data, workspace, test_api=True, **options))
    with running(between, port) as url:
        yield MockPortal(url), between
