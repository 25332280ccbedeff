"""From a profile's description of an element to the one element on the page. Doubt stops (DESIGN P10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import structlog
from playwright.async_api import ElementHandle, Locator, Page

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from flows.profile import Locate

log = structlog.get_logger()
Scope = Page | Locator
Found = TypeVar("Found")


def locator(where: Locate, scope: Scope) -> Locator:
    """The strict locator that a profile describes, without its alternates."""
    if where.label is not None:
        return scope.get_by_label(where.label, exact=True)
    if where.role is not None:
        return scope.get_by_role(where.role, name=where.name, exact=True)  # type: ignore[arg-type]
    if where.title is not None:
        return scope.get_by_title(where.title, exact=True)
    if where.placeholder is not None:
        return scope.get_by_placeholder(where.placeholder, exact=True)
    if where.test_id is not None:
        return scope.get_by_test_id(where.test_id)
    return scope.locator(str(where.css))


def css_of(where: Locate) -> str | None:
    """The place in CSS, where it is found by something that CSS can say."""
    if where.test_id is not None:
        return f'[data-testid="{where.test_id}"]'
    return where.css


def any_visible(places: Sequence[Locate], scope: Scope) -> Locator:
    """Whatever of these places can be seen; what CSS can say is asked at once, since the signs are many."""
    in_css = [css for where in places if (css := css_of(where)) is not None]
    found = scope.locator(", ".join(in_css)) if in_css else None
    for where in places:
        if css_of(where) is None:
            found = locator(where, scope) if found is None else found.or_(locator(where, scope))
    if found is None:
        raise ValueError("no place to look for")
    return found.filter(visible=True)


async def the_one(where: Locate, scope: Scope, what: str) -> ElementHandle:
    """The single element that fits, by the first way that finds any; using an alternate is logged.

    Raises:
        PortalChanged: no way finds it, or one finds several.
    """
    for way in (where, *where.alternates):
        found = await locator(way, scope).element_handles()
        if found:
            tell_alternate(way, where, what)
            return only(found, where, what)
    raise absent(where, what)


def tell_alternate(way: Locate, where: Locate, what: str) -> None:
    """Log that an element was found by another way than the profile's first."""
    if way is not where:
        log.warning("located by an alternate", what=what, alternate=str(way))


def only(found: list[Found], where: Locate, what: str) -> Found:
    """The one thing that was found.

    Raises:
        PortalChanged: nothing was found, or several.
    """
    if not found:
        raise absent(where, what)
    if len(found) > 1:
        raise PortalChanged(
            say(
                f"พบ “{what}” {len(found)} แห่งในหน้าเดียวกัน",
                f"“{what}” is there {len(found)} times on one page",
            ),
            next_step=_next_step(where),
        )
    return found[0]


def absent(where: Locate, what: str) -> PortalChanged:
    """An element of the profile is not on the page."""
    return PortalChanged(
        say(f"ไม่พบ “{what}” ในหน้าระบบ", f"“{what}” is not on the page"), next_step=_next_step(where)
    )


def _next_step(where: Locate) -> str:
    return say(
        f"ไม่มีการบันทึกใด ๆ ในแบบฟอร์มนี้ ตรวจหน้าระบบแล้วแก้โปรไฟล์ ({where})",
        f"nothing of this form was saved; look at the page and mend the profile ({where})",
    )
