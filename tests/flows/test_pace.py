"""How many pages are open at once: as many as the machine can draw while the portal answers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from flows.pace import Pace
from tests.flows.conftest import in_loop, session_on


@pytest.mark.parametrize(
    ("answers", "pages"),
    [([], 2), ([3, 4, 8], 2), ([60], 3), ([200], 6), ([3, 200, 2], 2), ([60_000], 8)],
)
def test_slower_portals_are_worth_more_pages(answers, pages):
    pace = Pace(limit=8, processors=2)
    for milliseconds in answers:
        pace.answered_after(milliseconds)
    assert pace.pages == pages


def test_never_more_than_the_profile_allows():
    assert Pace(limit=1, processors=8).pages == 1


def test_a_session_opens_more_pages_once_the_portal_proves_slow(pages, profile, monkeypatch):
    monkeypatch.setattr("flows.pace.PROCESSORS", 1)
    pages.html["/slow"] = "<div data-testid=card-form>"
    pages.delays["/slow"] = 0.15

    async def opened_at_once(session):
        async with AsyncExitStack() as held:
            for _ in range(4):
                try:
                    await asyncio.wait_for(held.enter_async_context(session.page()), 2)
                except TimeoutError:
                    break
            return len(session.context.pages)

    async def work():
        async with session_on(profile.model_copy(update={"pages_at_once": 2})) as session:
            before = await opened_at_once(session)
            async with session.page() as page:
                await session.go(page, f"{pages.url}/slow", "slow page")
            return before, await opened_at_once(session)

    assert in_loop(work()) == (1, 2)
