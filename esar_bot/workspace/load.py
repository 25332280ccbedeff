"""A workspace's agreement and rounds, read whole: what is unreadable becomes findings beside what is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from esar_bot.language import say
from esar_bot.models import Agreement, Card, Report, number_order
from esar_bot.workspace.findings import Finding, Level, Place
from esar_bot.workspace.folder import Workspace
from esar_bot.workspace.located_yaml import Located, read_located
from esar_bot.workspace.reading import UNREADABLE, read_model

CARD_SUFFIX = ".yaml"


@dataclass(frozen=True)
class LoadedAgreement:
    """The agreement, if it could be read, with the lines of its keys."""

    agreement: Agreement | None
    source: Located
    findings: tuple[Finding, ...]
    file: str

    def place(self, *path: str | int) -> Place:
        """Where a key of the agreement stands."""
        return Place(self.file, self.source.line(path))

    def indicator_place(self, number: str, *path: str | int) -> Place:
        """Where an indicator, or one of its keys, stands."""
        numbers = [] if self.agreement is None else [item.number for item in self.agreement.indicators]
        return self.place("indicators", numbers.index(number), *path) if number in numbers else self.place()


@dataclass(frozen=True)
class LoadedCard:
    """A card, if it could be read, with its file and the lines of its keys."""

    file: Path
    place_of_file: Place
    card: Card | None
    source: Located

    @property
    def stem(self) -> str:
        """The indicator's number as the file's name says it."""
        return self.file.stem

    def place(self, *path: str | int) -> Place:
        """Where a key of the card stands."""
        return Place(self.place_of_file.file, self.source.line(path))


@dataclass(frozen=True)
class LoadedRound:
    """All card files of one round's folder."""

    key: str
    folder: Path
    cards: tuple[LoadedCard, ...]
    findings: tuple[Finding, ...] = field(default=())

    def report(self, agreement: Agreement) -> Report:
        """The cards that could be read, as one report."""
        cards = tuple(loaded.card for loaded in self.cards if loaded.card is not None)
        return Report(fiscal_year=agreement.fiscal_year, round=self.key, cards=cards)


def load_agreement(workspace: Workspace) -> LoadedAgreement:
    """Read agreement.yaml; its faults are findings."""
    name = workspace.agreement.name
    if not workspace.agreement.is_file():
        finding = Finding(
            UNREADABLE,
            Level.ERROR,
            Place(name),
            say("ไม่พบแฟ้มคำรับรอง", "the agreement's file is missing"),
            say(f"สร้างแฟ้ม {name} (ดูตัวอย่างด้วย esar-bot init)", f"write {name} (esar-bot init shows one)"),
        )
        return LoadedAgreement(None, Located(), (finding,), name)
    source = read_located(workspace.agreement)
    agreement, findings = read_model(Agreement, source, lambda line: Place(name, line))
    return LoadedAgreement(agreement, source, tuple(findings), name)


def load_round(workspace: Workspace, round_key: str) -> LoadedRound:
    """Read all cards of a round; their faults are findings."""
    folder = workspace.round_folder(round_key)
    cards, findings = [], []
    for file in _card_files(folder):
        source = read_located(file)
        place = workspace.place(file)
        card, faults = read_model(
            Card,
            source,
            lambda line, name=place.file: Place(name, line),  # type: ignore[misc]
            indicator=file.stem,
        )
        cards.append(LoadedCard(file, place, card, source))
        findings.extend(faults)
    return LoadedRound(round_key, folder, tuple(cards), tuple(findings))


def _card_files(folder: Path) -> list[Path]:
    files = [file for file in folder.glob(f"[!.]*{CARD_SUFFIX}") if file.is_file()] if folder.is_dir() else []
    return sorted(files, key=_by_number)


def _by_number(file: Path) -> tuple[bool, tuple[int, ...], str]:
    numbered = all(part.isdecimal() for part in file.stem.split("."))
    return (not numbered, number_order(file.stem) if numbered else (), file.stem)
