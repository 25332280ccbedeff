"""What a score was computed from, in words that a person can follow with a calculator."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from esar_bot import scoring
from esar_bot.language import say
from esar_bot.models import Anchored, Card, Composite, Criteria, Levels


def computed_score(criteria: Criteria, card: Card) -> Fraction | None:
    """The exact score, or None where there is nothing to score or the result does not fit the criteria.

    What does not fit is the matter of other rules.
    """
    try:
        return scoring.score_of(criteria, card)
    except ValueError:
        return None


def inputs(criteria: Criteria, card: Card) -> str:
    """The figures that go into the score: the result and the criteria, or the parts and their weights."""
    if isinstance(criteria, Composite):
        parts = ", ".join(
            say(
                f"รายการ {part.number} ผล {card.parts[part.number]:f} น้ำหนัก {part.weight:f}",
                f"part {part.number} result {card.parts[part.number]:f} weight {part.weight:f}",
            )
            for part in criteria.parts
            if part.number in card.parts
        )
        return say(f"Σ(น้ำหนัก × คะแนน) / Σ น้ำหนัก: {parts}", f"Σ(weight × score) / Σ weight: {parts}")
    result = f"{card.result:f}" if isinstance(card.result, Decimal) else "—"
    return say(f"ผล {result} {_scale(criteria)}", f"result {result} {_scale(criteria)}")


def _scale(criteria: Criteria) -> str:
    if isinstance(criteria, Levels):
        levels = " / ".join(f"{level:f}" for level in criteria.levels)
        return say(f"เทียบเกณฑ์ระดับ 1–5: {levels}", f"against levels 1–5: {levels}")
    if isinstance(criteria, Anchored):
        anchors = ", ".join(f"{anchor.percent:f} % = {anchor.figure:f}" for anchor in criteria.anchors)
        return say(f"เทียบเกณฑ์ {anchors}", f"against {anchors}")
    return say("คือขั้นตอนสูงสุดที่แล้วเสร็จ จาก 5 ขั้น", "is the highest of 5 steps finished")
