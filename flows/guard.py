"""The read-only guard: while it stands, the browser session itself lets nothing out that could write (P1)."""

from __future__ import annotations

import structlog
from playwright.async_api import BrowserContext, Route, WebSocketRoute

log = structlog.get_logger()
HARMLESS = {"GET", "HEAD", "OPTIONS"}
EVERYTHING = "**/*"

# What the browser sends past the guard: requests of shared workers, and fetches that outlive their page.
CLOSE_SIDE_DOORS = """
delete globalThis.SharedWorker;
const request = globalThis.fetch;
globalThis.fetch = (what, how) => request.call(globalThis,
    what instanceof Request ? new Request(what, {keepalive: false}) : what, {...how, keepalive: false});
"""


class ReadOnlyGuard:
    """Refuses every request that may write, and every web socket, from the first page on until it is lifted.

    Routing turns the browser's cache off, so it stands only as long as nothing may be written. The login's
    own post is let through by `flows.pages.login`, more narrowly than could be said here.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._stands = False

    async def raise_up(self) -> None:
        """Let the guard stand. Before the first page: side doors are closed where a page begins."""
        await self._context.add_init_script(CLOSE_SIDE_DOORS)
        await self._context.route(EVERYTHING, self._refuse_writes)
        await self._context.route_web_socket(EVERYTHING, self._refuse_socket)
        self._stands = True

    async def lift(self) -> None:
        """Allow writes. Open pages are emptied first, so that none of their scripts gains by it."""
        for page in self._context.pages:
            await page.goto("about:blank")
        self._stands = False
        await self._context.unroute(EVERYTHING, self._refuse_writes)

    async def _refuse_writes(self, route: Route) -> None:
        if route.request.method.upper() in HARMLESS:
            await route.fallback()
            return
        log.error("write refused", method=route.request.method, url=route.request.url)
        await route.abort("blockedbyclient")

    async def _refuse_socket(self, socket: WebSocketRoute) -> None:
        if self._stands:
            await socket.close()
        else:
            socket.connect_to_server()
