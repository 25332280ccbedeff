"""Two evidence files of one card with the same name, which a portal could not tell apart."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.wording import evidence_name
from esar_bot.text import canonical


def check(subject: Subject) -> Iterator[Problem]:
    for items in subject.evidence_by_card:
        first = {canonical(item.name).casefold(): item for item in reversed(items)}
        for item in items:
            other = first[canonical(item.name).casefold()]
            if item.evidence.file != other.evidence.file:
                first_one = f"{evidence_name(other.evidence)} ({other.at('file').place})"
                yield Problem(
                    item.at("file"),
                    say(
                        f"ชื่อแฟ้ม {item.name} ซ้ำกับ{first_one}",
                        f"{item.name} has the name of {first_one}",
                    ),
                    say("ตั้งชื่อแฟ้มในตัวชี้วัดเดียวกันให้ต่างกัน", "give the files of a card different names"),
                )


RULE = Rule("evidence-same-name", ("evidence.file",), check)
