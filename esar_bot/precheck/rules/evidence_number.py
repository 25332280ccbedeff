"""An evidence number that is not the indicator's number, a hyphen and a running number of its own."""

import re
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        expected = re.compile(rf"{re.escape(card.indicator)}-[1-9][0-9]*")
        seen: set[str] = set()
        for index, item in enumerate(card.evidence):
            where = at_card(loaded, "evidence", index, "number")
            if not expected.fullmatch(item.number):
                yield Problem(
                    where,
                    say(
                        f"เลขหลักฐาน “{item.number}” ไม่ขึ้นต้นด้วยเลขตัวชี้วัด {card.indicator} ตามด้วยลำดับ",
                        f"the evidence number “{item.number}” is not {card.indicator} and a running number",
                    ),
                    say(f"ใช้แบบ {card.indicator}-{index + 1}", f"write it as {card.indicator}-{index + 1}"),
                )
            elif item.number in seen:
                yield Problem(
                    where,
                    say(
                        f"เลขหลักฐาน {item.number} ซ้ำกันในรายงานนี้",
                        f"the evidence number {item.number} stands twice in this card",
                    ),
                    say("ให้เลขลำดับที่ยังไม่ใช้", "give it a running number that is free"),
                )
            seen.add(item.number)


RULE = Rule("evidence-number", ("evidence.number", "card.indicator"), check)
