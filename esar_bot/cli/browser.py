"""What a command does while its browser starts: load what it needs, read, check."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING

from esar_bot.cli.common import loading

if TYPE_CHECKING:
    from playwright.async_api import Browser

TURN_SECONDS = 0.0005  # what the browser says waits no longer than this for a thread that reads or checks


def while_a_browser_starts(work: Callable[[Awaitable[Browser]], Awaitable[int]], *, headless: bool) -> int:
    """Start a browser and do a command's work meanwhile; it waits for the browser when it needs it.

    Returns the work's exit code. A browser that does not start is raised where it is waited for.
    """
    with loading():
        from esar_bot.meanwhile import meanwhile
        from flows.browser import open_browser

    sys.setswitchinterval(TURN_SECONDS)

    async def both() -> int:
        async with meanwhile(open_browser(headless=headless)) as browser:
            with loading():
                await asyncio.to_thread(import_module, "esar_bot.cli.submitting")  # a third of a second
            return await work(browser)

    return asyncio.run(both())
