"""A declared score above the highest that the criteria can give."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card, indicator in subject.active_cards():
        maximum = indicator.criteria.maximum
        if card.score is not None and card.score > maximum:
            yield Problem(
                at_card(loaded, "score"),
                say(
                    f"คะแนน {card.score:f} สูงกว่าคะแนนเต็มของตัวชี้วัดนี้ ({maximum:f})",
                    f"the score {card.score:f} is above this indicator's maximum ({maximum:f})",
                ),
                say("แก้ score: หรือลบบรรทัดนี้ออก", "mend score:, or remove the line"),
            )


RULE = Rule("score-too-high", ("card.score", "indicator.criteria"), check)
