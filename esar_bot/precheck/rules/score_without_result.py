"""A declared score where there is no result to score."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import NOT_APPLICABLE
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        without = card.result == NOT_APPLICABLE or (card.result is None and not card.parts)
        if card.score is not None and without:
            yield Problem(
                at_card(loaded, "score"),
                say(
                    f"ระบุคะแนน {card.score:f} ไว้ แต่ไม่มีผลการดำเนินงานหรือผลเป็น N/A",
                    f"a score of {card.score:f} is declared, but there is no result or it is N/A",
                ),
                say("ระบุ result: หรือลบบรรทัด score: ออก", "write result:, or remove the line score:"),
            )


RULE = Rule("score-without-result", ("card.score", "card.result", "card.parts"), check)
