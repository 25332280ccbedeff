"""Reading single values from a page."""

from __future__ import annotations

from playwright.async_api import Locator

from flows.profile import Locate


async def shown_in(found: Locator, where: Locate) -> str:
    """The value of an element: its attribute if the profile names one, else exactly its text."""
    if where.attribute is not None:
        return await found.get_attribute(where.attribute) or ""
    return await found.text_content() or ""
