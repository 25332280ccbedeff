"""More evidence files in a card than the portal takes."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    limit = subject.limits.files_per_card
    if limit is None:
        return
    for loaded, card in subject.readable_cards():
        if len(card.evidence) > limit:
            yield Problem(
                at_card(loaded, "evidence"),
                say(
                    f"มีหลักฐาน {len(card.evidence)} แฟ้ม ระบบรับได้ {limit} แฟ้มต่อตัวชี้วัด",
                    f"there are {len(card.evidence)} evidence files, the portal takes {limit} a card",
                ),
                say("รวมหลักฐานเป็นแฟ้มเดียวกัน", "merge some of the files"),
            )


RULE = Rule("evidence-too-many", ("card.evidence",), check)
