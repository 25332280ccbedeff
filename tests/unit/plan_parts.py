"""Prepared and observed cards in a few words, and a pure model of a portal to which a plan is applied."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from esar_bot.models import Agreement, Indicator
from esar_bot.plan import CardPlan, Plan, Take, make_plan
from esar_bot.portal import ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import PreparedCard, PreparedEvidence, PreparedReport
from esar_bot.written import Written, value_hash

FIELDS = ("result", "score", "performance", "obstacles")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ours(name: str, content: bytes) -> PreparedEvidence:
    return PreparedEvidence("1-1", "หลักฐาน", Path(name), len(content), sha256(content))


def theirs(name: str, content: bytes, key: str = "7", *, downloaded: bool = True) -> ObservedEvidence:
    return ObservedEvidence(key, name, len(content), sha256(content) if downloaded else None)


def card(number: str = "1.1", files: tuple[PreparedEvidence, ...] = (), **fields: str) -> PreparedCard:
    indicator = Indicator.model_construct(number=number)
    return PreparedCard(indicator, fields, files, Decimal(4), Decimal(10), Fraction(4, 10))


def shown(number: str = "1.1", files: tuple[ObservedEvidence, ...] = (), **fields: str) -> ObservedCard:
    return ObservedCard(number, State.DRAFT, fields, files)


def report(*cards: PreparedCard) -> PreparedReport:
    return PreparedReport(Agreement.model_construct(), "9m", cards)


def observed(*cards: ObservedCard) -> ObservedRound:
    return ObservedRound(2570, "9m", State.DRAFT, Window.OPEN, None, {item.indicator: item for item in cards})


def wrote(number: str = "1.1", files: tuple[tuple[str, bytes], ...] = (), **fields: str) -> Written:
    values = frozenset((name, value_hash(value)) for name, value in fields.items())
    return Written({number: values}, {number: frozenset((name, sha256(content)) for name, content in files)})


def plan_of(
    prepared: PreparedCard,
    there: ObservedCard,
    written: Written | None = None,
    take: Take | None = None,
    fields: tuple[str, ...] = FIELDS,
) -> CardPlan:
    """The plan of a report of one card."""
    decided = {prepared.number: take} if take else {}
    return make_plan(report(prepared), observed(there), fields, written or Written(), decided).cards[0]


def applied(plan: Plan) -> ObservedRound:
    """What the portal holds once every step of a plan was done."""
    cards = {}
    for step in plan.cards:
        there = step.observed
        fields = {**there.fields, **{change.field: change.after for change in step.fields}}
        kept = tuple(file for file in there.evidence if file not in step.remove)
        added = tuple(
            ObservedEvidence(f"new {n}", item.name, item.bytes, item.sha256)
            for n, item in enumerate(step.add)
        )
        cards[step.number] = replace(there, fields=fields, evidence=kept + added)
    return replace(plan.observed, cards=cards)
