"""What became of a card's files: those of the report, those that were to go, those just found there."""

from __future__ import annotations

from collections.abc import Callable

from esar_bot.plan import CardPlan, is_same_file
from esar_bot.portal import ObservedCard, ObservedEvidence
from esar_bot.prepared import PreparedEvidence
from esar_bot.receipt.model import EvidenceOutcome, EvidenceRecord
from esar_bot.redact import redact


def evidence_records(plan: CardPlan, seen: ObservedCard | None) -> list[EvidenceRecord]:
    """A record for every file of the report, the plan and the portal; each row of the portal counts once."""
    rows = None if seen is None else list(seen.evidence)
    others = list(plan.keep)
    records = []
    for item in plan.prepared.evidence:
        _take(others, _is_file(item))
        records.append(_of_report(item, rows, added=item in plan.add))
    records += [
        _of_portal(row, rows, EvidenceOutcome.NOT_REMOVED, EvidenceOutcome.REMOVED) for row in plan.remove
    ]
    records += [_of_portal(row, rows, EvidenceOutcome.KEPT, EvidenceOutcome.MISSING) for row in others]
    unexplained = list(rows or ())
    records += [_of_portal(row, rows, EvidenceOutcome.FOUND, EvidenceOutcome.UNKNOWN) for row in unexplained]
    return records


def _of_report(item: PreparedEvidence, rows: list[ObservedEvidence] | None, *, added: bool) -> EvidenceRecord:
    there = _take(rows, _is_file(item))
    present = EvidenceOutcome.ATTACHED if added else EvidenceOutcome.KEPT
    return EvidenceRecord(
        number=item.number,
        title=item.title,
        name=item.name,
        bytes=item.bytes,
        sha256=item.sha256,
        outcome=_outcome(rows, there, present, EvidenceOutcome.MISSING),
        portal_sha256=None if there is None else there.sha256,
    )


def _of_portal(
    row: ObservedEvidence,
    rows: list[ObservedEvidence] | None,
    present: EvidenceOutcome,
    absent: EvidenceOutcome,
) -> EvidenceRecord:
    """A file that is not the report's; its name and its hash are the portal's own."""
    there = _take(rows, lambda other: other.key == row.key)
    return EvidenceRecord(
        name=redact(row.name),
        bytes=row.bytes,
        sha256=None,
        outcome=_outcome(rows, there, present, absent),
        portal_sha256=row.sha256,
    )


def _outcome(
    rows: list[ObservedEvidence] | None,
    there: ObservedEvidence | None,
    present: EvidenceOutcome,
    absent: EvidenceOutcome,
) -> EvidenceOutcome:
    if rows is None:
        return EvidenceOutcome.UNKNOWN
    return absent if there is None else present


def _is_file(item: PreparedEvidence) -> Callable[[ObservedEvidence], bool]:
    return lambda row: is_same_file(item, row)


def _take(
    rows: list[ObservedEvidence] | None, fits: Callable[[ObservedEvidence], bool]
) -> ObservedEvidence | None:
    """Take the first row that fits out of the list."""
    for index, row in enumerate(rows or ()):
        if rows is not None and fits(row):
            return rows.pop(index)
    return None
