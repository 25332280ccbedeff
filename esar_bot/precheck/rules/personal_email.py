"""An e-mail address in a text or file name."""

import re
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import WARNING_ONLY, Problem, Rule, Subject
from esar_bot.precheck.texts import FREE_TEXTS, occurrences

_EMAIL = re.compile(r"[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+", re.ASCII)


def check(subject: Subject) -> Iterator[Problem]:
    for where, lines in occurrences(subject, emails):
        yield Problem(
            where,
            say(f"{lines} มีที่อยู่อีเมล", f"{lines}: an e-mail address"),
            say(
                "ลบออกหากเป็นของบุคคล (พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562)",
                "remove it if it is a person's (Personal Data Protection Act B.E. 2562)",
            ),
        )


def emails(text: str) -> Iterator[int]:
    """Where e-mail addresses begin."""
    return (match.start() for match in _EMAIL.finditer(text))


RULE = Rule("personal-email", (*FREE_TEXTS, "evidence.file"), check, WARNING_ONLY)
