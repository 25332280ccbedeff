"""An example of `esar-bot init` that nobody has replaced: signed, it would be a falsehood."""

from __future__ import annotations

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.texts import FREE_TEXTS, free_texts
from esar_bot.workspace import Level
from esar_bot.workspace.template import PLACEHOLDER


def check(subject: Subject) -> Iterator[Problem]:
    level = Level.WARNING if subject.rehearsal else Level.ERROR
    for loaded, card in subject.readable_cards():
        for text in free_texts(loaded, card):
            if PLACEHOLDER in text.text:
                yield Problem(
                    text.where,
                    say(
                        f"{text.name} ยังเป็นข้อความตัวอย่าง {PLACEHOLDER}",
                        f"{text.name} is still an example {PLACEHOLDER}",
                    ),
                    say("เขียนข้อความจริงแทน", "write the real text instead"),
                    level,
                )


RULE = Rule("placeholder-text", FREE_TEXTS, check, (Level.ERROR, Level.WARNING))
