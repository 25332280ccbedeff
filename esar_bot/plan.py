"""The plan: a pure difference between the prepared report and what the portal holds.

Nothing on the portal is overwritten or deleted unless a step here says so. What the portal holds that
neither the report nor an earlier run of ours explains was put there by a person: a conflict, not a step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from esar_bot.portal import ObservedCard, ObservedEvidence, ObservedRound, same_value
from esar_bot.prepared import PreparedCard, PreparedEvidence, PreparedReport
from esar_bot.written import Written


class Take(StrEnum):
    """Whose side a conflict is decided for: the prepared report's, or the portal's."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class FieldChange:
    """A field's value on the portal, and the one that replaces it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Conflict:
    """Something on the portal that a person put there: a field's value, or an evidence file."""

    indicator: str
    field: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class CardPlan:
    """The steps for one card. Replacing a file is adding the new one, verifying, then removing the old.

    `decided` are the conflicts that somebody decided, for the side that `take` says.
    """

    prepared: PreparedCard
    observed: ObservedCard
    fields: tuple[FieldChange, ...] = ()
    add: tuple[PreparedEvidence, ...] = ()
    remove: tuple[ObservedEvidence, ...] = ()
    keep: tuple[ObservedEvidence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    take: Take | None = None
    decided: tuple[Conflict, ...] = ()

    @property
    def number(self) -> str:
        """The indicator's number."""
        return self.prepared.number

    @property
    def has_steps(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.fields or self.add or self.remove)


@dataclass(frozen=True)
class Plan:
    """All that would be done on the portal for a round."""

    prepared: PreparedReport
    observed: ObservedRound
    cards: tuple[CardPlan, ...]
    not_on_portal: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[CardPlan, ...]:
        """The cards that have steps."""
        return tuple(card for card in self.cards if card.has_steps)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts, card by card."""
        return tuple(conflict for card in self.cards for conflict in card.conflicts)

    @property
    def is_submitted(self) -> bool:
        """Whether the portal has taken the round already."""
        return self.observed.state.is_locked


@dataclass
class _EvidencePlan:
    add: list[PreparedEvidence] = field(default_factory=list)
    remove: list[ObservedEvidence] = field(default_factory=list)
    keep: list[ObservedEvidence] = field(default_factory=list)
    unexplained: list[Conflict] = field(default_factory=list)


def make_plan(
    prepared: PreparedReport,
    observed: ObservedRound,
    portal_fields: Collection[str],
    written: Written,
    take: Mapping[str, Take] | None = None,
) -> Plan:
    """What turns the observed round into the prepared report; conflicts are decided only as `take` says."""
    decided = take or {}
    cards = tuple(
        plan_card(card, observed.cards[card.number], portal_fields, written, decided.get(card.number))
        for card in prepared.cards
    )
    filled = {name for card in prepared.cards for name, value in card.fields.items() if value}
    return Plan(prepared, observed, cards, tuple(sorted(filled - set(portal_fields))))


def plan_card(
    prepared: PreparedCard,
    observed: ObservedCard,
    portal_fields: Collection[str],
    written: Written,
    take: Take | None = None,
) -> CardPlan:
    """The steps and conflicts of one card."""
    changes, unexplained = [], []
    for name, after in prepared.fields.items():
        before = observed.fields.get(name, "")
        if name not in portal_fields or same_value(name, before, after):
            continue
        explained = not before.strip() or written.has_value(prepared.number, name, before)
        if not explained:
            unexplained.append(Conflict(prepared.number, name, before, after))
        if explained or take is Take.OURS:
            changes.append(FieldChange(name, before, after))
    evidence = _plan_evidence(prepared, observed, written, take)
    found = (*unexplained, *evidence.unexplained)
    return CardPlan(
        prepared,
        observed,
        tuple(changes),
        tuple(evidence.add),
        tuple(evidence.remove),
        tuple(evidence.keep),
        conflicts=() if take else found,
        take=take if found else None,
        decided=found if take else (),
    )


def _plan_evidence(
    prepared: PreparedCard, observed: ObservedCard, written: Written, take: Take | None
) -> _EvidencePlan:
    plan = _EvidencePlan()
    unmatched = list(observed.evidence)
    for item in prepared.evidence:
        match = min((there for there in unmatched if is_same_file(item, there)), key=_unknowns, default=None)
        if match is None:
            plan.add.append(item)
        else:
            unmatched.remove(match)
            plan.keep.append(match)
    ours = {(item.name, item.sha256) for item in prepared.evidence}
    for there in unmatched:
        is_copy = (there.name, there.sha256) in ours
        explained = is_copy or written.has_file(prepared.number, there.name, there.sha256)
        if not explained:
            plan.unexplained.append(Conflict(prepared.number, "evidence", there.name, ""))
        if explained or take is Take.OURS:
            plan.remove.append(there)
        elif take is Take.THEIRS:
            plan.keep.append(there)
    return plan


def _unknowns(theirs: ObservedEvidence) -> int:
    """How little the portal shows of a file: of two that may be ours, the one that surely is stays."""
    return (theirs.sha256 is None) + (theirs.bytes is None)


def is_same_file(ours: PreparedEvidence, theirs: ObservedEvidence) -> bool:
    """Whether a file on the portal is ours: by name and bytes, or by as much of that as is known."""
    if ours.name != theirs.name:
        return False
    if theirs.sha256 is not None:
        return ours.sha256 == theirs.sha256
    return theirs.bytes is None or ours.bytes == theirs.bytes


def doubled(card: CardPlan, observed: ObservedCard) -> tuple[ObservedEvidence, ...]:
    """Files of this very plan that arrived more than once: a browser may send a lost request again by itself.

    Only rows that were not there when the plan was made can be such, so no other person's file ever is.
    """
    before = {evidence.key for evidence in card.observed.evidence}
    new = [evidence for evidence in observed.evidence if evidence.key not in before]
    surplus: list[ObservedEvidence] = []
    for item in card.add:
        arrived = [there for there in new if is_same_file(item, there)]
        new = [there for there in new if there not in arrived]
        surplus.extend(arrived[1:])
    return tuple(surplus)


def is_untouched(card: CardPlan, observed: ObservedCard, portal_fields: Collection[str]) -> bool:
    """Whether the card is as it was when the plan was made: nothing has arrived since."""
    before = card.observed
    return [there.key for there in observed.evidence] == [there.key for there in before.evidence] and all(
        same_value(name, before.fields.get(name, ""), observed.fields.get(name, "")) for name in portal_fields
    )


@dataclass(frozen=True)
class Mismatch:
    """A value or file that is not on the portal as it was to be."""

    indicator: str
    field: str
    expected: str
    found: str


def mismatches(
    card: CardPlan, observed: ObservedCard, portal_fields: Collection[str]
) -> tuple[Mismatch, ...]:
    """What differs between a card as it should now be and as the portal shows it; empty means verified.

    Fields whose conflict was decided for the portal's side are expected as they were.
    """
    changed = {change.field for change in card.fields}
    found = []
    for name, ours in card.prepared.fields.items():
        if name not in portal_fields:
            continue
        expected = ours if name in changed else card.observed.fields.get(name, "")
        shown = observed.fields.get(name, "")
        if not same_value(name, expected, shown):
            found.append(Mismatch(card.number, name, expected, shown))
    return (*found, *_evidence_mismatches(card, observed))


def _evidence_mismatches(card: CardPlan, observed: ObservedCard) -> list[Mismatch]:
    found = []
    unmatched = list(observed.evidence)
    for item in card.add:
        match = next((there for there in unmatched if is_same_file(item, there)), None)
        if match is None:
            found.append(Mismatch(card.number, "evidence", f"{item.name} ({item.sha256[:12]})", ""))
        else:
            unmatched.remove(match)
    for kept in (*card.keep, *card.remove):
        if kept in unmatched:
            unmatched.remove(kept)
        elif kept in card.keep:
            found.append(Mismatch(card.number, "evidence", kept.name, ""))
    found.extend(Mismatch(card.number, "evidence", "", there.name) for there in unmatched)
    return found
