"""Starting what takes a while, such as a browser, while something else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TypeVar

Opened = TypeVar("Opened")


@asynccontextmanager
async def meanwhile(manager: AbstractAsyncContextManager[Opened]) -> AsyncIterator[asyncio.Future[Opened]]:
    """Enter a context manager while the block goes on; whoever needs what it opens waits for that.

    It is left with the block, whatever becomes of that; what is still starting then is given up. Its own
    failure is raised where it is waited for.
    """
    async with AsyncExitStack() as stack:
        opening = asyncio.ensure_future(stack.enter_async_context(manager))
        try:
            yield opening
        finally:
            opening.cancel()  # whoever has ended without it need not wait until it has started
            await asyncio.wait([opening])
            if not opening.cancelled():
                opening.exception()  # taken note of: whoever had no need of it is not told
