"""Takes the pictures that README shows: a whole rehearsal of round 9m, at desktop and at phone width."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from flows.browser import installed_browser
from mock_portal.app import create_app
from mock_portal.sample import sample_agency
from mock_portal.server import running

DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
PICTURES = Path(__file__).with_name("pictures")
OFFICER = {"ESAR_BOT_USERNAME": "officer", "ESAR_BOT_PASSWORD": "rehearse-2570"}


def main() -> None:
    """Rehearse, then photograph the portal, the preview and the receipt."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = Path(shutil.copytree(sample_agency(), Path(folder) / "agency"))
        browser = playwright.chromium.launch(executable_path=installed_browser(headless=True))
        with running(create_app(Path(folder) / "portal", workspace)) as url:
            rehearse(workspace, url)
            photograph_portal(browser, url)
        receipt = next((workspace / "receipts" / "9m").glob("*/receipt.html"))
        for name, page in (("preview", workspace / "previews" / "9m.html"), ("receipt", receipt)):
            photograph(browser, page.as_uri(), name)
        browser.close()


def rehearse(workspace: Path, url: str) -> None:
    """Submit the round."""
    command = [sys.executable, "-m", "esar_bot", "-C", str(workspace), "submit", "--round", "9m", "--yes"]
    subprocess.run([*command, "--portal-url", url], env={**os.environ, **OFFICER}, check=True)


def photograph_portal(browser: Browser, url: str) -> None:
    """A form of round 12m, and the submitted round 9m."""
    for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
        page = browser.new_page(viewport=size)
        sign_in(page, url)
        page.goto(f"{url}/2570/12m/cards/2.1/edit")
        page.screenshot(path=PICTURES / f"portal-form{suffix}.png")
        page.goto(f"{url}/2570/9m/summary")
        page.screenshot(path=PICTURES / f"portal-summary{suffix}.png")
        page.close()


def sign_in(page: Page, url: str) -> None:
    """Sign in as the demo officer."""
    page.goto(f"{url}/login")
    page.get_by_label("ชื่อผู้ใช้").fill(OFFICER["ESAR_BOT_USERNAME"])
    page.get_by_label("รหัสผ่าน").fill(OFFICER["ESAR_BOT_PASSWORD"])
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.get_by_test_id("signed-in").wait_for()


def photograph(browser: Browser, address: str, name: str) -> None:
    """The top of a page at both widths."""
    for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
        page = browser.new_page(viewport=size)
        page.goto(address)
        page.screenshot(path=PICTURES / f"{name}{suffix}.png")
        page.close()


if __name__ == "__main__":
    main()
