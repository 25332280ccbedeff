"""Conflicts side by side on the terminal: what a person put on the portal, and what the folder holds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from esar_bot.labels import EVIDENCE, field_word
from esar_bot.language import say
from esar_bot.pages.differences import Run, marked
from esar_bot.plan import Conflict
from esar_bot.redact import redact

SAME = 40  # characters that stay of a stretch which both sides have
DIFFERENT = 120  # and of one that only this side has
WHOLE = 400  # and of a whole text; the preview shows all of it
ELLIPSIS = " … "
LEADING, FOLLOWING = "เแโใไ", "ะาำๅ"  # vowels that stand beside their consonant


def conflict_table(conflicts: Iterable[Conflict]) -> Table:
    """A row for each conflict; what differs is bold, long texts are shortened around it."""
    table = Table(title=say("ข้อขัดแย้ง", "Conflicts"), title_justify="left", show_lines=True)
    table.add_column(say("ตัวชี้วัด", "Indicator"), no_wrap=True)
    table.add_column(say("ช่อง", "Field"), max_width=28, overflow="fold")
    table.add_column(say("บนระบบ (มีผู้บันทึกไว้)", "On the portal (by somebody)"), ratio=1, overflow="fold")
    table.add_column(say("ในแฟ้มงาน", "In the folder"), ratio=1, overflow="fold")
    for conflict in conflicts:
        name = field_word(conflict.field)
        table.add_row(conflict.indicator, name, *_sides(conflict))
    return table


def _sides(conflict: Conflict) -> tuple[Text, Text]:
    theirs, ours = _shown(conflict.theirs), _shown(conflict.ours)
    left, right = marked(theirs, ours)
    absent = (
        say("(ไม่มีไฟล์ที่ตรงกัน)", "(no matching file)") if conflict.field == EVIDENCE else say("(ว่าง)", "(empty)")
    )
    return _side(left), _side(right) if ours.strip() else Text(absent, "dim")


def _shown(text: str) -> str:
    """The text with secrets masked, and nothing in it that a terminal would obey."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cc" and char != "\n" else char
        for char in redact(text)
    )


def _side(runs: Sequence[Run]) -> Text:
    side = Text()
    for run in runs:
        side.append(
            _shortened(run.text, DIFFERENT if run.changed else SAME), style="bold" if run.changed else ""
        )
    return side if len(side) <= WHOLE else side[:WHOLE].append(ELLIPSIS)


def _shortened(text: str, longest: int) -> str:
    """The text, or its beginning and its end; no vowel or mark is torn from its consonant."""
    if len(text) <= longest:
        return text
    head, tail = _apart(text, longest // 2), _apart(text, len(text) - longest // 2)
    return text[:head].rstrip() + ELLIPSIS + text[tail:].lstrip()


def _apart(text: str, position: int) -> int:
    """The first position from here on at which a new letter begins."""
    while position < len(text) and (
        unicodedata.category(text[position]) == "Mn"
        or text[position] in FOLLOWING
        or text[position - 1] in LEADING
    ):
        position += 1
    return position
