"""Two files for one indicator."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for loaded, card in subject.readable_cards():
        other = first.setdefault(card.indicator, loaded.place_of_file.file)
        if other != loaded.place_of_file.file:
            yield Problem(
                at_card(loaded, "indicator"),
                say(
                    f"ตัวชี้วัด {card.indicator} มีรายงานอยู่แล้วในแฟ้ม {other}",
                    f"indicator {card.indicator} has a card already, {other}",
                ),
                say("ให้เหลือตัวชี้วัดละหนึ่งแฟ้ม", "keep one file for each indicator"),
            )


RULE = Rule("card-twice", ("card.indicator",), check)
