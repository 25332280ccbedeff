"""A round that is not open yet, closes soon, or is past its due date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esar_bot.calendar import OVERRIDE, safe_day, working_days_left
from esar_bot.language import say
from esar_bot.models import thai_date
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where
from esar_bot.workspace import Level, Place

SOON = 3


def check(subject: Subject) -> Iterator[Problem]:
    opens, due = subject.round.opens, subject.round.due
    if subject.today < opens:
        yield Problem(
            _where(subject),
            say(
                f"{subject.round.title} ยังไม่เปิด จะเปิด {thai_date(opens)}",
                f"the round is not open yet; it opens {opens}",
            ),
            say("ส่งรายงานเมื่อถึงกำหนดเปิด", "submit when it has opened"),
            Level.WARNING,
        )
    elif subject.today > due:
        yield _closed(subject)
    elif (left := working_days_left(subject.fiscal_year, subject.today, due)) <= SOON:
        last = safe_day(subject.fiscal_year, due)
        yield Problem(
            _where(subject),
            say(f"เหลือ {left} วันทำการก่อนครบกำหนด {thai_date(due)}", f"{left} working days left; due {due}"),
            say(f"ส่งภายในวันทำการสุดท้าย {thai_date(last)}", f"submit by the last working day, {last}")
            if left
            else say("วันทำการสุดท้ายผ่านไปแล้ว ส่งวันนี้", "the last working day has passed; submit today"),
            Level.WARNING,
        )


def _closed(subject: Subject) -> Problem:
    due = subject.round.due
    return Problem(
        _where(subject),
        say(f"พ้นกำหนดส่ง{subject.round.title} ({thai_date(due)}) แล้ว", f"the round was due on {due}"),
        say(
            f"หากมีหนังสือขยายเวลา ให้ใส่กำหนดใหม่ใน {OVERRIDE} (ดู docs/calendar.md)",
            f"if the deadline was extended, put the new date into {OVERRIDE} (see docs/calendar.md)",
        ),
        Level.WARNING if subject.rehearsal else Level.ERROR,
    )


def _where(subject: Subject) -> Where:
    """The round's line in the workspace's own calendar, else the round's folder."""
    calendar = subject.workspace.root / OVERRIDE
    key = subject.round_key
    if not calendar.is_file():
        return Where(Place(key))
    lines = calendar.read_text(encoding="utf-8-sig").splitlines()
    entry = re.compile(rf"""\s*key\s*=\s*["']{re.escape(key)}["']""")
    found = (number for number, line in enumerate(lines, start=1) if entry.match(line))
    return Where(Place(OVERRIDE, next(found, 0)))


RULE = Rule("round-window", ("round.opens", "round.due"), check, (Level.ERROR, Level.WARNING))
