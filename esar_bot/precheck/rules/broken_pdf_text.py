"""Thai text that was broken when it was copied out of a PDF; whoever signs the report would sign it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.texts import FREE_TEXTS, free_texts
from esar_bot.precheck.where import Where
from esar_bot.workspace import Level

AGREEMENT_TEXTS = ("name", "dimension", "unit", "target", "description")
AROUND = 12
_MARK = "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e"
_CLUSTER = f"[ก-ะาเ-ๆ][{_MARK}]*"
_BROKEN = re.compile(
    "|".join(
        (
            f"[ก-๎][ \u00a0][{_MARK}]",
            "\u0e4d[\u0e48-\u0e4b]?\u0e32",
            "\u0e33\u0e32",
            "[\uf700-\uf71a\ufffd]",
            f"[A-Za-z0-9][{_MARK}ะา]",
            f"(?<![ก-๎])(?:{_CLUSTER} ){{5,}}{_CLUSTER}(?![ก-๎])",
        )
    )
)


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        for text in free_texts(loaded, card):
            yield from _judge(text.where, text.name, text.text, Level.ERROR)
    agreement = subject.loaded_agreement.agreement
    for indicator in () if agreement is None else agreement.indicators:
        for field in AGREEMENT_TEXTS:
            where = subject.at_indicator(indicator.number, field)
            yield from _judge(where, f"“{field}”", getattr(indicator, field), Level.WARNING)


def excerpt(text: str) -> str:
    """The first broken spot with a few characters on both sides; "" where nothing is broken."""
    match = _BROKEN.search(text)
    if match is None:
        return ""
    return " ".join(text[max(match.start() - AROUND, 0) : match.end() + AROUND].split())


def _judge(where: Where, name: str, text: str, level: Level) -> Iterator[Problem]:
    if shown := excerpt(text):
        yield Problem(
            where,
            say(
                f"{name} มีข้อความไทยที่เสียหายจากการคัดลอก: “…{shown}…”",
                f"{name} has broken Thai text: “…{shown}…”",
            ),
            say(
                "พิมพ์ข้อความส่วนนี้ใหม่ หรือคัดลอกจากแฟ้มต้นฉบับแทน PDF",
                "type this part again, or copy it from the original instead of the PDF",
            ),
            level,
        )


RULE = Rule(
    "broken-pdf-text",
    (*FREE_TEXTS, *(f"indicator.{field}" for field in AGREEMENT_TEXTS)),
    check,
    (Level.ERROR, Level.WARNING),
)
