"""Printing a local page as PDF with the browser's own printer."""

from __future__ import annotations

import gc
from base64 import b64decode
from pathlib import Path
from typing import BinaryIO

from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import Unavailable
from esar_bot.language import say
from flows.browser import open_browser
from flows.faults import first_line
from flows.in_page import in_time
from flows.locate import MILLISECONDS

PRINT_SECONDS = 120
PIECE_BYTES = 1 << 20
PAPER = {"paperWidth": 8.27, "paperHeight": 11.69}  # A4, in inches
HOW = {"printBackground": True, "preferCSSPageSize": True, "transferMode": "ReturnAsStream"}


async def print_pdf(page_file: Path, pdf: BinaryIO, browser: Browser | None = None) -> None:
    """Print an HTML file (by its absolute path) on A4, offline and away from any portal.

    Without a headless `browser` to share, one is started for it.

    Raises:
        BrowserMissing: there is no browser that starts.
        Unavailable: the browser could not print it.
        OSError: the PDF cannot be written.
    """
    if browser is None:
        async with open_browser(headless=True) as own:
            await print_pdf(page_file, pdf, own)
        return
    try:
        await in_time(_printed(page_file, pdf, browser), PRINT_SECONDS)
    except PlaywrightError as error:
        raise Unavailable(
            say("พิมพ์ใบรับเป็น PDF ไม่ได้", "the receipt could not be printed as PDF") + f": {first_line(error)}",
            where=str(page_file),
            next_step=say(
                "เปิดแฟ้มนี้ด้วยเบราว์เซอร์แล้วสั่งพิมพ์", "open this file with a browser and print it from there"
            ),
        ) from None


async def _printed(page_file: Path, pdf: BinaryIO, browser: Browser) -> None:
    async with await browser.new_context(offline=True) as context:
        page = await context.new_page()
        await page.goto(page_file.as_uri(), timeout=PRINT_SECONDS * MILLISECONDS)
        await _print(page, pdf)


async def _print(page: Page, pdf: BinaryIO) -> None:
    """Have it handed over in pieces: with a round's pictures in it, it is larger than the rest of the bot."""
    protocol = await page.context.new_cdp_session(page)
    printed = await protocol.send("Page.printToPDF", {**PAPER, **HOW})
    while True:
        piece = await protocol.send("IO.read", {"handle": printed["stream"], "size": PIECE_BYTES})
        pdf.write(b64decode(piece["data"]))
        gc.collect(1)  # a reply of Playwright's is held by a cycle: the pieces would pile up after all
        if piece["eof"]:
            break
    await protocol.send("IO.close", {"handle": printed["stream"]})
