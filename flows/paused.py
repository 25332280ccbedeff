"""Requests that the browser itself holds until it is said whether they may go on."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from playwright.async_api import Browser, CDPSession
from playwright.async_api import Error as PlaywrightError

log = structlog.get_logger()


class PausedRequests(ABC):
    """Asks of every request that fits, in all of the browser, whether it may go on; else it ends there.

    It is no page's: what pages send while they are being left, and what workers send, belongs to none.
    Playwright's own routing lets that pass, and turns the browser's cache off.
    """

    _protocol: CDPSession

    def __init__(self) -> None:
        self._answering: set[asyncio.Task[None]] = set()

    @abstractmethod
    def allows(self, request: Mapping[str, Any]) -> bool:
        """Whether a request may go on."""

    def changes(self, _request: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is to be changed of a request that may go on, as Fetch.continueRequest takes it."""
        return {}

    async def pause(self, browser: Browser, patterns: Sequence[Mapping[str, str]]) -> None:
        """Begin to hold the requests that fit the patterns (of the protocol's Fetch.enable)."""
        self._protocol = await browser.new_browser_cdp_session()
        self._protocol.on("Fetch.requestPaused", self._on_request)
        await self._protocol.send("Fetch.enable", {"patterns": list(patterns)})

    async def release(self) -> None:
        """Hold nothing any more, once all that was held before has its verdict."""
        await self._protocol.send("Browser.getVersion")  # its answer follows whatever was asked before
        await asyncio.gather(*self._answering)
        await self._protocol.detach()

    def _on_request(self, paused: Mapping[str, Any]) -> None:
        answer = asyncio.create_task(self._answer(paused["requestId"], paused["request"]))
        self._answering.add(answer)
        answer.add_done_callback(self._answering.discard)

    async def _answer(self, request_id: str, request: Mapping[str, Any]) -> None:
        if self.allows(request):
            await self._say("Fetch.continueRequest", request_id, **self.changes(request))
        else:
            await self._say("Fetch.failRequest", request_id, errorReason="BlockedByClient")

    async def _say(self, verdict: str, request_id: str, **more: object) -> None:
        try:
            await self._protocol.send(verdict, {"requestId": request_id, **more})
        except PlaywrightError as error:  # the page gave the request up meanwhile, or the browser is closing
            log.debug("request gone before its verdict", reason=error.message)
