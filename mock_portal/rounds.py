"""The rounds of a fiscal year and their reporting windows; which there are is data (data/rounds.toml)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

BUDDHIST_ERA = 543
Window = Literal["open", "closed", "upcoming"]
WINDOW_TEXT: dict[Window, str] = {"open": "เปิดรับรายงาน", "closed": "ปิดรับรายงาน", "upcoming": "ยังไม่เปิด"}


@dataclass(frozen=True)
class Round:
    """One round: its key in addresses, its title on pages, and when reports are taken."""

    key: str
    title: str
    months: int
    opens_on: tuple[int, int, int]
    due_on: tuple[int, int, int]

    def opens(self, fiscal_year: int) -> date:
        """The first day of the round's window."""
        return _in_year(self.opens_on, fiscal_year)

    def due(self, fiscal_year: int) -> date:
        """The last day of the round's window."""
        return _in_year(self.due_on, fiscal_year)

    def window(self, fiscal_year: int, today: date | None, closed: frozenset[str]) -> Window:
        """Whether reports are taken that day; without a day the portal rehearses and every round is open."""
        if self.key in closed:
            return "closed"
        if today is None:
            return "open"
        if today < self.opens(fiscal_year):
            return "upcoming"
        return "open" if today <= self.due(fiscal_year) else "closed"


def load_rounds() -> tuple[Round, ...]:
    """Read the rounds in the order of the year."""
    source = Path(__file__).parent / "data" / "rounds.toml"
    tables: list[dict[str, Any]] = tomllib.loads(source.read_text("utf-8"))["rounds"]
    return tuple(Round(t["key"], t["title"], t["months"], _day(t["opens"]), _day(t["due"])) for t in tables)


def _day(table: dict[str, int]) -> tuple[int, int, int]:
    return table["year"], table["month"], table["day"]


def _in_year(day: tuple[int, int, int], fiscal_year: int) -> date:
    return date(fiscal_year - BUDDHIST_ERA + day[0], day[1], day[2])
