"""The calendar of a fiscal year: which round is open, and how many working days are left.

Days are those of Asia/Bangkok. Whether a portal closes at the end of a due date that is a holiday, or later,
is not known, so the safe day is the last working day on or before it.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.models import FiscalYear, Round

BANGKOK = ZoneInfo("Asia/Bangkok")
OVERRIDE = "calendar.toml"
SATURDAY = 5


def today_in_bangkok() -> date:
    """Today's date where the deadlines are counted."""
    return datetime.now(BANGKOK).date()


def load_fiscal_year(year: int, workspace: Path) -> FiscalYear:
    """The calendar of a fiscal year: the workspace's calendar.toml, else the one that esar-bot carries.

    Raises:
        UsageError: there is none for that year, or the file cannot be read.
    """
    override = workspace / OVERRIDE
    if override.is_file():
        return _parse(override.read_bytes(), str(override), year)
    carried = resources.files("esar_bot") / "data" / f"fiscal_year_{year}.toml"
    if carried.is_file():
        return _parse(carried.read_bytes(), carried.name, year)
    raise UsageError(
        say(f"ไม่มีปฏิทินของปีงบประมาณ {year}", f"there is no calendar for fiscal year {year}"),
        next_step=say(
            f"สร้างแฟ้ม {override} ตามแบบใน docs/calendar.md",
            f"write {override}; docs/calendar.md shows how",
        ),
    )


def _parse(raw: bytes, name: str, year: int) -> FiscalYear:
    try:
        fiscal_year = FiscalYear.model_validate(tomllib.loads(raw.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(_unreadable(str(error)), where=name) from error
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)
        )
        raise UsageError(_unreadable("; ".join(faults)), where=name) from error
    if fiscal_year.year != year:
        raise UsageError(
            say(
                f"ปฏิทินนี้เป็นของปีงบประมาณ {fiscal_year.year} แต่แฟ้มงานเป็นปี {year}",
                f"this calendar is of fiscal year {fiscal_year.year}, the workspace is of {year}",
            ),
            where=name,
        )
    return fiscal_year


def _unreadable(reason: str) -> str:
    return say(f"ปฏิทินอ่านไม่ได้: {reason}", f"the calendar cannot be read: {reason}")


def open_round(fiscal_year: FiscalYear, day: date) -> Round | None:
    """The round that can be reported on that day, if there is one."""
    return next((item for item in fiscal_year.rounds if item.is_open_on(day)), None)


def next_round(fiscal_year: FiscalYear, day: date) -> Round | None:
    """The first round that opens after that day, if the year still has one."""
    return min(
        (item for item in fiscal_year.rounds if item.opens > day), key=lambda item: item.opens, default=None
    )


def is_working_day(fiscal_year: FiscalYear, day: date) -> bool:
    """Whether government offices work on that day, as far as the holiday data knows."""
    return day.weekday() < SATURDAY and day not in fiscal_year.holidays


def safe_day(fiscal_year: FiscalYear, due: date) -> date:
    """The last working day on or before a due date."""
    day = due
    while not is_working_day(fiscal_year, day):
        day -= timedelta(days=1)
    return day


def working_days_left(fiscal_year: FiscalYear, day: date, due: date) -> int:
    """How many working days lie from `day` to the safe day of `due`, both included; 0 when it has passed."""
    last = safe_day(fiscal_year, due)
    span = (last - day).days + 1
    return sum(is_working_day(fiscal_year, day + timedelta(days=offset)) for offset in range(max(span, 0)))
