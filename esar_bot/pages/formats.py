"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from esar_bot import scoring
from esar_bot.calendar import BANGKOK
from esar_bot.models import thai_date

ABSENT = "–"
KILO = 1024


def moment(instant: datetime) -> str:
    """A point in time as it was in Bangkok: 31 กรกฎาคม 2570 เวลา 14.05 น."""
    there = instant.astimezone(BANGKOK)
    return f"{thai_date(there.date())} เวลา {there:%H.%M} น."


def figure(value: Decimal | None) -> str:
    """A figure as it was written, without an exponent."""
    return ABSENT if value is None else f"{value:f}"


def plain(value: Decimal) -> str:
    """A computed figure without needless zeros: 100, 9.5."""
    return f"{value.normalize():f}"


def four_places(value: Fraction | Decimal | None) -> str:
    """A score as it is shown: four places."""
    return ABSENT if value is None else f"{scoring.rounded(value):f}"


def size(count: int) -> str:
    """A file's size: 812 ไบต์, 12.4 KB, 3.1 MB."""
    if count < KILO:
        return f"{count} ไบต์"
    if count < KILO**2:
        return f"{count / KILO:.1f} KB"
    return f"{count / KILO**2:.1f} MB"


def grouped(count: int) -> str:
    """A whole number with thousands separators."""
    return f"{count:,}"
