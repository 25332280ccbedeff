"""Pictures for the receipt: whole pages, and none that is waited for without end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from esar_bot.errors import Unavailable
from flows.picture import SCALE, Camera

WIDE = """<style>body {margin: 0; height: 3000px} @font-face {font-family: late; src: url(/font)}
p {font-family: late; margin: 0}</style><p>ก</p>"""


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height from a JPEG's frame header (ISO 10918-1, B.2.2)."""
    frame = next(at for at in (jpeg.find(mark) for mark in (b"\xff\xc0", b"\xff\xc2")) if at > 0)
    return int.from_bytes(jpeg[frame + 7 : frame + 9]), int.from_bytes(jpeg[frame + 5 : frame + 7])


def test_the_whole_page_is_in_it_also_when_a_font_never_comes(pages, in_browser, monkeypatch):
    monkeypatch.setattr("flows.picture.FONT_SECONDS", 0.2)
    pages.html["/long"] = WIDE
    pages.delays["/font"] = 3

    async def photograph(session):
        camera = Camera()
        async with session.page() as page:
            await page.goto(f"{pages.url}/long", wait_until="domcontentloaded")
            pictures = await camera.picture_of(page), await camera.picture_of(page)
            return pictures, await page.evaluate("document.fonts.status")

    pictures, fonts = in_browser(photograph)
    assert fonts == "loading", "it was done without"
    for picture in pictures:
        assert size_of(picture) == (1280 * SCALE, 3000 * SCALE)


def test_a_page_that_never_rests_is_given_up(pages, in_browser, monkeypatch):
    monkeypatch.setattr("flows.picture.SECONDS", 1)
    pages.html["/busy"] = "busy"

    async def photograph(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/busy")
            with suppress(TimeoutError):
                await asyncio.wait_for(page.evaluate("while (true);"), 0.3)
            await Camera().picture_of(page)

    with pytest.raises(Unavailable, match="no picture within 1 s"):
        in_browser(photograph)
