"""An evidence file that is larger than the portal takes."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.wording import megabytes


def check(subject: Subject) -> Iterator[Problem]:
    limit = subject.limits.file_bytes
    if limit is None:
        return
    for item in subject.evidence:
        if item.stored is not None and item.stored.size > limit:
            size = item.stored.size
            yield Problem(
                item.at("file"),
                say(
                    f"แฟ้ม {item.evidence.file} ใหญ่ {megabytes(size)} ระบบรับได้ {megabytes(limit)} ต่อแฟ้ม",
                    f"{item.evidence.file} has {megabytes(size)}, the portal takes {megabytes(limit)} a file",
                ),
                say(
                    "ลดความละเอียดของภาพสแกน หรือแบ่งเป็นหลายแฟ้ม",
                    "scan it at a lower resolution, or split it into several files",
                ),
            )


RULE = Rule("evidence-too-large", ("evidence.file",), check)
