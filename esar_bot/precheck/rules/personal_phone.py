"""A Thai telephone number in a text or file name."""

import re
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import WARNING_ONLY, Problem, Rule, Subject
from esar_bot.precheck.texts import FREE_TEXTS, occurrences
from esar_bot.text import arabic_digits

_GAP = r"[ \u00a0\u2010-\u2013-]?"
_PHONE = re.compile(
    rf"(?<![\d.,-])(?:(?:\+66|0066){_GAP}(?:\(0\)|0)?|\(?0){_GAP}"
    rf"(?:[689]{_GAP}\d(?:\)?{_GAP}\d){{7}}|[2-57](?:\)?{_GAP}\d){{7}})(?!\d)",
    re.ASCII,
)


def check(subject: Subject) -> Iterator[Problem]:
    for where, lines in occurrences(subject, phones):
        yield Problem(
            where,
            say(f"{lines} มีหมายเลขโทรศัพท์", f"{lines}: a telephone number"),
            say(
                "ลบออกหากเป็นของบุคคล (พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562)",
                "remove it if it is a person's (Personal Data Protection Act B.E. 2562)",
            ),
        )


def phones(text: str) -> Iterator[int]:
    """Where telephone numbers begin: 9 digits of a line, 10 of a mobile, or +66, in Arabic or Thai digits."""
    return (match.start() for match in _PHONE.finditer(arabic_digits(text)))


RULE = Rule("personal-phone", (*FREE_TEXTS, "evidence.file"), check, WARNING_ONLY)
