"""Conflicts are shown side by side, short enough for a terminal, with nothing secret and nothing obeyed."""

from __future__ import annotations

import pytest
from rich.console import Console

from esar_bot import redact
from esar_bot.cli.conflicts import WHOLE, conflict_table
from esar_bot.plan import Conflict

LONG = "ดำเนินการประชุมชี้แจงแนวทางการปฏิบัติงานร่วมกับหน่วยงานที่เกี่ยวข้อง " * 30


def shown(*conflicts: Conflict, width: int = 200) -> str:
    console = Console(width=width, file=None, record=True, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(conflict_table(conflicts))
    return captured.get()


@pytest.mark.parametrize("width", [80, 120])
def test_both_sides_stand_in_a_row_with_indicator_and_field(width):
    lines = shown(Conflict("1.1", "result", "80", "86.75"), width=width).splitlines()
    (row,) = (line for line in lines if "86.75" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == ["1.1", "ผลการดำเนินงาน", "80", "86.75"]
    assert all(len(line) <= width for line in lines if "─" in line)


def test_a_long_text_is_shortened_around_what_differs():
    text = shown(Conflict("1.1", "performance", LONG + "พบ ๓ ครั้ง", LONG + "พบ ๕ ครั้ง"))
    assert "๓" in text
    assert "๕" in text
    assert "…" in text
    assert len(text) < len(LONG)


def test_texts_that_have_nothing_in_common_are_cut_in_the_end():
    theirs = "\n".join(f"ก {n}" for n in range(500))
    text = shown(Conflict("1.1", "performance", theirs, LONG))
    assert "…" in text
    assert len(text.replace(" ", "")) < 4 * WHOLE


def test_a_cut_never_tears_a_vowel_or_mark_from_its_consonant():
    for offset in range(12):
        text = shown(Conflict("1.1", "obstacles", "x" * offset + "เปียกปั๊มน้ำ" * 200, "ไม่มี"), width=2000)
        before, after = text.split("…", 1)
        assert after.lstrip()[0] not in "ั๊ี้ำ"
        assert before.rstrip()[-1] != "เ"


def test_a_file_that_the_folder_has_not_and_a_field_that_is_empty_say_so(monkeypatch):
    assert "(ไม่มีไฟล์ที่ตรงกัน)" in shown(Conflict("1.1", "evidence", "ของผู้อื่น.pdf", ""))
    assert "(ว่าง)" in shown(Conflict("1.1", "obstacles", "มี", ""))
    monkeypatch.setenv("ESAR_BOT_LANG", "en")
    assert "(no matching file)" in shown(Conflict("1.1", "evidence", "theirs.pdf", ""))
    assert "obstacles" in shown(Conflict("1.1", "obstacles", "yes", ""))


def test_a_secret_is_masked_and_a_terminal_obeys_nothing(monkeypatch):
    monkeypatch.setattr(redact, "_secrets", set())
    redact.protect("rehearse-2570-canary")
    text = shown(Conflict("1.1", "obstacles", "\x1b[2J rehearse-2570-canary [bold]x[/bold]", "rehearse"))
    assert "canary" not in text
    assert "***" in text
    assert "\x1b" not in text
    assert "[bold]x[/bold]" in text, "no markup of ours"
