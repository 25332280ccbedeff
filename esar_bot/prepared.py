"""The prepared report: what an officer's folder means in the portal's terms, field by field, file by file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from esar_bot import scoring
from esar_bot.models import (
    NOT_APPLICABLE,
    Agreement,
    Card,
    Composite,
    Evidence,
    Indicator,
    Report,
    number_order,
)

HASH_CHUNK = 1 << 20


@dataclass(frozen=True)
class PreparedEvidence:
    """A file to be on the portal: its number and title, where it lies, its size in bytes and its SHA-256."""

    number: str
    title: str
    path: Path
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The name under which the portal keeps it."""
        return self.path.name


@dataclass(frozen=True)
class PreparedCard:
    """A card as the portal shall hold it."""

    indicator: Indicator
    fields: dict[str, str]
    evidence: tuple[PreparedEvidence, ...]
    score: Decimal | None
    weight: Decimal
    weighted: Fraction | None

    @property
    def number(self) -> str:
        """The indicator's number."""
        return self.indicator.number


@dataclass(frozen=True)
class PreparedReport:
    """A round's report as the portal shall hold it, in the order of the indicators' numbers."""

    agreement: Agreement
    round: str
    cards: tuple[PreparedCard, ...]

    @property
    def total(self) -> Fraction:
        """The total of the weighted scores."""
        return sum((card.weighted for card in self.cards if card.weighted is not None), Fraction(0))


def prepare(agreement: Agreement, report: Report, round_folder: Path) -> PreparedReport:
    """Turn a checked report into what the portal shall hold.

    Raises:
        ValueError: a result does not fit its criteria. Precheck reports that with file and line first.
        OSError: an evidence file cannot be read.
    """
    cards = []
    for indicator in sorted(agreement.active_in(report.round), key=lambda item: number_order(item.number)):
        card = report.card(indicator.number)
        if card is not None:
            cards.append(_prepare_card(agreement, indicator, card, round_folder))
    return PreparedReport(agreement, report.round, tuple(cards))


def _prepare_card(agreement: Agreement, indicator: Indicator, card: Card, round_folder: Path) -> PreparedCard:
    score = scoring.score_of(indicator.criteria, card)
    typed = None if score is None else scoring.rounded(score)
    fields = {
        "result": result_text(indicator, card, score),
        "score": "" if typed is None else f"{typed:f}",
        "performance": card.performance,
        "supporting_factors": card.supporting_factors,
        "obstacles": card.obstacles,
        "suggestions": card.suggestions,
        "evidence_list": evidence_list(card.evidence),
    }
    evidence = tuple(hash_evidence(item, round_folder / item.file) for item in card.evidence)
    weighted = (
        None if typed is None else scoring.weighted_score(agreement, card.round, indicator.number, typed)
    )
    return PreparedCard(indicator, fields, evidence, typed, indicator.weight_in(card.round), weighted)


def result_text(indicator: Indicator, card: Card, score: Fraction | None) -> str:
    """ผลการดำเนินงาน as typed: the figure as written, N/A, or a composite's score."""
    if card.result == NOT_APPLICABLE:
        return NOT_APPLICABLE
    if isinstance(indicator.criteria, Composite):
        return "" if score is None else f"{scoring.rounded(score):f}"
    return "" if card.result is None else f"{card.result:f}"


def evidence_list(evidence: Iterable[Evidence]) -> str:
    """รายการหลักฐานอ้างอิง: number and title of every file, a line each."""
    return "\n".join(f"{item.number} {item.title}" for item in evidence)


def hash_evidence(item: Evidence, path: Path) -> PreparedEvidence:
    """Read a file once, for its size and SHA-256.

    Raises:
        OSError: the file cannot be read.
    """
    size, digest = hash_file(path)
    return PreparedEvidence(item.number, item.title, path, size, digest)


def hash_file(path: Path) -> tuple[int, str]:
    """A file's size in bytes and its SHA-256, never whole in memory.

    Raises:
        OSError: the file cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
