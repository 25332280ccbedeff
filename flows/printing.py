"""Printing a local page as PDF with the browser's own printer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import Unavailable
from esar_bot.language import say
from flows.browser import launch_browser, playwright_driver
from flows.faults import first_line

PRINT_SECONDS = 120


async def print_pdf(page_file: Path, browser: Browser | None = None) -> bytes:
    """An HTML file (by its absolute path) as an A4 PDF, printed offline and away from any portal.

    Without a headless `browser` to share, one is started for it.

    Raises:
        BrowserMissing: there is no browser that starts.
        Unavailable: the browser could not print it.
    """
    if browser is None:
        async with playwright_driver() as playwright:
            own = await launch_browser(playwright, headless=True)
            pdf = await print_pdf(page_file, own)
            await own.close()
        return pdf
    context = await browser.new_context(offline=True)
    try:
        page = await context.new_page()
        page.set_default_timeout(PRINT_SECONDS * 1000)
        await page.goto(page_file.as_uri())
        return await page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    except PlaywrightError as error:
        raise Unavailable(
            say("พิมพ์ใบรับเป็น PDF ไม่ได้", "the page could not be printed") + f": {first_line(error)}",
            where=str(page_file),
        ) from None
    finally:
        with suppress(PlaywrightError):
            await context.close()
