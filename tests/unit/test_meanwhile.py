"""Starting something while something else goes on."""

from __future__ import annotations

import asyncio
import gc
from contextlib import asynccontextmanager

import pytest

from esar_bot.meanwhile import meanwhile


class Browser:
    """Whatever takes a while to start; `happened` says in which order."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.happened: list[str] = []

    @asynccontextmanager
    async def started(self):
        self.happened.append("starting")
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        self.happened.append("started")
        try:
            yield "a browser"
        finally:
            self.happened.append("closed")


def test_the_block_goes_on_while_it_starts(in_loop):
    browser = Browser()

    async def work():
        async with meanwhile(browser.started()) as opening:
            await asyncio.sleep(0)
            browser.happened.append("block")
            assert await opening == await opening == "a browser"

    in_loop(work())
    assert browser.happened == ["starting", "block", "started", "closed"]


def test_a_block_that_fails_at_once_leaves_nothing_open(in_loop):
    browser = Browser()

    async def work():
        async with meanwhile(browser.started()):
            raise ValueError("of the block")

    with pytest.raises(ValueError, match="of the block"):
        in_loop(work())
    assert browser.happened == []  # given up, not waited for


def test_its_failure_is_raised_where_it_is_needed_and_only_there(in_loop, caplog):
    async def needed():
        async with meanwhile(Browser(OSError("no browser")).started()) as opening:
            await opening

    async def not_needed():
        async with meanwhile(Browser(OSError("no browser")).started()):
            return "done"

    with pytest.raises(OSError, match="no browser"):
        in_loop(needed())
    assert in_loop(not_needed()) == "done"
    gc.collect()
    assert not caplog.records  # asyncio would log an exception that nobody has taken note of
