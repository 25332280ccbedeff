"""The fence: for as long as a session lasts, documents come from the portal's own hosts only (P2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from playwright.async_api import Browser

from flows.paused import PausedRequests
from flows.profile import Profile, origin_of

log = structlog.get_logger()
REFUSED = "net::ERR_BLOCKED_BY_CLIENT"
FRESH = {"Cache-Control": "no-cache"}
DOCUMENTS = [{"urlPattern": "http*", "resourceType": "Document"}]


class Fence(PausedRequests):
    """Refuses every document from elsewhere: of pages, frames and pop-ups, also where a redirect leads to it.

    It stands in the browser as a whole, from before the first page until the browser ends. It heeds documents
    only: what pages are made of is neither delayed nor taken out of the browser's cache. A document never
    comes out of it: what is read back must be what the portal has now.
    """

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._allowed = {profile.origin, *map(origin_of, profile.hosts)}

    @classmethod
    async def raised(cls, browser: Browser, profile: Profile) -> Fence:
        """A fence that stands."""
        fence = cls(profile)
        await fence.pause(browser, DOCUMENTS)
        return fence

    def allows(self, request: Mapping[str, Any]) -> bool:
        if origin_of(request["url"]) in self._allowed:
            return True
        log.error("document refused", url=request["url"])
        return False

    def changes(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        if request["method"] != "GET":
            return {}
        headers = {**request["headers"], **FRESH}
        return {"headers": [{"name": name, "value": value} for name, value in headers.items()]}
