"""A Thai citizen's number (13 digits with a valid check digit) in a text or file name."""

import re
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import WARNING_ONLY, Problem, Rule, Subject
from esar_bot.precheck.texts import FREE_TEXTS, occurrences
from esar_bot.text import arabic_digits

_THIRTEEN_DIGITS = re.compile(r"(?<![\d.,])(?=([0-9](?:[ \u00a0\u2010-\u2013-]?[0-9]){12})(?!\d))")


def check(subject: Subject) -> Iterator[Problem]:
    for where, lines in occurrences(subject, citizen_ids):
        yield Problem(
            where,
            say(f"{lines} มีเลขประจำตัวประชาชน", f"{lines}: a citizen's identification number"),
            say(
                "ลบออกหรือปิดบัง เว้นแต่จำเป็นต้องเปิดเผย (พ.ร.บ. คุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562)",
                "remove or mask it unless it must be disclosed (Personal Data Protection Act B.E. 2562)",
            ),
        )


def citizen_ids(text: str) -> Iterator[int]:
    """Where citizens' numbers begin, with or without spaces and hyphens, in Arabic or Thai digits."""
    for match in _THIRTEEN_DIGITS.finditer(arabic_digits(text)):
        if is_citizen_id("".join(re.findall(r"\d", match[1]))):
            yield match.start()


def is_citizen_id(digits: str) -> bool:
    """The check digit of the Thai national ID, mod 11: the last digit of 11 − (Σ digit × 13…2) mod 11."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(digits[-1])


RULE = Rule("personal-citizen-id", (*FREE_TEXTS, "evidence.file"), check, WARNING_ONLY)
