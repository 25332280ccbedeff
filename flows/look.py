"""One look at a page: whatever is to be read of it, in a single evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Page

from flows.in_page import ask, described
from flows.locate import refuse_unless_one, tell_alternate
from flows.profile import Locate


@dataclass(frozen=True)
class RowsOf:
    """A list to be read: its rows, the attribute that a row is known by, and the one part to read of each."""

    row: Locate
    attribute: str
    part: Locate


@dataclass(frozen=True)
class Row:
    """A row of a list: what it is known by, and what its part shows and links to."""

    key: str
    part: str
    link: str


@dataclass(frozen=True)
class Form:
    """A form that is as described: what its fields hold, and the required ones that nobody described."""

    held: dict[str, str]
    unknown_required: list[str]


@dataclass(frozen=True)
class Look:
    """What a page showed of what was asked for."""

    shown: dict[str, str]
    rows: list[Row]
    form: Form


async def look(
    page: Page,
    what: str,
    places: Mapping[str, Locate],
    rows: RowsOf | None = None,
    form: Locate | None = None,
    elements: Mapping[str, Locate] | None = None,
) -> Look:
    """See each place's value (its attribute if the profile names one, else exactly its text), a list, a form.

    `what` is the page, as people are told.

    Raises:
        PortalChanged: a place, the part of a row, the form or one of its elements is not there exactly once.
    """
    elements = elements or {}
    at = f"{what} ({page.url})"
    seen = await ask(
        page,
        "look",
        places=[described(where) for where in places.values()],
        rows=rows and {name: _plain(value) for name, value in vars(rows).items()},
        form=form and {"at": described(form), "elements": [described(where) for where in elements.values()]},
    )
    shown, listed, held = {}, [], {}
    for (name, where), found in zip(places.items(), seen["places"], strict=True):
        tell_alternate(where, found["way"], name)
        refuse_unless_one(at, len(found["shown"]), where, name)
        (shown[name],) = found["shown"]
    if rows is not None:
        for found in seen["rows"]:
            refuse_unless_one(at, len(found["parts"]), rows.part, found["shown"] or str(rows.row))
            listed.append(Row(found["shown"], found["parts"][0]["shown"], found["parts"][0]["link"]))
    if form is not None:
        refuse_unless_one(at, seen["form"]["forms"], form, "form")
        for (name, where), found in zip(elements.items(), seen["form"]["elements"], strict=True):
            tell_alternate(where, found["way"], name)
            refuse_unless_one(at, found["count"], where, name)
            held[name] = found["held"] or ""
    return Look(shown, listed, Form(held, seen["form"]["unknown"] if form else []))


def _plain(value: Locate | str) -> object:
    return described(value) if isinstance(value, Locate) else value
