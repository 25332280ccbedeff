"""A card whose file name names another indicator than its `indicator:`."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where
from esar_bot.text import arabic_digits


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        if arabic_digits(loaded.stem) != card.indicator:
            yield Problem(
                Where(loaded.place("indicator"), loaded.stem, "indicator"),
                say(
                    f"ชื่อแฟ้มคือ {loaded.file.name} แต่ข้างในระบุตัวชี้วัด {card.indicator}",
                    f"the file is named {loaded.file.name}, inside it says indicator {card.indicator}",
                ),
                say(
                    f"แก้บรรทัด indicator: หรือเปลี่ยนชื่อแฟ้มเป็น {card.indicator}.yaml",
                    f"mend the line indicator:, or rename the file to {card.indicator}.yaml",
                ),
            )


RULE = Rule("card-indicator-mismatch", ("card.indicator",), check)
