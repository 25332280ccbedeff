"""A result that its criteria cannot score: a step that is none, a composite that contradicts its parts."""

from collections.abc import Iterator
from decimal import Decimal

from esar_bot import scoring
from esar_bot.language import say
from esar_bot.models import Card, Composite, Criteria, Milestones
from esar_bot.models.criteria import is_step
from esar_bot.precheck.formula import computed_score, inputs
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where, at_card
from esar_bot.workspace import LoadedCard


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card, indicator in subject.active_cards():
        criteria = indicator.criteria
        if isinstance(criteria, Composite):
            yield from _composite(loaded, card, criteria)
        elif card.parts:
            yield _parts_for_nothing(at_card(loaded, "parts"))
        if isinstance(card.result, Decimal):
            yield from _step(criteria, card.result, at_card(loaded, "result"))


def _step(criteria: Criteria, figure: Decimal, where: Where) -> Iterator[Problem]:
    if isinstance(criteria, Milestones) and not is_step(figure):
        yield Problem(
            where,
            say(f"ผล {figure:f} ไม่ใช่ขั้นตอนที่ 0–5", f"the result {figure:f} is no step from 0 to 5"),
            say(
                "ระบุเลขของขั้นตอนสูงสุดที่แล้วเสร็จ เป็นจำนวนเต็ม 0 ถึง 5",
                "write the number of the highest step finished, a whole number from 0 to 5",
            ),
        )


def _composite(loaded: LoadedCard, card: Card, criteria: Composite) -> Iterator[Problem]:
    for part in criteria.parts:
        if part.number in card.parts:
            yield from _step(part.criteria, card.parts[part.number], at_card(loaded, "parts", part.number))
    if isinstance(card.result, str) and card.parts:
        yield _parts_for_nothing(at_card(loaded, "parts"))
    score = computed_score(criteria, card)
    if score is not None and isinstance(card.result, Decimal):
        computed = scoring.rounded(score)
        if scoring.rounded(card.result) != computed:
            yield Problem(
                at_card(loaded, "result"),
                say(
                    f"ผล {card.result:f} ไม่ตรงกับที่คำนวณได้ {computed:f} จาก {inputs(criteria, card)}",
                    f"the result {card.result:f} is not {computed:f}, computed from {inputs(criteria, card)}",
                ),
                say("แก้ parts: หรือลบบรรทัด result: ออก", "mend parts:, or remove the line result:"),
            )


def _parts_for_nothing(where: Where) -> Problem:
    return Problem(
        where,
        say(
            "ระบุ parts: ไว้ แต่ตัวชี้วัดนี้ไม่มีรายการย่อยหรือผลเป็น N/A",
            "parts: is given, but the indicator has no parts or its result is N/A",
        ),
        say("ลบ parts: หรือแก้ result:", "remove parts:, or mend result:"),
    )


RULE = Rule("result-out-of-range", ("card.result", "card.parts", "indicator.criteria"), check)
