"""A card that says another round than its folder."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    expected = subject.round_key
    for loaded, card in subject.readable_cards():
        if card.round != expected:
            yield Problem(
                at_card(loaded, "round"),
                say(
                    f"รายงานนี้ระบุรอบ {card.round} แต่อยู่ในโฟลเดอร์ {expected}",
                    f"this card says round {card.round}, its folder is {expected}",
                ),
                say(
                    f"แก้เป็น round: {expected} หรือย้ายแฟ้มไปโฟลเดอร์ {card.round}",
                    f"write round: {expected}, or move the file to {card.round}",
                ),
            )


RULE = Rule("wrong-round", ("card.round",), check)
