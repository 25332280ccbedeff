"""A person's desk: a terminal, and a browser's window in which a test acts for the person."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from flows.browser import installed_browser
from tests.rehearsal import OFFICER, environment_of_the_bot

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
A_MOMENT = 0.5  # in seconds: from the question's last letter until it is listened for
SECONDS = 40  # to start a browser on a busy machine, and for a person to be done


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Desk:
    """A browser with a way in for the test, and where stored logins go."""

    env: dict[str, str]
    port: int
    sessions: Path

    def files(self) -> list[Path]:
        return sorted(self.sessions.glob("*"))

    def act(self, what: Callable[[Page], Awaitable[Any]]) -> None:
        """Do something in the window once it is there, in a thread: the main one's loop is the witness's."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._act(what)).result()

    async def _act(self, what: Callable[[Page], Awaitable[Any]]) -> None:
        async with async_playwright() as playwright:
            until = time.monotonic() + SECONDS
            while True:
                try:
                    browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
                    pages = [page for context in browser.contexts for page in context.pages]
                    (page,) = [page for page in pages if "/login" in page.url]
                    break
                except (PlaywrightError, ValueError):
                    assert time.monotonic() < until, "the window did not come"
                    await asyncio.sleep(0.2)
            await what(page)


def set_up_desk(folder: Path) -> Desk:
    """The installed browser, whose window nobody sees."""
    port, wrapper, sessions = free_port(), folder / "browser", folder / "sessions"
    browser = f'"{installed_browser(headless=True)}" --headless --remote-debugging-port={port}'
    wrapper.write_text(f'#!/bin/sh\nexec {browser} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    env = {**NO_KEYRING, "ESAR_BOT_BROWSER": str(wrapper), "ESAR_BOT_SESSION_DIR": str(sessions)}
    return Desk(env, port, sessions)


@dataclass
class AtTerminal:
    """A command that a person runs, and the terminal that shows what it says."""

    process: subprocess.Popen[bytes]
    terminal: int

    def wait_for(self, question: str) -> None:
        """Read on until it has asked that, and waits for the answer: a signal before that ends no reading."""
        said = b""
        while question.encode() not in said:
            said += os.read(self.terminal, 4096)
        time.sleep(A_MOMENT)

    def answer(self, line: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{line}\n".encode())

    def end(self) -> tuple[int, str]:
        """Its exit code, and all that was shown."""
        said = b""
        with suppress(OSError):  # Linux's way of saying that a terminal has closed
            while piece := os.read(self.terminal, 4096):
                said += piece
        return self.process.wait(SECONDS), said.decode()


@contextmanager
def at_a_terminal(*command: str | Path, env: dict[str, str]) -> Iterator[AtTerminal]:
    """esar-bot as a person runs it."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "esar_bot", *command],
        env=environment_of_the_bot(env),
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield AtTerminal(process, ours)
        finally:
            process.kill()
            os.close(ours)


async def sign_in_as_officer(page: Page, otp: str) -> None:
    """Type name, password and code, as a person would."""
    await page.get_by_label("ชื่อผู้ใช้").fill(OFFICER["ESAR_BOT_USERNAME"])
    await page.get_by_label("รหัสผ่าน").fill(OFFICER["ESAR_BOT_PASSWORD"])
    await page.get_by_role("button", name="เข้าสู่ระบบ").click()
    await page.get_by_label("รหัส OTP").fill(otp)
    await page.get_by_role("button", name="ยืนยันรหัส").click()
