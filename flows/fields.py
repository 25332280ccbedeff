"""Writing values into the fields of a form, and refusing to go on where a field does not take its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from esar_bot.errors import PortalChanged
from esar_bot.labels import field_word
from esar_bot.language import say
from esar_bot.portal import same_number
from esar_bot.text import unix_newlines
from flows.faults import first_line
from flows.in_page import ask, described
from flows.locate import MILLISECONDS, Within, the_one
from flows.profile import FieldKind, FormField, Locate

FIELD_SECONDS = 5

# Whether a field took a value, by kind: a number may be shown in another spelling, a text may not change.
TAKES: dict[FieldKind, Callable[[str, str], bool]] = {
    "text": str.__eq__,
    "long_text": str.__eq__,
    "number": same_number,
}


async def write_fields(
    page: Page, form: Locate, fields: Mapping[str, FormField], values: Mapping[str, str], what: str
) -> None:
    """Write all values in one evaluation; a field that is not plain is filled as a person would.

    Raises:
        PortalChanged: a field cannot be written, or holds something else than was written.
    """
    pairs = [[described(fields[name].at), value] for name, value in values.items()]
    answers = await ask(page, "write", form=described(form), pairs=pairs)
    for (name, value), answer in zip(values.items(), answers, strict=True):
        if answer is None:
            held, limit = await _fill(page, form, fields[name].at, value, name, what), -1
        else:
            held, limit = answer["held"], answer["limit"]
        if 0 <= limit < utf16_units(value):
            raise _not_taken(name, what, utf16_units(value), limit)
        if not TAKES[fields[name].kind](unix_newlines(held), value):
            raise _not_taken(name, what, len(value), len(held))


def utf16_units(text: str) -> int:
    """The length of a text as a browser's maxlength counts it."""
    return len(text.encode("utf-16-le")) // 2


async def _fill(page: Page, form: Locate, at: Locate, value: str, name: str, what: str) -> str:
    field = await the_one(at, page, name, Within(form))
    try:
        await field.fill(value, timeout=FIELD_SECONDS * MILLISECONDS)
        return await field.input_value()
    except PlaywrightError as error:
        raise PortalChanged(
            say(f"กรอกช่อง “{field_word(name)}” ไม่ได้: ", f"the field “{name}” cannot be filled: ")
            + first_line(error),
            where=what,
            next_step=say(
                "โปรดส่งภาพหน้าจอนี้ให้ผู้ดูแล esar-bot แก้โปรไฟล์", "send this picture to whoever keeps the profile"
            ),
        ) from None


def _not_taken(name: str, what: str, sent: int, held: int) -> PortalChanged:
    return PortalChanged(
        say(
            f"ช่อง “{field_word(name)}” รับข้อความได้ไม่ครบ (พิมพ์ {sent} อักขระ ช่องเก็บ {held} อักขระ)",
            f"the field “{name}” does not take the text ({sent} characters, it holds {held})",
        ),
        where=what,
        next_step=say(
            "ไม่มีการบันทึก ตรวจขีดจำกัดของช่องแล้วแก้ข้อความหรือโปรไฟล์",
            "nothing was saved; look at the field's limit, then mend the text or the profile",
        ),
    )
