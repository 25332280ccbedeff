"""One handler per kind of field: how to write a value, and how to see what the field then really holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator

from esar_bot.errors import PortalChanged
from esar_bot.language import say
from esar_bot.text import unix_newlines
from flows.profile import FieldKind

Writer = Callable[[Locator, str], Awaitable[None]]


async def write_plain(field: Locator, value: str) -> None:
    """Fill a text input or text area as a person's paste would, and compare what it took.

    Raises:
        PortalChanged: the field took something else: it cut the text, or masks it.
    """
    await field.fill(value)
    held = unix_newlines(await field.input_value())
    if held != value:
        raise PortalChanged(
            say(
                f"ช่องรับข้อความได้ไม่ครบ (พิมพ์ {len(value)} ตัวอักษร ช่องเก็บไว้ {len(held)} ตัวอักษร)",
                f"the field did not take the text (typed {len(value)} characters, it holds {len(held)})",
            ),
            next_step=say("ตรวจขีดจำกัดของช่องแล้วแก้โปรไฟล์", "look at the field's limit and mend the profile"),
        )


WRITERS: dict[FieldKind, Writer] = {"text": write_plain, "long_text": write_plain, "number": write_plain}
