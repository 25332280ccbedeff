"""A result that the round requires and the card does not give; parts of a composite that do not fit."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import NOT_APPLICABLE, Card, Composite
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card
from esar_bot.workspace import LoadedCard


def check(subject: Subject) -> Iterator[Problem]:
    required = "result" in subject.round.required
    for loaded, card, indicator in subject.active_cards():
        if isinstance(indicator.criteria, Composite):
            yield from _parts(loaded, card, indicator.criteria, required=required)
        elif required and card.result is None:
            yield Problem(
                at_card(loaded, "result"),
                say("ยังไม่ระบุผลการดำเนินงานซึ่งรอบนี้ต้องมี", "the result is missing; this round requires it"),
                say(
                    "ระบุ result: เป็นตัวเลข หรือ N/A หากรอบนี้ยังไม่มีผล",
                    "write result: with the figure, or N/A where this round has none yet",
                ),
            )


def _parts(loaded: LoadedCard, card: Card, criteria: Composite, *, required: bool) -> Iterator[Problem]:
    expected = [part.number for part in criteria.parts]
    given = card.parts or card.result is not None
    missing = [number for number in expected if number not in card.parts]
    if missing and (given or required) and card.result != NOT_APPLICABLE:
        listed = ", ".join(missing)
        yield Problem(
            at_card(loaded, "parts"),
            say(f"ยังไม่ระบุผลของรายการย่อย {listed}", f"the result of part {listed} is missing"),
            say(
                f"ระบุ parts: ให้ครบทุกรายการ ({', '.join(expected)})",
                f"write parts: with every part ({', '.join(expected)})",
            ),
        )
    for number in card.parts:
        if number not in expected:
            yield Problem(
                at_card(loaded, "parts", number),
                say(f"คำรับรองไม่มีรายการย่อย “{number}”", f"the agreement has no part “{number}”"),
                say(f"รายการย่อยที่มีคือ {', '.join(expected)}", f"the parts are {', '.join(expected)}"),
            )


RULE = Rule("result-missing", ("card.result", "card.parts", "indicator.criteria"), check)
