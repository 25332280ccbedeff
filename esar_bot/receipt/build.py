"""The parts of a receipt: every word stems from the plan, from what the portal showed, or from an error."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from esar_bot import __version__, scoring
from esar_bot.errors import EsarBotError, ExitCode
from esar_bot.plan import CardPlan, Plan
from esar_bot.portal import ObservedCard, same_value
from esar_bot.receipt.evidence import evidence_records
from esar_bot.receipt.model import (
    CardRecord,
    FieldRecord,
    MismatchRecord,
    Moment,
    Picture,
    Problem,
    Reading,
    Receipt,
    WarningRecord,
)
from esar_bot.redact import redact
from esar_bot.run import CardOutcome, CardResult, RoundOutcome
from esar_bot.workspace.findings import Finding

CARDS_FOLDER = "cards"
NOTHING_WRITTEN = {CardOutcome.UNCHANGED, CardOutcome.NOT_REACHED}


def planned_receipt(
    plan: Plan,
    *,
    run_id: str,
    started: datetime,
    mode: Literal["submit", "draft"],
    portal_name: str,
    portal_url: str,
    rehearsal: bool,
    findings: Sequence[Finding],
) -> Receipt:
    """The receipt with which a run begins: what it would be if it were stopped before its first write."""
    agreement = plan.prepared.agreement
    return Receipt(
        esar_bot_version=__version__,
        run_id=run_id,
        started=Moment.of(started),
        finished=Moment.of(started),
        agency=agreement.agency.name,
        ministry=agreement.agency.ministry,
        fiscal_year=agreement.fiscal_year,
        round=plan.prepared.round,
        portal_name=portal_name,
        portal_url=_public_url(portal_url),
        mode=mode,
        outcome=RoundOutcome.INTERRUPTED,
        exit_code=int(ExitCode.INTERRUPTED),
        state_before=plan.observed.state,
        error=stopped(),
        scale=agreement.scale,
        total_score=scoring.rounded(plan.prepared.total),
        cards=tuple(card_record(_not_reached(card), plan.not_on_portal) for card in plan.cards),
        not_on_portal=plan.not_on_portal,
        warnings=tuple(_warning(finding) for finding in findings),
        rehearsal=rehearsal,
    )


def stopped() -> Problem:
    """What is said of a run that was interrupted or killed, in the receipt's language."""
    return Problem(what="การทำงานหยุดลงก่อนจบ", next_step="สั่งซ้ำ โปรแกรมจะอ่านค่าก่อนเขียนเสมอ และไม่ส่งซ้ำสองครั้ง")


def _not_reached(card: CardPlan) -> CardResult:
    return CardResult(card, CardOutcome.NOT_REACHED if card.has_steps else CardOutcome.UNCHANGED)


def card_record(result: CardResult, not_on_portal: Sequence[str]) -> CardRecord:
    """What became of a card, as the receipt holds it."""
    prepared = result.plan.prepared
    reading, seen = _reading(result)
    return CardRecord(
        number=prepared.number,
        name=prepared.indicator.name,
        outcome=result.outcome,
        state=None if seen is None else seen.state,
        reading=reading,
        result=prepared.fields.get("result", ""),
        score=prepared.score,
        weighted_score=None if prepared.weighted is None else scoring.rounded(prepared.weighted),
        fields=tuple(_field(result, name, seen, name not in not_on_portal) for name in prepared.fields),
        evidence=tuple(evidence_records(result.plan, seen)),
        mismatches=tuple(
            MismatchRecord(
                indicator=item.indicator,
                field=item.field,
                expected=item.expected,
                found=redact(item.found),
            )
            for item in result.mismatches
        ),
        take=result.plan.take,
        decided=tuple(dict.fromkeys(conflict.field for conflict in result.plan.decided)),
        error=problem(result.error, picture=f"{prepared.number}-problem"),
        picture=_picture(result.picture, prepared.number),
    )


def _reading(result: CardResult) -> tuple[Reading, ObservedCard | None]:
    """What is known of the card on the portal at the end, and from when that is."""
    if result.witnessed is not None:
        return Reading.AFTER, result.witnessed
    if result.outcome in NOTHING_WRITTEN:
        return Reading.BEFORE, result.plan.observed
    return Reading.NONE, None


def _field(result: CardResult, name: str, seen: ObservedCard | None, on_portal: bool) -> FieldRecord:  # noqa: FBT001
    text = result.plan.prepared.fields[name]
    return FieldRecord(
        name=name,
        characters=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        on_portal=on_portal,
        written=_written(result, name),
        verified=on_portal and seen is not None and same_value(name, text, seen.fields.get(name, "")),
    )


def _written(result: CardResult, name: str) -> bool | None:
    if name not in {change.field for change in result.plan.fields}:
        return False
    if result.outcome in {CardOutcome.FAILED, CardOutcome.UNKNOWN}:
        return None
    return result.outcome not in NOTHING_WRITTEN


def _picture(taken: bytes | None, name: str) -> Picture | None:
    if taken is None:
        return None
    return Picture(file=f"{CARDS_FOLDER}/{name}.jpg", sha256=hashlib.sha256(taken).hexdigest())


def problem(error: EsarBotError | None, *, picture: str | None = None) -> Problem | None:
    """An error as the receipt holds it; `picture` is the name under which the page's picture is kept."""
    if error is None:
        return None
    return Problem(
        what=error.what,
        where=error.where,
        next_step=error.next_step,
        picture=_picture(error.picture, picture) if picture else None,
    )


def _warning(finding: Finding) -> WarningRecord:
    return WarningRecord(
        level=finding.level,
        rule=finding.rule,
        place=str(finding.place),
        indicator=finding.indicator,
        field=finding.field,
        what=finding.what,
        next_step=finding.next_step,
    )


def _public_url(url: str) -> str:
    """The address without user, password, path parameters, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.partition(";")[0], "", ""))
