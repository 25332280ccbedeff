"""The texts of a card that people write freely, and where in them something was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from esar_bot.language import say
from esar_bot.models import Card
from esar_bot.precheck.rule import Subject
from esar_bot.precheck.where import Where, at_card
from esar_bot.precheck.wording import TEXT_FIELDS, evidence_name, field_name
from esar_bot.workspace import LoadedCard

FREE_TEXTS = (*(f"card.{field}" for field in TEXT_FIELDS), "evidence.title")


@dataclass(frozen=True)
class FreeText:
    """A text, where it stands and what people call it."""

    where: Where
    name: str
    text: str

    def lines_of(self, positions: Iterable[int]) -> str:
        """The field's name and the lines of the text in which these positions lie; never the text itself."""
        lines = sorted({self.text.count("\n", 0, position) + 1 for position in positions})
        listed = ", ".join(map(str, lines))
        return say(f"{self.name} บรรทัดที่ {listed} ของข้อความ", f"{self.name}, line {listed} of the text")


def free_texts(loaded: LoadedCard, card: Card) -> Iterator[FreeText]:
    """The card's text fields and the titles of its evidence."""
    for field in TEXT_FIELDS:
        yield FreeText(at_card(loaded, field), field_name(field), getattr(card, field))
    for index, item in enumerate(card.evidence):
        title = say(f"ชื่อเรื่องของ{evidence_name(item)}", f"the title of {evidence_name(item)}")
        yield FreeText(at_card(loaded, "evidence", index, "title"), title, item.title)


def file_names(loaded: LoadedCard, card: Card) -> Iterator[FreeText]:
    """The paths of the card's evidence files."""
    for index, item in enumerate(card.evidence):
        name = say(f"ชื่อแฟ้มของ{evidence_name(item)}", f"the file name of {evidence_name(item)}")
        yield FreeText(at_card(loaded, "evidence", index, "file"), name, item.file)


def occurrences(subject: Subject, find: Callable[[str], Iterable[int]]) -> Iterator[tuple[Where, str]]:
    """Every text or file name in which `find` gives positions: where, and in which lines of the text."""
    for loaded, card in subject.readable_cards():
        for text in (*free_texts(loaded, card), *file_names(loaded, card)):
            if positions := list(find(text.text)):
                yield text.where, text.lines_of(positions)
