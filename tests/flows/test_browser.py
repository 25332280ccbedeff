"""Which browser is used, and what is said when there is none."""

from __future__ import annotations

import re
import shutil
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.async_api import Error as PlaywrightError
from pypdf import PdfReader

from esar_bot.errors import BrowserMissing, Unavailable
from flows import browser, install
from flows.printing import print_pdf
from tests.flows.conftest import in_loop


def playwright_with(executable: Path) -> SimpleNamespace:
    return SimpleNamespace(chromium=SimpleNamespace(executable_path=str(executable)))


@pytest.fixture
def no_installed_browser(monkeypatch):
    monkeypatch.delenv(browser.ENVIRONMENT, raising=False)
    monkeypatch.setattr(browser, "installed_browser", lambda *, headless: None)


def test_the_named_browser_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv(browser.ENVIRONMENT, sys.executable)
    own = tmp_path / "chrome"
    own.touch()
    assert browser.find_browser(playwright_with(own), headless=True).executable == Path(sys.executable)


def test_playwrights_own_comes_before_an_installed_one(monkeypatch, tmp_path):
    monkeypatch.delenv(browser.ENVIRONMENT, raising=False)
    own = tmp_path / "chrome"
    own.touch()
    assert browser.find_browser(playwright_with(own), headless=True).executable is None


def test_without_any_it_says_what_to_do(no_installed_browser, tmp_path):
    with pytest.raises(BrowserMissing) as caught:
        browser.find_browser(playwright_with(tmp_path / "nothing"), headless=True)
    assert "esar-bot setup" in caught.value.next_step


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="found by fixed places there")
def test_the_lighter_shell_is_only_for_work_without_a_window(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if "chromium" in name else None)
    assert browser.installed_browser(headless=True) == Path("/bin/chromium-headless-shell")
    assert browser.installed_browser(headless=False) == Path("/bin/chromium")


def test_playwrights_own_features_stay_as_they_are(monkeypatch):
    """Of a switch that is given twice Chromium takes the last: ours must hold what Playwright's holds."""
    no_browser = sys.executable  # it fails, and the failure tells what it was given
    monkeypatch.setenv(browser.ENVIRONMENT, no_browser)

    async def given():
        async with browser.playwright_driver() as playwright:
            with pytest.raises(PlaywrightError) as plainly:
                await playwright.chromium.launch(executable_path=no_browser)
            with pytest.raises(BrowserMissing) as by_us:
                await browser.launch_browser(playwright, headless=True)
        return str(plainly.value), str(by_us.value.__cause__)

    plainly, by_us = (re.findall(r"--enable-features=(\S+)", command) for command in in_loop(given()))
    assert set(by_us[-1].split(",")) == {*plainly[0].split(","), browser.SAME_FRAME}


def test_setup_names_a_browser_that_really_started():
    said: list[str] = []
    assert in_loop(install.ensure_browser(said.append)).split()[-1][0].isdigit()
    assert said == []


def test_setup_tries_download_then_packages_and_then_says_what_to_install(no_installed_browser, monkeypatch):
    tried: list[str] = []
    monkeypatch.setattr(install, "_run", lambda command, seconds, tell: tried.append(command[0]))
    monkeypatch.setattr(shutil, "which", lambda name: name if name in {"apt-get", "sudo"} else None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "/nowhere")
    with pytest.raises(BrowserMissing) as caught:
        in_loop(install.ensure_browser(lambda _line: None))
    assert "Google Chrome" in caught.value.next_step
    assert tried[0] == sys.executable
    assert len(tried) == 2


def test_a_page_prints_as_a_pdf(tmp_path):
    page = tmp_path / "ใบรับ.html"
    page.write_text("<meta charset=utf-8><h1>ใบรับ</h1>", encoding="utf-8")
    pdf = BytesIO()
    in_loop(print_pdf(page, pdf))
    assert PdfReader(pdf).pages[0].extract_text() == "ใบรับ"


def test_a_browser_that_is_gone_prints_nothing_and_that_is_said(tmp_path):
    async def print_with_a_closed_one():
        async with browser.open_browser(headless=True) as closed:
            await closed.close()
            await print_pdf(tmp_path / "receipt.html", BytesIO(), closed)

    with pytest.raises(Unavailable):
        in_loop(print_with_a_closed_one())
