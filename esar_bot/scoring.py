"""ค่าคะแนน: pure functions from results to scores. Exact Decimals inside, rounded only at output.

Formulas as in the field's manuals: linear interpolation with clamping, weighted averages of parts,
milestones, and the percentage scheme whose anchors differ from agency to agency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from esar_bot.models import NOT_APPLICABLE, Agreement, Anchored, Card, Composite, Criteria, Levels, Milestones
from esar_bot.models.criteria import is_step

PLACES = Decimal("0.0001")


def rounded(value: Fraction | Decimal) -> Decimal:
    """A score as it is shown and typed: four places, halves away from zero."""
    exact = value if isinstance(value, Fraction) else Fraction(value)
    scaled = exact * 10_000
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return (Decimal(whole if scaled >= 0 else -whole) * PLACES).quantize(PLACES, ROUND_HALF_UP)


def score_of(criteria: Criteria, card: Card) -> Fraction | None:
    """The exact score of a card, or None where there is nothing to score (N/A, or no result yet).

    Raises:
        ValueError: the result does not fit the criteria (a milestone 7, a composite without its parts).
    """
    if card.result == NOT_APPLICABLE:
        return None
    if isinstance(criteria, Composite):
        return composite_score(criteria, card.parts) if card.parts or card.result is not None else None
    if not isinstance(card.result, Decimal):
        return None
    return figure_score(criteria, card.result)


def figure_score(criteria: Levels | Milestones | Anchored, figure: Decimal) -> Fraction:
    """The exact score of one measured figure.

    Raises:
        ValueError: a milestone's figure is not a step from 0 to 5.
    """
    if isinstance(criteria, Levels):
        return level_score(criteria, figure)
    if isinstance(criteria, Milestones):
        return milestone_score(criteria, figure)
    return anchored_score(criteria, figure)


def level_score(criteria: Levels, figure: Decimal) -> Fraction:
    """Linear between two thresholds; below level 1 the floor's clamp, above level 5 five.

    Where two neighbouring thresholds are equal, reaching them earns the higher level.
    """
    sign = 1 if criteria.levels[-1] > criteria.levels[0] else -1
    thresholds = [Fraction(level) * sign for level in criteria.levels]
    value = Fraction(figure) * sign
    if value < thresholds[0]:
        return Fraction(criteria.floor)
    if value >= thresholds[-1]:
        return Fraction(len(thresholds))
    for level, (low, high) in enumerate(pairwise(thresholds), start=1):
        if low <= value < high:
            return level + (value - low) / (high - low)
    raise AssertionError("thresholds are ordered, so one interval holds the value")


def milestone_score(criteria: Milestones, figure: Decimal) -> Fraction:
    """The number of the highest step finished, at least the floor.

    Raises:
        ValueError: the figure is not a whole number from 0 to 5.
    """
    if not is_step(figure):
        raise ValueError(f"{figure} is not a step from 0 to 5")
    return Fraction(max(int(figure), criteria.floor))


def anchored_score(criteria: Anchored, figure: Decimal) -> Fraction:
    """Per cent of success: 0 below the first anchor, the highest percentage from the last one on."""
    first, last = criteria.anchors[0], criteria.anchors[-1]
    sign = 1 if last.figure > first.figure else -1
    value = Fraction(figure) * sign
    if value < Fraction(first.figure) * sign:
        return Fraction(0)
    for low, high in pairwise(criteria.anchors):
        start, end = Fraction(low.figure) * sign, Fraction(high.figure) * sign
        if start <= value < end:
            share = (value - start) / (end - start)
            return Fraction(low.percent) + share * (Fraction(high.percent) - Fraction(low.percent))
    return Fraction(last.percent)


def composite_score(criteria: Composite, parts: Mapping[str, Decimal]) -> Fraction:
    """Σ weight × score / Σ weight over the sub-items.

    Raises:
        ValueError: a part has no figure, or a figure belongs to no part.
    """
    expected = {part.number for part in criteria.parts}
    if expected != set(parts):
        raise ValueError(f"parts {sorted(parts)} given, {sorted(expected)} expected")
    total = sum(
        (Fraction(part.weight) * figure_score(part.criteria, parts[part.number]) for part in criteria.parts),
        Fraction(0),
    )
    return total / sum((Fraction(part.weight) for part in criteria.parts), Fraction(0))


def weighted_score(agreement: Agreement, round_key: str, number: str, score: Fraction | Decimal) -> Fraction:
    """ค่าคะแนนถ่วงน้ำหนัก: weight × score / Σ weights of the round's active indicators.

    A score of another scale (an anchored one) is first brought to the agreement's scale.

    Raises:
        KeyError: the indicator is not active in the round.
    """
    active = {indicator.number: indicator for indicator in agreement.active_in(round_key)}
    indicator = active[number]
    total = sum((Fraction(item.weight_in(round_key)) for item in active.values()), Fraction(0))
    on_scale = Fraction(score) * agreement.scale / Fraction(indicator.criteria.maximum)
    return Fraction(indicator.weight_in(round_key)) * on_scale / total if total else Fraction(0)


def total_score(
    agreement: Agreement, round_key: str, scores: Iterable[tuple[str, Fraction | Decimal]]
) -> Fraction:
    """The round's total: the sum of the weighted scores, unrounded. What has no score counts nothing."""
    return sum((weighted_score(agreement, round_key, number, score) for number, score in scores), Fraction(0))
