"""From a profile's description of an element to what is on the page. Doubt stops (P10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import structlog
from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from esar_bot.errors import PortalChanged
from esar_bot.labels import field_word
from esar_bot.language import say
from flows.in_page import ask, ask_element, described
from flows.profile import Locate

log = structlog.get_logger()
MILLISECONDS = 1000
GRACE_SECONDS = 5  # for a page's answer to come back after the time that the page itself was given


@dataclass(frozen=True)
class Within:
    """The part of a page to look in: the element with this value in an attribute, or simply the element."""

    place: Locate
    attribute: str | None = None
    value: str | None = None


async def the_one(where: Locate, page: Page, what: str, within: Within | None = None) -> ElementHandle:
    """The single element that fits, by the first way that finds any.

    Raises:
        PortalChanged: no way finds it, or one finds several.
    """
    around = within and {**vars(within), "place": described(within.place)}
    found = await ask_element(page, "one", place=described(where), within=around)
    if isinstance(found, ElementHandle):
        return found
    if within is not None:
        refuse_unless_one(page.url, found["around"], within.place, what)
    refuse_unless_one(page.url, found["count"], where, what)
    raise AssertionError("one element was found, and not given")


async def signs_on(page: Page, signs: Sequence[Locate], seconds: float = 0) -> list[str | None]:
    """The words of each sign that can be seen, else None. If there are none, wait for the first.

    It may also come on a next page, as after a form was sent.

    Raises:
        PortalChanged: the profile holds invalid CSS.
        PlaywrightError: the page is gone.
    """
    deadline = monotonic() + seconds
    places = [described(sign) for sign in signs]
    while True:
        left = max(deadline - monotonic(), 0)
        try:
            answer: list[str | None] = await ask(
                page,
                "signs",
                seconds=left + GRACE_SECONDS,
                signs=places,
                milliseconds=left * MILLISECONDS,
            )
        except PlaywrightTimeout:  # not even the page's own clock goes on
            return [None] * len(signs)
        except PlaywrightError:  # the page went on to another one while it was looked at
            if page.is_closed() or left == 0:
                raise
            await page.wait_for_load_state("domcontentloaded", timeout=left * MILLISECONDS)
            continue
        return answer


def tell_alternate(where: Locate, way: int, what: str) -> None:
    """Log that something was found by another way than the profile's first."""
    if way:
        log.warning("located by an alternate", what=what, alternate=str(where.alternates[way - 1]))


def refuse_unless_one(at: str, count: int, where: Locate, what: str) -> None:
    """Stop where something is not on the page, or there several times; `at` says to people which page.

    Raises:
        PortalChanged: so it is.
    """
    if count == 1:
        return
    raise PortalChanged(
        say(f"พบ “{field_word(what)}” {count} แห่งในหน้าเดียวกัน", f"“{what}” is there {count} times on one page")
        if count
        else say(f"ไม่พบ “{field_word(what)}” ในหน้าระบบ", f"“{what}” is not on the page"),
        where=at,
        next_step=say(
            f"ไม่มีการบันทึกใด ๆ ในแบบฟอร์มนี้ โปรดส่งภาพหน้าจอนี้ให้ผู้ดูแล esar-bot แก้โปรไฟล์ ({where})",
            f"nothing of this form was saved; send this picture to whoever keeps the profile ({where})",
        ),
    )
