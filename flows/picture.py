"""A picture of a page as it stands, for the receipt."""

from __future__ import annotations

from base64 import b64decode

from playwright.async_api import Page

QUALITY = 80  # per cent: Thai marks stay sharp, and the receipt's PDF takes the pictures as they are
SCALE = 0.75  # of a page laid out for a desk: still sharper than an A4 page needs
LAID_OUT = """() => document.fonts.ready.then(() => {
    const {scrollWidth: width, scrollHeight: height} = document.documentElement;
    return {x: 0, y: 0, width, height};
})"""


async def picture_of(page: Page) -> bytes:
    """The whole page as JPEG, its fonts loaded.

    Asked of the browser itself: it draws the page once, already in the size that is kept.
    """
    size = await page.evaluate(LAID_OUT)
    protocol = await page.context.new_cdp_session(page)
    how = {"format": "jpeg", "quality": QUALITY, "optimizeForSpeed": True, "captureBeyondViewport": True}
    taken = await protocol.send("Page.captureScreenshot", {**how, "clip": {**size, "scale": SCALE}})
    await protocol.detach()
    return b64decode(taken["data"])
