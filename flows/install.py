"""Getting a browser: an installed one as it is, else Playwright's download, else the system's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from esar_bot.errors import BrowserMissing
from esar_bot.language import say
from flows.browser import ENVIRONMENT, find_browser, launch_browser, playwright_driver

DOWNLOAD_SECONDS = 600
PACKAGES_SECONDS = 900
DRIVER_LIBRARY = "libatomic1"  # Playwright's driver needs it, and a minimal Debian lacks it
DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium", "fonts-thai-tlwg")
Tell = Callable[[str], None]


async def ensure_browser(tell: Tell) -> str:
    """A browser that was started and stopped, by name; installed if there was none.

    Raises:
        BrowserMissing: none could be had; the message says what to install.
    """
    try:
        return await prove_browser()
    except BrowserMissing as missing:
        if os.environ.get(ENVIRONMENT):
            raise
        tell(missing.what)
    for install in (_driver_library, _download, _system_packages):
        if install(tell):
            try:
                return await prove_browser()
            except BrowserMissing as missing:
                tell(missing.what)
    raise BrowserMissing(
        say("ติดตั้งเบราว์เซอร์เองไม่สำเร็จ", "no browser could be installed"),
        next_step=say(
            "ติดตั้ง Google Chrome, Microsoft Edge หรือ Chromium แล้วสั่ง esar-bot setup อีกครั้ง",
            "install Google Chrome, Microsoft Edge or Chromium, then run esar-bot setup again",
        ),
    )


async def prove_browser() -> str:
    """Start and stop the browser that would be used, and name it.

    Raises:
        BrowserMissing: there is none that starts.
    """
    async with playwright_driver() as playwright:
        browser = await launch_browser(playwright, headless=True)
        version = browser.version
        await browser.close()
        return f"{find_browser(playwright, headless=True)} {version}"


def _download(tell: Tell) -> bool:
    tell(say("กำลังดาวน์โหลดเบราว์เซอร์ของ Playwright …", "downloading Playwright's browser …"))
    return _run([sys.executable, "-m", "playwright", "install", "chromium"], DOWNLOAD_SECONDS, tell)


def _driver_library(tell: Tell) -> bool:
    """Only where the driver itself does not start; then a browser may be there after all."""
    starts = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False
    )
    return starts.returncode != 0 and _apt_get([DRIVER_LIBRARY], tell)


def _system_packages(tell: Tell) -> bool:
    return _apt_get(DEBIAN_PACKAGES, tell)


def _apt_get(packages: Sequence[str], tell: Tell) -> bool:
    if not shutil.which("apt-get"):
        return False
    as_root: list[str] = []
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        if not shutil.which("sudo"):
            return False
        as_root = ["sudo", "--non-interactive"]
    tell(say("กำลังติดตั้ง ", "installing ") + " ".join(packages) + " …")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return _run([*as_root, "apt-get", "update", "-qq"], PACKAGES_SECONDS, tell) and _run(
        [*as_root, *install], PACKAGES_SECONDS, tell
    )


def _run(command: Sequence[str], seconds: float, tell: Tell) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        tell(f"  {command[0]}: {error}")
        return False
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        reason = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
        tell(f"  {' '.join(command)}: {reason.strip() or done.returncode}")
    return done.returncode == 0
