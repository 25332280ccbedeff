"""Scripts that look at a page and fill it: one evaluation finds all that a profile describes.

Playwright's locators take a round trip for each element, bring their engine into every page, and compare
labels byte by byte; these find the same in one go, and know that one Thai word can be spelt in several
invisible ways. What a person would do (click, tick, choose a file) is Playwright's to do, and to check.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from flows.faults import first_line
from flows.profile import Locate

Json = Any  # what JSON can hold; each script says in its first line what that is
BAD_CSS = "is not a valid selector"
ANSWER_SECONDS = 30  # a page that is busy for longer with scripts of its own answers nobody any more
Answer = TypeVar("Answer")


def described(where: Locate) -> Json:
    """A place as the scripts read it."""
    return where.model_dump(exclude_none=True)


async def ask(
    page: Page | Frame, script: str, *, seconds: float = ANSWER_SECONDS, **question: object
) -> Json:
    """What a script says of the page as it is now.

    Raises:
        PortalChanged: the profile holds invalid CSS.
        PlaywrightTimeout: there is no answer within `seconds`.
    """
    try:
        return await in_time(page.evaluate(_code(script), question), seconds)
    except PlaywrightError as error:
        raise _explained(error, page) from None


async def ask_element(page: Page, script: str, **question: object) -> ElementHandle | Json:
    """The element that a script finds, or what it says instead.

    Raises:
        PortalChanged: the profile holds invalid CSS.
        PlaywrightTimeout: there is no answer in time.
    """
    try:
        found = await in_time(page.evaluate_handle(_code(script), question))
        return found.as_element() or await in_time(found.json_value())
    except PlaywrightError as error:
        raise _explained(error, page) from None


async def in_time(answer: Awaitable[Answer], seconds: float = ANSWER_SECONDS) -> Answer:
    """An answer of the browser's that Playwright itself would await for ever.

    Raises:
        PlaywrightTimeout: it did not come in time.
    """
    try:
        return await asyncio.wait_for(answer, seconds)
    except TimeoutError:
        raise PlaywrightTimeout(
            say(
                f"เบราว์เซอร์ไม่ตอบภายใน {seconds:.0f} วินาที",
                f"the browser did not answer within {seconds:.0f} s",
            )
        ) from None


def _explained(error: PlaywrightError, page: Page | Frame) -> Exception:
    if BAD_CSS not in error.message:
        return error
    return PortalChanged(
        say("โปรไฟล์ระบุ CSS ที่ไม่ถูกต้อง: ", "the profile holds invalid CSS: ") + first_line(error),
        where=page.url,
        next_step=say("แก้ css ในโปรไฟล์", "mend it in the profile"),
    )


@cache
def _code(script: str) -> str:
    """A script with what all of them share, as one function."""
    here = resources.files(__name__)
    shared, own = (here.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in ("find", script))
    body = own[own.index("\n({") + 1 :].rstrip()
    return f"question => {{{shared}\nreturn ({body})(question);}}"
