"""An evidence file of 0 bytes."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    for item in subject.evidence:
        if item.stored is not None and item.stored.size == 0:
            yield Problem(
                item.at("file"),
                say(f"แฟ้ม {item.evidence.file} ว่างเปล่า (0 ไบต์)", f"{item.evidence.file} is empty (0 bytes)"),
                say("คัดลอกหรือสแกนแฟ้มนี้ใหม่", "copy or scan the file again"),
            )


RULE = Rule("evidence-empty-file", ("evidence.file",), check)
