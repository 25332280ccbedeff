"""An evidence file of a type that the portal does not take."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    taken = subject.limits.file_types
    if not taken:
        return
    for item in subject.evidence:
        if item.extension not in taken:
            listed = ", ".join(taken)
            yield Problem(
                item.at("file"),
                say(
                    f"ระบบไม่รับแฟ้มชนิด “{item.extension}” ({item.evidence.file})",
                    f"the portal does not take files of type “{item.extension}” ({item.evidence.file})",
                ),
                say(f"แปลงเป็นชนิดที่รับได้: {listed}", f"convert it to a type that is taken: {listed}"),
            )


RULE = Rule("evidence-type-refused", ("evidence.file",), check)
