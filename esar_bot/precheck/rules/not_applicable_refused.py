"""N/A in a round that wants a figure."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import NOT_APPLICABLE
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    if subject.round.allows_not_applicable:
        return
    for loaded, card in subject.readable_cards():
        if card.result == NOT_APPLICABLE:
            yield Problem(
                at_card(loaded, "result"),
                say(
                    f"{subject.round.title} ต้องมีผลการดำเนินงานเป็นตัวเลข ใช้ N/A ไม่ได้",
                    f"round {subject.round_key} wants a figure; N/A is refused",
                ),
                say("ระบุผลการดำเนินงานจริงของทั้งปี", "write the year's actual result"),
            )


RULE = Rule("not-applicable-refused", ("card.result",), check)
