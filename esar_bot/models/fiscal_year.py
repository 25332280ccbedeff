"""ปีงบประมาณ: the rounds of a fiscal year and the steps of the procedure SB-11-1, as data says them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from esar_bot.models.quantities import Day, FiscalYearNumber, Frozen, RoundKey

CardField = Literal["result", "score", "performance", "supporting_factors", "obstacles", "suggestions"]


class Round(Frozen):
    """รอบรายงาน: when it can be reported, and what its cards must hold."""

    key: RoundKey
    title: str
    opens: Day
    due: Day
    required: tuple[CardField, ...] = ("result", "performance")
    allows_not_applicable: bool = True
    evidence_required: bool = False

    def is_open_on(self, day: date) -> bool:
        """Whether the round can be reported on that day, both ends included."""
        return self.opens <= day <= self.due


class Step(Frozen):
    """One step of SB-11-1. `seed` is the period as the procedure prints it."""

    n: int
    what: str
    seed: str
    start: Day | None = None
    due: Day
    round: RoundKey | None = None
    esar: bool = False
    note: str = ""


class FiscalYear(Frozen):
    """A fiscal year's calendar: 2570 is 1 October 2026 – 30 September 2027."""

    year: FiscalYearNumber
    rounds: Annotated[tuple[Round, ...], Field(min_length=1)]
    steps: tuple[Step, ...] = ()
    holidays: dict[Day, str] = {}

    def round(self, key: str) -> Round | None:
        """The round of that key, if the year has it."""
        return next((item for item in self.rounds if item.key == key), None)
