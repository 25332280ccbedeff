"""The read-only guard: while it stands, the browser itself lets nothing out that could write (P1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from playwright.async_api import Browser, BrowserContext, WebSocketRoute

from flows.paused import PausedRequests

log = structlog.get_logger()
HARMLESS = {"GET", "HEAD", "OPTIONS"}
SENT_ON = {307, 308}  # redirects that send the same once more, to another address
EVERYTHING = "**/*"


class ReadOnlyGuard(PausedRequests):
    """Refuses every request that may write, and every web socket, until it is lifted.

    The login's one post goes round it: `flows.pages.login` takes it from the page and sends it itself.
    """

    @classmethod
    async def raised(cls, browser: Browser, context: BrowserContext) -> ReadOnlyGuard:
        """A guard that stands; to be raised before the first page is opened."""
        guard = cls()
        await guard.pause(browser, [{"urlPattern": "*"}])
        await context.route_web_socket(EVERYTHING, _refuse_socket)
        return guard

    async def lift(self) -> None:
        """Allow writes, now that the context which it was raised for is closed: nothing there gains by it."""
        await self.release()

    def allows(self, request: Mapping[str, Any]) -> bool:
        if request["method"].upper() in HARMLESS:
            return True
        log.error("write refused", method=request["method"], url=request["url"])
        return False


async def _refuse_socket(socket: WebSocketRoute) -> None:
    await socket.close()
