"""Which browser to drive: Playwright's own, else an installed Chrome, Edge or Chromium."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import BrowserMissing
from esar_bot.language import say

ENVIRONMENT = "ESAR_BOT_BROWSER"
LEAKY_VARIABLES = ("DEBUG", "DEBUG_FILE", "DEBUGP", "PWDEBUG")  # would print what is typed, or wait
PLAYWRIGHTS_FEATURES = ("CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies")  # ours replace them
SAME_FRAME = "RenderDocument:level/crashed-frame"  # for a portal's next page, too: a tenth less to do
SWITCHES = (
    "--font-render-hinting=none",  # Thai letters evenly spaced in small pictures, as in print
    "--default-tile-width=1024",  # a page is drawn in a few pieces, not in dozens
    "--default-tile-height=1024",
    f"--enable-features={','.join((*PLAYWRIGHTS_FEATURES, SAME_FRAME))}",
)
HEADLESS_SHELL = "chromium-headless-shell"
_LINUX = (
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
    r"Chromium\Application\chrome.exe",
)


@dataclass(frozen=True)
class FoundBrowser:
    """A browser that can be driven; no `executable` means Playwright's own."""

    executable: Path | None

    def __str__(self) -> str:
        return str(self.executable) if self.executable else "Playwright Chromium"


def find_browser(playwright: Playwright, *, headless: bool) -> FoundBrowser:
    """The browser to use: the one that ESAR_BOT_BROWSER names, Playwright's own, or an installed one.

    Raises:
        BrowserMissing: there is none, or the one that is named does not exist.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        found = shutil.which(named) or (named if Path(named).is_file() else None)
        if found is None:
            raise BrowserMissing(
                say(f"ไม่พบเบราว์เซอร์ที่ {ENVIRONMENT} ระบุ: {named}", f"{ENVIRONMENT} names no browser: {named}"),
                next_step=say("แก้ค่านี้ หรือลบออกเพื่อให้ค้นหาเอง", "mend it, or unset it to let esar-bot search"),
            )
        return FoundBrowser(Path(found))
    if Path(playwright.chromium.executable_path).is_file():
        return FoundBrowser(None)
    installed = installed_browser(headless=headless)
    if installed is not None:
        return FoundBrowser(installed)
    raise BrowserMissing(
        say("ไม่พบเบราว์เซอร์ในเครื่องนี้", "there is no browser on this machine"),
        next_step=say(
            "สั่ง esar-bot setup หรือติดตั้ง Google Chrome หรือ Microsoft Edge",
            "run esar-bot setup, or install Google Chrome or Microsoft Edge",
        ),
    )


def installed_browser(*, headless: bool) -> Path | None:
    """An installed Chrome, Edge or Chromium; without a window the lighter headless shell comes first."""
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        places = [Path(root) / path for path in _WINDOWS for root in roots if root]
        return next((place for place in places if place.is_file()), None)
    if sys.platform == "darwin":
        return next((Path(place) for place in _MAC if Path(place).is_file()), None)
    names = (HEADLESS_SHELL, *_LINUX) if headless else _LINUX
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


@asynccontextmanager
async def playwright_driver() -> AsyncIterator[Playwright]:
    """Playwright's driver, started and stopped.

    Raises:
        BrowserMissing: the driver does not start, as where a library of the system is missing.
    """
    for leaky in LEAKY_VARIABLES:
        os.environ.pop(leaky, None)
    asyncio.get_running_loop().set_exception_handler(_pass_over_the_drivers_end)
    manager = async_playwright()
    try:
        playwright = await manager.__aenter__()
    except Exception as error:  # Playwright raises a bare Exception when its driver dies at once
        raise BrowserMissing(
            say(
                f"เปิดตัวขับเบราว์เซอร์ของ Playwright ไม่ได้: {error}",
                f"Playwright's driver does not start: {error}",
            ),
            next_step=say("สั่ง esar-bot setup เพื่อตรวจและติดตั้ง", "run esar-bot setup to check and install"),
        ) from error
    try:
        yield playwright
    finally:
        await manager.__aexit__(None, None, None)


def _pass_over_the_drivers_end(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A driver that Ctrl-C ended before us leaves an exception that nobody waits for: no news to anybody."""
    if not str(context.get("exception")).startswith("Connection closed while reading from the driver"):
        loop.default_exception_handler(context)


@asynccontextmanager
async def open_browser(*, headless: bool) -> AsyncIterator[Browser]:
    """A browser that is started, and closed at the end.

    Raises:
        BrowserMissing: there is none that starts.
    """
    async with playwright_driver() as playwright:
        browser = await launch_browser(playwright, headless=headless)
        try:
            yield browser
        finally:
            with suppress(PlaywrightError):  # after Ctrl-C the browser may be gone already
                await browser.close()


async def launch_browser(playwright: Playwright, *, headless: bool) -> Browser:
    """Start the browser.

    Raises:
        BrowserMissing: there is none, or it does not start; the message says why.
    """
    found = find_browser(playwright, headless=headless)
    try:
        return await playwright.chromium.launch(
            headless=headless, executable_path=found.executable, args=SWITCHES
        )
    except PlaywrightError as error:
        reason = str(error).splitlines()[0]
        check = say("สั่ง esar-bot setup เพื่อตรวจและติดตั้ง", "run esar-bot setup to check and install one")
        desk = say("ใช้เครื่องที่แสดงหน้าต่างได้ หรือ", "use a machine that can show a window, or ")
        raise BrowserMissing(
            say(f"เปิดเบราว์เซอร์ไม่ได้ ({found}): {reason}", f"the browser does not start ({found}): {reason}"),
            next_step=check if headless else desk + check,
        ) from error
