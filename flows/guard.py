"""The read-only guard: while it stands, the browser itself lets nothing out that could write (P1)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from playwright.async_api import Browser, BrowserContext, CDPSession, WebSocketRoute
from playwright.async_api import Error as PlaywrightError

log = structlog.get_logger()
HARMLESS = {"GET", "HEAD", "OPTIONS"}
SENT_ON = {307, 308}  # redirects that send the same once more, to another address
EVERYTHING = "**/*"


class ReadOnlyGuard:
    """Refuses every request that may write, and every web socket, until it is lifted.

    It stands in the browser as a whole, not in its pages: what a page sends while it is being left, and what
    workers send, belongs to no page, and Playwright's own routing lets that pass. The login's one post goes
    round it: `flows.pages.login` takes it from the page and sends it itself.
    """

    def __init__(self, protocol: CDPSession) -> None:
        self._protocol = protocol
        self._answering: set[asyncio.Task[None]] = set()

    @classmethod
    async def raised(cls, browser: Browser, context: BrowserContext) -> ReadOnlyGuard:
        """A guard that stands; to be raised before the first page is opened."""
        guard = cls(await browser.new_browser_cdp_session())
        guard._protocol.on("Fetch.requestPaused", guard._on_request)
        await guard._protocol.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        await context.route_web_socket(EVERYTHING, _refuse_socket)
        return guard

    async def lift(self) -> None:
        """Allow writes, now that the context which it was raised for is closed: nothing there gains by it."""
        await self._protocol.send("Browser.getVersion")  # its answer follows whatever was asked before
        await asyncio.gather(*self._answering)
        await self._protocol.detach()

    def _on_request(self, paused: Mapping[str, Any]) -> None:
        answer = asyncio.create_task(self._answer(paused["requestId"], paused["request"]))
        self._answering.add(answer)
        answer.add_done_callback(self._answering.discard)

    async def _answer(self, request_id: str, request: Mapping[str, Any]) -> None:
        """Let a harmless request go on; end any other in the browser."""
        if request["method"].upper() in HARMLESS:
            await self._say("Fetch.continueRequest", request_id)
            return
        log.error("write refused", method=request["method"], url=request["url"])
        await self._say("Fetch.failRequest", request_id, errorReason="BlockedByClient")

    async def _say(self, verdict: str, request_id: str, **reason: str) -> None:
        try:
            await self._protocol.send(verdict, {"requestId": request_id, **reason})
        except PlaywrightError as error:  # the page gave the request up meanwhile, or the browser is closing
            log.debug("request gone before its verdict", reason=error.message)


async def _refuse_socket(socket: WebSocketRoute) -> None:
    await socket.close()
