"""A text that the round requires and the card leaves empty."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card
from esar_bot.precheck.wording import TEXT_FIELDS, field_name
from esar_bot.text import canonical


def check(subject: Subject) -> Iterator[Problem]:
    required = [field for field in TEXT_FIELDS if field in subject.round.required]
    for loaded, card in subject.readable_cards():
        for field in required:
            if not canonical(getattr(card, field)):
                yield Problem(
                    at_card(loaded, field),
                    say(
                        f"{field_name(field)} ว่างเปล่า ซึ่งรอบนี้ต้องมี",
                        f"{field_name(field)} is empty; this round requires it",
                    ),
                    say(f"เขียนข้อความที่ {field}:", f"write the text at {field}:"),
                )


RULE = Rule("text-missing", tuple(f"card.{field}" for field in TEXT_FIELDS), check)
