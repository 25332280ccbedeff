"""คำรับรองการปฏิบัติราชการ: what an agency signed for one fiscal year."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from esar_bot.language import say
from esar_bot.models.criteria import Criteria
from esar_bot.models.quantities import (
    Figure,
    FiscalYearNumber,
    Frozen,
    IndicatorNumber,
    RoundKey,
    months,
    parse_whole,
)

FIRST_ROUND = "3m"
Weight = Annotated[Figure, Field(ge=0, le=100)]


def _truth(value: object) -> object:
    return {"true": True, "false": False, "yes": True, "no": False}.get(str(value).lower(), value)


class Agency(Frozen):
    """ส่วนราชการ and the ministry it belongs to."""

    name: Annotated[str, Field(min_length=1)]
    ministry: Annotated[str, Field(min_length=1)]


class Supervisor(Frozen):
    """ผู้กำกับดูแลตัวชี้วัด."""

    position: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    phone: str = ""
    email: str = ""


class Collector(Frozen):
    """ผู้จัดเก็บข้อมูล; the scorer (ผู้บันทึกคะแนน) is the one who may enter the score."""

    name: Annotated[str, Field(min_length=1)]
    phone: str = ""
    email: str = ""
    scorer: Annotated[bool, BeforeValidator(_truth)] = False


class Indicator(Frozen):
    """ตัวชี้วัด. Its number is text: "1.10" is not "1.1". Weights are in per cent of the agreement."""

    number: IndicatorNumber
    name: Annotated[str, Field(min_length=1)]
    dimension: Annotated[str, Field(min_length=1)]
    unit: Annotated[str, Field(min_length=1)]
    weight: Weight
    weights: dict[RoundKey, Weight] = {}
    target: Annotated[str, Field(min_length=1)]
    description: str = ""
    baseline: dict[FiscalYearNumber, str] = {}
    criteria: Criteria
    supervisor: Supervisor
    collectors: Annotated[tuple[Collector, ...], Field(min_length=1)]
    starts_at: RoundKey = FIRST_ROUND
    cancelled_at: RoundKey | None = None

    @model_validator(mode="after")
    def _one_scorer(self) -> Self:
        if sum(collector.scorer for collector in self.collectors) != 1:
            raise ValueError(
                say(
                    "ผู้จัดเก็บข้อมูลต้องมีผู้บันทึกคะแนน (scorer: true) หนึ่งคนพอดี",
                    "exactly one collector must be the scorer (scorer: true)",
                )
            )
        return self

    def is_active_in(self, round_key: str) -> bool:
        """Whether the indicator is reported in this round."""
        cancelled = self.cancelled_at is not None and months(self.cancelled_at) <= months(round_key)
        return months(self.starts_at) <= months(round_key) and not cancelled

    def weight_in(self, round_key: str) -> Decimal:
        """น้ำหนัก in this round, in per cent."""
        return self.weights.get(round_key, self.weight)


class Agreement(Frozen):
    """The agreement of an agency: its indicators and the scale of their total."""

    fiscal_year: FiscalYearNumber
    agency: Agency
    scale: Annotated[Literal[5, 100], BeforeValidator(parse_whole)] = 5
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _numbered_once(self) -> Self:
        numbers = [indicator.number for indicator in self.indicators]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise ValueError(
                say(f"เลขตัวชี้วัดซ้ำกัน: {', '.join(twice)}", f"indicator numbers used twice: {', '.join(twice)}")
            )
        return self

    def active_in(self, round_key: str) -> tuple[Indicator, ...]:
        """The indicators that are reported in this round, in the agreement's order."""
        return tuple(indicator for indicator in self.indicators if indicator.is_active_in(round_key))

    def indicator(self, number: str) -> Indicator | None:
        """The indicator of that number, if the agreement has it."""
        return next((indicator for indicator in self.indicators if indicator.number == number), None)
