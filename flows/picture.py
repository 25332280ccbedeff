"""Pictures of pages as they stand: for the receipt, and of problems."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from playwright.async_api import CDPSession, Page, ViewportSize
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.language import say
from esar_bot.redact import holds_secret
from flows.in_page import ask
from flows.locate import MILLISECONDS

QUALITY = 80  # per cent: Thai marks stay sharp, and the receipt's PDF takes the pictures as they are
SCALE = 0.75  # of a page laid out for a desk: still sharper than an A4 page needs
DESK: ViewportSize = {"width": 1280, "height": 720}
HOW = {"format": "jpeg", "quality": QUALITY, "optimizeForSpeed": True, "captureBeyondViewport": True}
SECONDS = 30
WORDY = ("placeholder", "title", "alt", "label")  # attributes that are shown
FONT_SECONDS = 5  # a font that does not come in this time is done without
LAID_OUT = """async milliseconds => {
    await Promise.race([document.fonts.ready, new Promise(late => setTimeout(late, milliseconds))]);
    const {scrollWidth: width, scrollHeight: height} = document.documentElement;
    return {x: 0, y: 0, width, height, scale: 1};
}"""


@dataclass
class Camera:
    """Takes pictures of whole pages.

    Asked of the browser itself, which goes on to draw such a page in the size of its pictures: a change of
    size for each would have it draw everything twice.
    """

    _set_up: WeakKeyDictionary[Page, CDPSession] = field(default_factory=WeakKeyDictionary)

    async def picture_of(self, page: Page) -> bytes | None:
        """The whole page as JPEG, its fonts loaded; None where it shows a secret, before or afterwards.

        Raises:
            PlaywrightError: the browser did not give one, or not in time.
        """
        try:
            async with asyncio.timeout(SECONDS):
                if await _shows_a_secret(page):
                    return None
                taken = await self._take(page)
                return None if await _shows_a_secret(page) else taken
        except TimeoutError:
            raise PlaywrightTimeout(
                say(f"ถ่ายภาพหน้าจอไม่ได้ภายใน {SECONDS} วินาที", f"no picture within {SECONDS} s")
            ) from None

    async def _take(self, page: Page) -> bytes:
        protocol = self._set_up.get(page) or await self._set_up_for(page)
        clip = await page.evaluate(LAID_OUT, FONT_SECONDS * MILLISECONDS)
        taken = await protocol.send("Page.captureScreenshot", {**HOW, "clip": clip})
        return b64decode(taken["data"])

    async def _set_up_for(self, page: Page) -> CDPSession:
        protocol = await page.context.new_cdp_session(page)
        size = {**DESK, "deviceScaleFactor": SCALE, "mobile": False}
        await protocol.send("Emulation.setDeviceMetricsOverride", size)
        self._set_up[page] = protocol
        return protocol


async def _shows_a_secret(page: Page) -> bool:
    """Whether any frame of it does, or cannot be asked."""
    for frame in page.frames:
        try:
            if holds_secret(await ask(frame, "shown", attributes=WORDY)):
                return True
        except PlaywrightError:
            if frame == page.main_frame:
                raise
            return True
    return False
