"""An evidence file name that a portal or a computer cannot keep as it is."""

import unicodedata
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject

WINDOWS_FORBIDDEN = '\\/:*?"<>|'


def check(subject: Subject) -> Iterator[Problem]:
    for item in subject.evidence:
        for reason, next_step in faults(item.name, subject.limits.file_name_refused):
            yield Problem(item.at("file"), f"{item.name}: {reason}", next_step)


def faults(name: str, refused: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a file name and what to do, given the further characters that a portal refuses."""
    rename = say("เปลี่ยนชื่อแฟ้มและแก้บรรทัดนี้ให้ตรงกัน", "rename the file and mend this line")
    bad = [sign for sign in dict.fromkeys(name) if sign in WINDOWS_FORBIDDEN + refused]
    if bad:
        listed = " ".join("space" if sign == " " else sign for sign in bad)
        yield (
            say(f"ชื่อแฟ้มมีอักขระที่ใช้ไม่ได้: {listed}", f"the name has characters that are refused: {listed}"),
            rename,
        )
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"} for sign in name):
        yield say("ชื่อแฟ้มมีอักขระที่มองไม่เห็น", "the name has invisible characters"), rename
    if not unicodedata.is_normalized("NFC", name):
        yield (
            say("ชื่อแฟ้มไม่ใช่ Unicode แบบ NFC", "the name is not in the Unicode form NFC"),
            say("พิมพ์ชื่อแฟ้มใหม่ ไม่คัดลอกจากที่อื่น", "type the name anew instead of copying it"),
        )
    if name.endswith((".", " ")) or name.startswith(" "):
        yield say("ชื่อแฟ้มขึ้นต้นหรือลงท้ายด้วยช่องว่างหรือจุด", "the name begins or ends with a space or a dot"), rename


RULE = Rule("evidence-name-refused", ("evidence.file",), check)
