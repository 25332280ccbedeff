"""Printing a local page as PDF with the browser's own printer."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, async_playwright

from flows.browser import launch_browser


async def print_pdf(page_file: Path, pdf_file: Path, browser: Browser | None = None) -> None:
    """Print an HTML file on A4, offline, in a context that knows nothing of any portal.

    Without a headless `browser` to share, one is started for it.

    Raises:
        BrowserMissing: there is no browser that starts.
    """
    if browser is None:
        async with async_playwright() as playwright:
            own = await launch_browser(playwright, headless=True)
            await print_pdf(page_file, pdf_file, own)
            await own.close()
        return
    context = await browser.new_context(offline=True)
    try:
        page = await context.new_page()
        await page.goto(page_file.resolve().as_uri())
        await page.pdf(path=pdf_file, format="A4", print_background=True, prefer_css_page_size=True)
    finally:
        await context.close()
