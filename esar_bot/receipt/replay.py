"""From a journal to its receipt: the one way to make one, whether the run came to its end or was killed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from esar_bot.receipt.build import problem
from esar_bot.receipt.model import (
    CardRecord,
    ConfirmationRecord,
    EvidenceOutcome,
    Moment,
    Problem,
    Reading,
    Receipt,
)
from esar_bot.run import CardOutcome, RoundOutcome, RunResult

Entry = Mapping[str, object]


def ending(result: RunResult) -> dict[str, object]:
    """What a journal's last entry says of a run that came to its end."""
    error, confirmation = problem(result.error), result.confirmation
    return {
        "outcome": result.round,
        "exit_code": int(result.exit_code),
        "error": error and error.model_dump(),
        "confirmation": confirmation and {"number": confirmation.number, "text": confirmation.text},
    }


def receipt_from(entries: Sequence[Entry]) -> Receipt:
    """The receipt of a run, from all that its journal holds.

    Raises:
        ValueError: the journal does not begin with what was planned, or is of another version.
    """
    begun = next((entry["receipt"] for entry in entries if "receipt" in entry), None)
    try:
        return _replayed(Receipt.model_validate(begun), entries)
    except (KeyError, TypeError) as error:
        raise ValueError(f"an entry is not as it must be: {error!r}") from error


def _replayed(receipt: Receipt, entries: Sequence[Entry]) -> Receipt:
    cards = {card.number: card for card in receipt.cards}
    facts: dict[str, object] = {}
    for entry in entries:
        match entry.get("event"):
            case "save" | "delete":
                number = str(entry["indicator"])
                cards[number] = _in_doubt(cards[number], entry)
            case "outcome":
                card = CardRecord.model_validate(entry["card"])
                cards[card.number] = card
            case "submit":
                facts["outcome"] = RoundOutcome.UNKNOWN
            case "not-submitted":
                facts["outcome"] = RoundOutcome.NOT_SUBMITTED
            case "submitted":
                facts["outcome"] = RoundOutcome.SUBMITTED
                facts["confirmation"] = ConfirmationRecord.model_validate(entry["confirmation"])
            case "end":
                facts = _ended(entry)
    finished = Moment.of(datetime.fromisoformat(str(entries[-1]["at"])))
    return receipt.model_copy(update={**facts, "cards": tuple(cards.values()), "finished": finished})


def _ended(entry: Entry) -> dict[str, object]:
    error, confirmation = entry["error"], entry["confirmation"]
    return {
        "outcome": RoundOutcome(str(entry["outcome"])),
        "exit_code": int(str(entry["exit_code"])),
        "error": error and Problem.model_validate(error),
        "confirmation": confirmation and ConfirmationRecord.model_validate(confirmation),
    }


def _in_doubt(card: CardRecord, write: Entry) -> CardRecord:
    """A card on which something was being written: unless a later entry tells, its outcome is unknown."""
    values = write.get("values")
    sent = values if isinstance(values, Mapping) else {}
    return card.model_copy(
        update={
            "outcome": CardOutcome.UNKNOWN,
            "state": None,
            "reading": Reading.NONE,
            "fields": tuple(
                field.model_copy(
                    update={"written": None if field.name in sent else field.written, "verified": False}
                )
                for field in card.fields
            ),
            "evidence": tuple(
                item.model_copy(update={"outcome": EvidenceOutcome.UNKNOWN, "portal_sha256": None})
                for item in card.evidence
            ),
            "error": Problem(
                what="การทำงานหยุดลงขณะบันทึกการ์ดนี้ จึงไม่ทราบผล",
                where=f"ตัวชี้วัด {card.number}",
                next_step="สั่งซ้ำ โปรแกรมจะอ่านค่าก่อนเขียนเสมอ",
            ),
        }
    )
