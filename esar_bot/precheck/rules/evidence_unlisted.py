"""A file in an evidence folder that no card lists, so that it would not be attached."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.folder import unlisted_files
from esar_bot.precheck.rule import WARNING_ONLY, Problem, Rule, Subject
from esar_bot.precheck.where import Where
from esar_bot.text import arabic_digits


def check(subject: Subject) -> Iterator[Problem]:
    unreadable = {arabic_digits(loaded.stem) for loaded in subject.loaded_round.cards if loaded.card is None}
    folder = subject.loaded_round.folder
    for file in unlisted_files(subject.loaded_round):
        relative = file.relative_to(folder)
        indicator = arabic_digits(relative.parts[0])
        if len(relative.parts) > 1 and indicator not in unreadable:
            yield Problem(
                Where(subject.workspace.place(file), indicator),
                say("ไม่มีรายงานใดระบุแฟ้มนี้ จึงจะไม่ถูกแนบ", "no card lists this file, so it will not be attached"),
                say(
                    "เพิ่มใน evidence: ของรายงาน หรือย้ายแฟ้มออก",
                    "add it to a card's evidence:, or move it away",
                ),
            )


RULE = Rule("evidence-unlisted", ("evidence.file",), check, WARNING_ONLY)
