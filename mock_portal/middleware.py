"""Around every answer: counting, the rehearsed slowness, safe headers, and a limit on what is sent."""

import asyncio
from collections import Counter

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = ("/static/", "/fonts/")
UNCOUNTED = (*STATIC, "/__test__/", "/healthz")
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class CountRequests:
    """Counts requests by method, so a test can prove that nothing was written."""

    def __init__(self, app: ASGIApp, counts: Counter[str]) -> None:
        self.app, self.counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, then pass on."""
        if scope["type"] == "http" and not scope["path"].startswith(UNCOUNTED):
            self.counts[scope["method"]] += 1
        await self.app(scope, receive, send)


class Delay:
    """Makes every answer wait, as a distant server would."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then pass on; style sheets and fonts come at once, as from a cache."""
        if scope["type"] == "http" and not scope["path"].startswith(STATIC):
            await asyncio.sleep(self.seconds)
        await self.app(scope, receive, send)


class SafeHeaders:
    """Tells the browser to run nothing foreign and to keep no page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        keep = "public, max-age=3600" if scope["path"].startswith(STATIC) else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PAGE_HEADERS.items():
                    headers[name] = value
                headers["Cache-Control"] = keep
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a request body beyond a limit, and reads a refused form to its end.

    A server that answers before it read the whole form cuts the connection, and the browser shows a network
    error instead of the page that says why.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen, more = 0, True

        async def counted() -> Message:
            nonlocal seen, more
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                more = message.get("more_body", False)
            else:
                more = False
            if seen > self.limit:
                raise HTTPException(413)
            return message

        async def answer(message: Message) -> None:
            nonlocal more
            if message["type"] == "http.response.start" and scope["method"] not in {"GET", "HEAD"}:
                while more and seen <= self.limit:
                    try:
                        await counted()
                    except HTTPException:
                        break
            await send(message)

        await self.app(scope, counted, answer)
