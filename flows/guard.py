"""The read-only guard: while it stands, the browser session itself lets nothing out that could write (P1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from playwright.async_api import BrowserContext, Route, WebSocketRoute

from flows.profile import Profile, origin_of

log = structlog.get_logger()
HARMLESS = {"GET", "HEAD", "OPTIONS"}
EVERYTHING = "**/*"


def may_pass(method: str, url: str, profile: Profile) -> bool:
    """Whether a request leaves the portal as it is: reading, and the login's own post."""
    if method.upper() in HARMLESS:
        return True
    is_login = urlsplit(url).path == urlsplit(profile.address(profile.login)).path
    return method.upper() == "POST" and is_login and origin_of(url) == profile.origin


@asynccontextmanager
async def read_only(context: BrowserContext, profile: Profile) -> AsyncIterator[None]:
    """Refuse every request that may write, and every web socket, until the block is left.

    Routing turns the browser's cache off, so it stands only while nothing may be written.
    """

    async def refuse_writes(route: Route) -> None:
        request = route.request
        if may_pass(request.method, request.url, profile):
            await route.continue_()
        else:
            log.error("write refused", method=request.method, url=request.url)
            await route.abort("blockedbyclient")

    async def refuse_socket(socket: WebSocketRoute) -> None:
        await socket.close()

    await context.route(EVERYTHING, refuse_writes)
    await context.route_web_socket(EVERYTHING, refuse_socket)
    try:
        yield
    finally:
        await context.unroute(EVERYTHING, refuse_writes)
