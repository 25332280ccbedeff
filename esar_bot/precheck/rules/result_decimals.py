"""A result with more than four decimals, which portals cut or refuse."""

from collections.abc import Iterator
from decimal import Decimal

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card

DECIMALS = 4


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        figures: dict[tuple[str, ...], Decimal | str | None] = {("result",): card.result}
        figures |= {("parts", number): figure for number, figure in card.parts.items()}
        for path, figure in figures.items():
            if isinstance(figure, Decimal) and decimals(figure) > DECIMALS:
                yield Problem(
                    at_card(loaded, *path),
                    say(
                        f"ผล {figure:f} มีทศนิยม {decimals(figure)} ตำแหน่ง รับได้ไม่เกิน {DECIMALS}",
                        f"the result {figure:f} has {decimals(figure)} decimals, at most {DECIMALS} fit",
                    ),
                    say(
                        f"ปัดให้เหลือไม่เกิน {DECIMALS} ตำแหน่งตามวิธีที่คำรับรองกำหนด",
                        f"round it to at most {DECIMALS} decimals, as the agreement says",
                    ),
                )


def decimals(figure: Decimal) -> int:
    """How many digits are written after the point, trailing zeros included."""
    exponent = figure.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


RULE = Rule("result-decimals", ("card.result", "card.parts"), check)
