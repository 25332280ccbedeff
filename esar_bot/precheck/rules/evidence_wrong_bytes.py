"""An evidence file whose content is not what its name says."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.content import KNOWN, kind_of
from esar_bot.precheck.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    for item in subject.evidence:
        if item.stored is None or item.stored.size == 0 or item.extension not in KNOWN:
            continue
        kind = kind_of(item.stored)
        if kind not in KNOWN[item.extension]:
            found = kind or say("ไม่ทราบชนิด", "unknown")
            yield Problem(
                item.at("file"),
                say(
                    f"ชื่อแฟ้ม {item.evidence.file} บอกชนิด {item.extension} แต่เนื้อในเป็น {found}",
                    f"{item.evidence.file} is named {item.extension}, its content is {found}",
                ),
                _locked(kind) or _save_again(item.extension),
            )


def _locked(kind: str) -> str:
    if kind != "encrypted office":
        return ""
    return say("เปิดด้วย Office แล้วยกเลิกรหัสผ่านของแฟ้ม", "open it in Office and remove the password of the file")


def _save_again(extension: str) -> str:
    return say(
        f"เปิดแฟ้มแล้วบันทึกใหม่เป็นชนิด {extension} หรือแก้นามสกุลให้ตรงกับเนื้อใน",
        f"open it and save it as {extension}, or give the name the extension of its content",
    )


RULE = Rule("evidence-wrong-bytes", ("evidence.file",), check)
