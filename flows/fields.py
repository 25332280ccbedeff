"""Writing values into the fields of a form, and refusing to go on where a field does not take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.portal import same_number
from esar_bot.text import unix_newlines
from flows.profile import FieldKind

# Sets plain fields as a script of the page would see a person do it, and says what each then holds and how
# long it may be. What is not plainly writable (hidden, read-only, another kind) is left: null.
WRITE_PLAIN = """pairs => pairs.map(([field, value]) => {
    const plain = field instanceof HTMLTextAreaElement
        || (field instanceof HTMLInputElement && ["text", "search", "tel"].includes(field.type));
    if (!plain || field.disabled || field.readOnly || !field.checkVisibility()) return null;
    const prototype = Object.getPrototypeOf(field);
    field.focus();
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, value);
    field.dispatchEvent(new Event("input", {bubbles: true}));
    field.dispatchEvent(new Event("change", {bubbles: true}));
    return [field.value, field.maxLength];
})"""
FIELD_SECONDS = 5


@dataclass(frozen=True)
class LocatedField:
    """A field of the form: its kind, and the element itself."""

    kind: FieldKind
    element: ElementHandle


# Whether a field took a value, by kind: a number may be shown in another spelling, a text may not change.
TAKES: dict[FieldKind, Callable[[str, str], bool]] = {
    "text": str.__eq__,
    "long_text": str.__eq__,
    "number": same_number,
}


async def write_fields(
    page: Page, located: Mapping[str, LocatedField], values: Mapping[str, str], what: str
) -> None:
    """Write all values in one evaluation; a field that is not plain is filled as a person would.

    Raises:
        PortalChanged: a field cannot be written, or holds something else than was written.
    """
    held = await page.evaluate(
        WRITE_PLAIN, [[located[name].element, value] for name, value in values.items()]
    )
    for (name, value), answer in zip(values.items(), held, strict=True):
        written, limit = answer or await _fill(located[name].element, value, name, what)
        if 0 <= limit < utf16_units(value):
            raise _not_taken(name, what, utf16_units(value), limit)
        if not TAKES[located[name].kind](unix_newlines(written), value):
            raise _not_taken(name, what, len(value), len(written))


def utf16_units(text: str) -> int:
    """The length of a text as a browser's maxlength counts it."""
    return len(text.encode("utf-16-le")) // 2


async def _fill(field: ElementHandle, value: str, name: str, what: str) -> tuple[str, int]:
    try:
        await field.fill(value, timeout=FIELD_SECONDS * 1000)
        return await field.input_value(), -1
    except PlaywrightError as error:
        raise PortalChanged(
            say(f"กรอกช่อง “{name}” ไม่ได้: ", f"the field “{name}” cannot be filled: ")
            + error.message.splitlines()[0],
            where=what,
        ) from None


def _not_taken(name: str, what: str, sent: int, held: int) -> PortalChanged:
    return PortalChanged(
        say(
            f"ช่อง “{name}” รับข้อความได้ไม่ครบ (พิมพ์ {sent} ตัวอักษร ช่องเก็บ {held} ตัวอักษร)",
            f"the field “{name}” does not take the text ({sent} characters, it holds {held})",
        ),
        where=what,
        next_step=say(
            "ไม่มีการบันทึก ตรวจขีดจำกัดของช่องแล้วแก้ข้อความหรือโปรไฟล์",
            "nothing was saved; look at the field's limit, then mend the text or the profile",
        ),
    )
