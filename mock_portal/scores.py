"""Weighted scores as the portal adds them up. The scores themselves are the officer's, never recomputed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from mock_portal.agreement import Agreement, Indicator
from mock_portal.card_form import NOT_AVAILABLE, UNSIGNED_NUMBER

PLACES = Decimal("0.0001")
Reported = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """One indicator in the round's summary; scores are None where there is nothing to count."""

    indicator: Indicator
    weight: Decimal
    result: str
    score: Decimal | None
    weighted: Decimal | None


@dataclass(frozen=True)
class Group:
    """The indicators of one dimension and their weighted mean."""

    name: str
    weight: Decimal
    lines: tuple[Line, ...]
    score: Decimal | None


@dataclass(frozen=True)
class Summary:
    """The whole round."""

    groups: tuple[Group, ...]
    weight: Decimal
    total: Decimal | None


def on_scale(agreement: Agreement, indicator: Indicator, fields: Mapping[str, str]) -> Decimal | None:
    """A card's score on the agreement's scale; None where nothing was measured or scored."""
    score = fields.get("score", "")
    if fields.get("result", "") == NOT_AVAILABLE or not UNSIGNED_NUMBER.fullmatch(score):
        return None
    return Decimal(score) * agreement.scale / indicator.criteria.highest


def weighted(
    agreement: Agreement, indicator: Indicator, round_key: str, fields: Mapping[str, str]
) -> Decimal | None:
    """Weight times score over the weights of all active indicators, not rounded."""
    score, total = on_scale(agreement, indicator, fields), agreement.total_weight(round_key)
    return None if score is None or not total else indicator.weight_in(round_key) * score / total


def summarise(agreement: Agreement, round_key: str, reported: Reported) -> Summary:
    """Add up a round. An indicator without a score adds nothing, and its weight still counts."""
    groups = []
    for name, indicators in agreement.dimensions(round_key):
        lines = tuple(_line(agreement, i, round_key, reported.get(i.number, {})) for i in indicators)
        weight = sum((line.weight for line in lines), Decimal(0))
        reached = _sum(
            line.weight * score
            for line in lines
            if (score := on_scale(agreement, line.indicator, reported.get(line.indicator.number, {})))
            is not None
        )
        score = None if reached is None or not weight else reached / weight
        groups.append(Group(name, weight, lines, score))
    total = _sum(line.weighted for group in groups for line in group.lines)
    return Summary(tuple(groups), agreement.total_weight(round_key), total)


def four_places(value: Decimal | None, empty: str = "-") -> str:
    """A score as printed; this is the only place where one is rounded."""
    return empty if value is None else str(value.quantize(PLACES, ROUND_HALF_UP))


def plain(value: Decimal) -> str:
    """A weight without needless zeros: 10, 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(agreement: Agreement, indicator: Indicator, round_key: str, fields: Mapping[str, str]) -> Line:
    score = fields.get("score", "")
    return Line(
        indicator,
        indicator.weight_in(round_key),
        fields.get("result", ""),
        Decimal(score) if UNSIGNED_NUMBER.fullmatch(score) else None,
        weighted(agreement, indicator, round_key, fields),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [v for v in values if v is not None]
    return sum(known, Decimal(0)) if known else None
