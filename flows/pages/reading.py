"""Reading values from a page: what the profile can name in CSS in one evaluation, the rest one by one."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.async_api import Page

from flows.locate import css_of, locator, only, tell_alternate
from flows.profile import Locate

SHOWN = """(element, attribute) => attribute ? element.getAttribute(attribute) ?? "" : element.textContent"""
READ_CSS = f"""places => places.map(
    ([css, attribute]) => [...document.querySelectorAll(css)].map(element => ({SHOWN})(element, attribute))
)"""
SHOWN_OF_EACH = f"""(elements, attribute) => elements.map(element => ({SHOWN})(element, attribute))"""


async def shown_on(page: Page, places: Mapping[str, Locate]) -> dict[str, str]:
    """The value of each place: its attribute if the profile names one, else exactly its text.

    Raises:
        PortalChanged: a place is not on the page, or there several times.
    """
    in_css = {name: css for name, where in places.items() if (css := css_of(where)) and not where.alternates}
    asked = [[css, places[name].attribute] for name, css in in_css.items()]
    found = dict(zip(in_css, await page.evaluate(READ_CSS, asked), strict=True))
    for name, where in places.items():
        if name not in found:
            found[name] = await _found_by(page, where, name)
    return {name: only(values, places[name], name) for name, values in found.items()}


async def _found_by(page: Page, where: Locate, what: str) -> list[str]:
    for way in (where, *where.alternates):
        values: list[str] = await locator(way, page).evaluate_all(SHOWN_OF_EACH, way.attribute)
        if values:
            tell_alternate(way, where, what)
            return values
    return []
