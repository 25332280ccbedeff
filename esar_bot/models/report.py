"""รายงานการประเมินผลตนเอง: what is reported for one round, a card an indicator."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from esar_bot.models.quantities import (
    Figure,
    FiscalYearNumber,
    Frozen,
    IndicatorNumber,
    RoundKey,
    parse_decimal,
)
from esar_bot.text import arabic_digits, unix_newlines

NOT_APPLICABLE: Literal["N/A"] = "N/A"


def _result(value: object) -> Decimal | str | None:
    if value is None:
        return None
    written = str(value).strip()
    return NOT_APPLICABLE if written.upper() == NOT_APPLICABLE else parse_decimal(value)


def _text(value: object) -> object:
    """Texts keep every character; only line breaks and white space around the whole are settled."""
    if value is None:
        return ""
    return unix_newlines(value).strip() if isinstance(value, str) else value


def _evidence_number(value: object) -> str:
    return arabic_digits(str(value)).strip()


Result = Annotated[Decimal | Literal["N/A"] | None, BeforeValidator(_result)]
Text = Annotated[str, BeforeValidator(_text)]


class Evidence(Frozen):
    """หลักฐานอ้างอิง: a file, its title and its running number within the indicator ("1.1-1")."""

    number: Annotated[str, BeforeValidator(_evidence_number)]
    title: Annotated[str, Field(min_length=1)]
    file: Annotated[str, Field(min_length=1)]


class Card(Frozen):
    """One indicator's SAR card. Result and score are as the officer wrote them; rules judge them later."""

    fiscal_year: FiscalYearNumber
    round: RoundKey
    indicator: IndicatorNumber
    result: Result = None
    parts: dict[str, Figure] = {}
    score: Figure | None = None
    performance: Text = ""
    supporting_factors: Text = ""
    obstacles: Text = ""
    suggestions: Text = ""
    evidence: tuple[Evidence, ...] = ()


class Report(Frozen):
    """All cards of one round."""

    fiscal_year: FiscalYearNumber
    round: RoundKey
    cards: tuple[Card, ...]

    def card(self, number: str) -> Card | None:
        """The card of that indicator, if it was prepared."""
        return next((card for card in self.cards if card.indicator == number), None)
