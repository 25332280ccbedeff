"""A card of an indicator that the agreement does not have."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    agreement = subject.agreement
    for loaded, card in subject.readable_cards():
        if agreement.indicator(card.indicator) is None:
            yield Problem(
                at_card(loaded, "indicator"),
                say(
                    f"คำรับรองไม่มีตัวชี้วัด {card.indicator}",
                    f"the agreement has no indicator {card.indicator}",
                ),
                say(
                    "แก้เลขตัวชี้วัด หรือเพิ่มตัวชี้วัดใน agreement.yaml ตามฉบับที่ลงนาม",
                    "mend the number, or add the indicator to agreement.yaml as it was signed",
                ),
            )


RULE = Rule("card-unknown", ("card.indicator", "indicator.number"), check)
