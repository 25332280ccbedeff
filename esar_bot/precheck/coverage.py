"""What no rule looked at: fields that hold something, and files that nothing names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from esar_bot.language import say
from esar_bot.models import Frozen
from esar_bot.precheck.folder import unlisted_files
from esar_bot.precheck.rule import Rule, Subject
from esar_bot.workspace import Finding, Place


@dataclass(frozen=True)
class Unexamined:
    """Something in the workspace that no rule judged."""

    place: Place
    what: str

    def __str__(self) -> str:
        return f"{self.place} {self.what}"


def unexamined(
    subject: Subject, rules: Iterable[Rule], findings: Iterable[Finding]
) -> tuple[Unexamined, ...]:
    """The fields and files that these rules passed over. A file that a finding names was seen."""
    looked_at = {name for rule in rules for name in rule.looks_at}
    seen = {finding.place.file for finding in findings}
    return (*_fields(subject, looked_at), *_files(subject, seen))


def _fields(subject: Subject, looked_at: set[str]) -> Iterator[Unexamined]:
    agreement = subject.loaded_agreement.agreement
    cards = [card for _, card in subject.readable_cards()]
    groups: list[tuple[str, str, Sequence[Frozen]]] = [
        ("agreement", subject.loaded_agreement.file, [] if agreement is None else [agreement]),
        ("indicator", subject.loaded_agreement.file, [] if agreement is None else agreement.indicators),
        ("card", subject.round_key, cards),
        ("evidence", subject.round_key, [item for card in cards for item in card.evidence]),
    ]
    for kind, file, models in groups:
        for field in _written(models):
            if f"{kind}.{field}" not in looked_at:
                yield Unexamined(Place(file), f"{kind}.{field}")


def _written(models: Sequence[Frozen]) -> list[str]:
    """The fields that at least one of these models was given a value for, in the model's order."""
    return [
        field
        for field in (type(models[0]).model_fields if models else ())
        if any(
            field in model.model_fields_set and getattr(model, field) not in (None, "", (), {})
            for model in models
        )
    ]


def _files(subject: Subject, seen: set[str]) -> Iterator[Unexamined]:
    for loaded in subject.loaded_round.cards:
        if loaded.card is None:
            what = say("รายงานที่อ่านไม่ได้", "a card that could not be read")
            yield Unexamined(loaded.place_of_file, what)
    for file in unlisted_files(subject.loaded_round):
        place = subject.workspace.place(file)
        if place.file not in seen:
            yield Unexamined(place, say("แฟ้มที่ไม่มีรายงานใดระบุ", "a file that no card names"))
