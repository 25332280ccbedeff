"""Gathers what the preview's templates show; every figure is taken from the prepared report and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from esar_bot.models import Indicator, thai_date
from esar_bot.pages import render_page
from esar_bot.plan import CardPlan, Plan
from esar_bot.prepared import PreparedCard, PreparedReport
from esar_bot.workspace.findings import Finding, Level

TEXT_FIELDS = ("performance", "supporting_factors", "obstacles", "suggestions")


def render_preview(
    prepared: PreparedReport,
    *,
    round_title: str,
    due: date | None,
    plan: Plan | None = None,
    findings: Sequence[Finding] = (),
    made_at: datetime,
    portal_name: str = "",
) -> str:
    """The preview as one self-contained HTML page; with a plan it also says what would change."""
    return render_page(
        "esar_bot.preview",
        "preview.html.j2",
        prepared=prepared,
        agreement=prepared.agreement,
        round_title=round_title,
        due="" if due is None else thai_date(due),
        made_at=made_at,
        portal_name=portal_name,
        errors=[finding for finding in findings if finding.level is Level.ERROR],
        warnings=[finding for finding in findings if finding.level is Level.WARNING],
        dimensions=_by_dimension(prepared),
        unscored=[card for card in prepared.cards if card.score is None],
        unprepared=_unprepared(prepared),
        plan=plan,
        card_plans=_card_plans(plan),
        counts=_counts(plan),
        text_fields=TEXT_FIELDS,
    )


def _by_dimension(prepared: PreparedReport) -> dict[str, list[PreparedCard]]:
    groups: dict[str, list[PreparedCard]] = {}
    for card in prepared.cards:
        groups.setdefault(card.indicator.dimension, []).append(card)
    return groups


def _unprepared(prepared: PreparedReport) -> list[Indicator]:
    """The round's active indicators for which there is no card."""
    there = {card.number for card in prepared.cards}
    return [item for item in prepared.agreement.active_in(prepared.round) if item.number not in there]


def _card_plans(plan: Plan | None) -> dict[str, CardPlan]:
    return {} if plan is None else {card.number: card for card in plan.cards}


def _counts(plan: Plan | None) -> dict[str, int]:
    """How much would be written, for the summary's first line."""
    cards = () if plan is None else plan.cards
    return {
        "cards": sum(card.has_steps for card in cards),
        "fields": sum(len(card.fields) for card in cards),
        "add": sum(len(card.add) for card in cards),
        "remove": sum(len(card.remove) for card in cards),
        "conflicts": sum(len(card.conflicts) for card in cards),
    }
