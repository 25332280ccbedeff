"""How people write numbers and dates, and the types that the models read them into."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from esar_bot.language import say
from esar_bot.text import arabic_digits

BUDDHIST_ERA = 543
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("มกราคม", "ม.ค."),
            ("กุมภาพันธ์", "ก.พ."),
            ("มีนาคม", "มี.ค."),
            ("เมษายน", "เม.ย."),
            ("พฤษภาคม", "พ.ค."),
            ("มิถุนายน", "มิ.ย."),
            ("กรกฎาคม", "ก.ค."),
            ("สิงหาคม", "ส.ค."),
            ("กันยายน", "ก.ย."),
            ("ตุลาคม", "ต.ค."),
            ("พฤศจิกายน", "พ.ย."),
            ("ธันวาคม", "ธ.ค."),
        ),
        start=1,
    )
    for name in names
}
THAI_MONTHS = tuple(name for name in _MONTHS if not name.endswith("."))
SHORT_MONTHS = tuple(name for name in _MONTHS if name.endswith("."))


class Frozen(BaseModel):
    """Base of all models: never changed after it was read, and no key is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def parse_decimal(value: object) -> Decimal:
    """Read a number as people write it: `๑,๒๕๐.๕๐`, `1250.50`, `0.5`.

    Raises:
        ValueError: it is not a number, or its thousands separators are misplaced (1,25 may mean 1.25).
    """
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    written = arabic_digits(str(value)).strip()
    if _THOUSANDS.fullmatch(written):
        return Decimal(written.replace(",", ""))
    if _PLAIN.fullmatch(written):
        return Decimal(written)
    raise ValueError(
        say(
            f"“{value}” ไม่ใช่ตัวเลข ให้เขียนเช่น 87.43 หรือ 1,250.50",
            f"“{value}” is not a number; write for example 87.43 or 1,250.50",
        )
    )


def parse_date(value: object) -> date:
    """Read a date: ISO in C.E. or B.E., `31/7/2570`, `31 ก.ค. 2570`, `31 กรกฎาคม 2570`.

    A year above 2400 is Buddhist Era and is converted before the day is checked, since
    29 ก.พ. 2567 exists although 2567 is no multiple of 4.

    Raises:
        ValueError: it is not a date, or the year has two digits (66 may be 2566 or 1966).
    """
    if isinstance(value, date):
        return value
    written = arabic_digits(str(value)).strip()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written):
        year, month, day = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", written):
        day, month, year = map(int, match.groups())
    elif (match := re.fullmatch(r"(\d{1,2})\s*(\S+?)\s*(\d{4})", written)) and match[2] in _MONTHS:
        day, month, year = int(match[1]), _MONTHS[match[2]], int(match[3])
    else:
        raise ValueError(_not_a_date(value))
    try:
        return date(year - BUDDHIST_ERA if year > 2400 else year, month, day)  # noqa: PLR2004 - no C.E. year of ours
    except ValueError:
        raise ValueError(_not_a_date(value)) from None


def _not_a_date(value: object) -> str:
    return say(
        f"“{value}” ไม่ใช่วันที่ ให้เขียนเช่น 31 ก.ค. 2570 หรือ 2027-07-31",
        f"“{value}” is not a date; write for example 2027-07-31 or 31/7/2570",
    )


def thai_date(day: date) -> str:
    """A date as Thai official letters write it: 31 กรกฎาคม 2570."""
    return f"{day.day} {THAI_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def short_date(day: date) -> str:
    """A date as tables hold it: 31 ก.ค. 2570."""
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def parse_whole(value: object) -> int:
    """Read a whole number, Thai digits allowed.

    Raises:
        ValueError: it is not a whole number.
    """
    number = parse_decimal(value)
    if number != number.to_integral_value():
        raise ValueError(say(f"“{value}” ไม่ใช่จำนวนเต็ม", f"“{value}” is not a whole number"))
    return int(number)


def _fiscal_year(year: int) -> int:
    if not 2500 <= year <= 2700:  # noqa: PLR2004 - any B.E. year that can be meant
        raise ValueError(
            say(
                f"{year} ไม่ใช่ปีงบประมาณ พ.ศ. ให้เขียนเช่น 2570",
                f"{year} is not a fiscal year in B.E.; write for example 2570",
            )
        )
    return year


def _indicator_number(value: object) -> str:
    written = arabic_digits(str(value)).strip()
    if not re.fullmatch(r"\d+(\.\d+){0,6}", written):
        raise ValueError(
            say(
                f"“{value}” ไม่ใช่เลขตัวชี้วัด ให้เขียนเช่น 1.1.2 (ไม่เกิน 7 ระดับ)",
                f"“{value}” is not an indicator number; write for example 1.1.2 (at most 7 levels)",
            )
        )
    return written


def _round_key(value: object) -> str:
    written = arabic_digits(str(value)).strip().lower()
    if not re.fullmatch(r"\d{1,2}m", written):
        raise ValueError(
            say(
                f"“{value}” ไม่ใช่รอบรายงาน ให้เขียน 3m 6m 9m หรือ 12m",
                f"“{value}” is not a round; write 3m, 6m, 9m or 12m",
            )
        )
    return written


Figure = Annotated[Decimal, BeforeValidator(parse_decimal)]
Day = Annotated[date, BeforeValidator(parse_date)]
FiscalYearNumber = Annotated[int, BeforeValidator(parse_whole), AfterValidator(_fiscal_year)]
IndicatorNumber = Annotated[str, BeforeValidator(_indicator_number)]
RoundKey = Annotated[str, BeforeValidator(_round_key)]


def months(round_key: str) -> int:
    """How many months of the fiscal year a round covers: "9m" is 9."""
    return int(round_key.removesuffix("m"))


def number_order(number: str) -> tuple[int, ...]:
    """The key that sorts indicator numbers as people count them: 1.2 before 1.10."""
    return tuple(int(part) for part in number.split("."))
