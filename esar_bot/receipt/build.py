"""From a run's result to its receipt: every word of it stems from the plan or from what the portal showed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from esar_bot import __version__, scoring
from esar_bot.errors import EsarBotError
from esar_bot.portal import ObservedCard, same_value
from esar_bot.receipt.evidence import evidence_records
from esar_bot.receipt.model import (
    CardRecord,
    ConfirmationRecord,
    FieldRecord,
    MismatchRecord,
    Moment,
    Picture,
    Problem,
    Reading,
    Receipt,
    WarningRecord,
)
from esar_bot.run import CardOutcome, CardResult, RunResult
from esar_bot.workspace.findings import Finding

CARDS_FOLDER = "cards"


def build_receipt(
    result: RunResult,
    *,
    run_id: str,
    started: datetime,
    finished: datetime,
    mode: Literal["submit", "draft"],
    portal_name: str,
    portal_url: str,
    findings: Sequence[Finding],
) -> Receipt:
    """The receipt of a run, good or bad."""
    plan = result.plan
    agreement = plan.prepared.agreement
    return Receipt(
        esar_bot_version=__version__,
        run_id=run_id,
        started=Moment.of(started),
        finished=Moment.of(finished),
        agency=agreement.agency.name,
        ministry=agreement.agency.ministry,
        fiscal_year=agreement.fiscal_year,
        round=plan.prepared.round,
        portal_name=portal_name,
        portal_url=_public_url(portal_url),
        mode=mode,
        outcome=result.round,
        exit_code=int(result.exit_code),
        state_before=plan.observed.state,
        confirmation=_confirmation(result),
        error=_problem(result.error),
        scale=agreement.scale,
        total_score=scoring.rounded(plan.prepared.total),
        cards=tuple(_card(card, plan.not_on_portal) for card in result.cards),
        not_on_portal=plan.not_on_portal,
        warnings=tuple(_warning(finding) for finding in findings),
    )


def pictures_of(result: RunResult) -> dict[str, bytes]:
    """The pictures that a run took, by indicator."""
    return {card.plan.number: card.picture for card in result.cards if card.picture is not None}


def _card(result: CardResult, not_on_portal: Sequence[str]) -> CardRecord:
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
                indicator=item.indicator, field=item.field, expected=item.expected, found=item.found
            )
            for item in result.mismatches
        ),
        error=_problem(result.error),
        picture=_picture(result),
    )


def _reading(result: CardResult) -> tuple[Reading, ObservedCard | None]:
    """What is known of the card on the portal at the end, and from when that is."""
    if result.witnessed is not None:
        return Reading.AFTER, result.witnessed
    if result.outcome is CardOutcome.UNCHANGED:
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
    return result.outcome is not CardOutcome.UNCHANGED


def _picture(result: CardResult) -> Picture | None:
    if result.picture is None:
        return None
    file = f"{CARDS_FOLDER}/{result.plan.number}.jpg"
    return Picture(file=file, sha256=hashlib.sha256(result.picture).hexdigest())


def _confirmation(result: RunResult) -> ConfirmationRecord | None:
    if result.confirmation is None:
        return None
    return ConfirmationRecord(number=result.confirmation.number, text=result.confirmation.text)


def _problem(error: EsarBotError | None) -> Problem | None:
    if error is None:
        return None
    return Problem(what=error.what, where=error.where, next_step=error.next_step)


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
