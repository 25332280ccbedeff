"""A browser page and a small web server whose pages a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from flows.browser import open_browser
from flows.pages.login import Credentials
from flows.profile import Profile, load_profile
from flows.session import Session, open_session
from mock_portal.server import running

Answer = TypeVar("Answer")


@dataclass
class Pages:
    """The pages of a test's server by path, what is odd about some, and every request as (method, path).

    `faults` are the statuses of a path's next answers, which carry the path's `headers`.
    """

    url: str = ""
    html: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    on_post: dict[str, Callable[[], None]] = field(default_factory=dict)
    faults: dict[str, list[int]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    seen_at: list[float] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        """Serve what the test put there."""
        path = request.url.path
        self.seen.append((request.method, path))
        self.seen_at.append(monotonic())
        await asyncio.sleep(self.delays.get(path, 0))
        if request.method == "POST" and path in self.on_post:
            self.on_post[path]()
        if self.faults.get(path):
            return Response("ขัดข้อง", self.faults[path].pop(0), self.headers.get(path))
        if path in self.redirects:
            return RedirectResponse(self.redirects[path], self.statuses.get(path, 303))
        page = f"<!doctype html><meta charset=utf-8><title>t</title>{self.html.get(path, '')}"
        status = self.statuses.get(path, 200 if path in self.html else 404)
        return HTMLResponse(page, status, self.headers.get(path))

    def posts(self) -> list[str]:
        """The paths that were posted to."""
        return [path for method, path in self.seen if method == "POST"]


@contextmanager
def served() -> Iterator[Pages]:
    """A server of hand-written pages on a real socket."""
    pages = Pages()
    app = Starlette(routes=[Route("/{path:path}", pages.answer, methods=["GET", "POST", "PUT", "DELETE"])])
    with running(app) as url:
        pages.url = url
        yield pages


@pytest.fixture
def pages() -> Iterator[Pages]:
    """The test's own server."""
    with served() as own:
        yield own


@pytest.fixture
def profile(pages: Pages) -> Profile:
    """The mock portal's profile, pointed at the test's server, with short patience."""
    loaded = load_profile("mock", base_url=pages.url)
    timeouts = loaded.timeouts.model_copy(update={"page": 3.0, "save": 3.0})
    return loaded.model_copy(update={"timeouts": timeouts, "pages_at_once": 1})


@asynccontextmanager
async def session_on(profile: Profile) -> AsyncIterator[Session]:
    """A browser session whose account is invented."""
    account = Credentials("officer", "canary-password")
    async with (
        open_browser(headless=True) as browser,
        open_session(browser, profile, lambda: account) as session,
    ):
        session.signed_in = True  # hand-written pages ask nobody to sign in
        yield session


def in_loop(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine in a thread of its own: the witness's plugin owns the main thread's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture
def in_guarded_browser(profile: Profile) -> Callable[[Callable[[Session], Awaitable[Any]]], Any]:
    """Runs a coroutine function with a session as it begins: read-only."""

    def run(work: Callable[[Session], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async with session_on(profile) as session:
                return await work(session)

        return in_loop(whole())

    return run


@pytest.fixture
def in_browser(in_guarded_browser) -> Callable[[Callable[[Session], Awaitable[Any]]], Any]:
    """Runs a coroutine function with a session that may write."""

    def run(work: Callable[[Session], Awaitable[Any]]) -> Any:
        async def whole(session: Session) -> Any:
            await session.allow_writes()
            return await work(session)

        return in_guarded_browser(whole)

    return run
