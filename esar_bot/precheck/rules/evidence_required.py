"""A card without evidence in a round that requires it."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    if not subject.round.evidence_required:
        return
    for loaded, card in subject.readable_cards():
        if not card.evidence:
            yield Problem(
                at_card(loaded, "evidence"),
                say(
                    f"ไม่มีหลักฐานอ้างอิง {subject.round.title} ต้องแนบให้ครบถ้วน",
                    f"there is no evidence; round {subject.round_key} requires it",
                ),
                say(
                    f"เพิ่ม evidence: พร้อมแฟ้มในโฟลเดอร์ {card.indicator}/",
                    f"add evidence: with its files in {card.indicator}/",
                ),
            )


RULE = Rule("evidence-required", ("card.evidence",), check)
