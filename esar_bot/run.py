"""Applies a plan through a portal: write, read back, decide; submit once, only when every card is verified.

No write is ever repeated blindly. When an answer is lost, the card is read again: what it shows decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from esar_bot.errors import Doubtful, EsarBotError, ExitCode, OutcomeUnknown, PartlyDone, Rejected
from esar_bot.journal import Journal
from esar_bot.language import say
from esar_bot.plan import CardPlan, Mismatch, Plan, mismatches
from esar_bot.portal import Confirmation, ObservedCard, Portal
from esar_bot.written import value_hash


class CardOutcome(StrEnum):
    """What became of a card. SAVED means written and read back; MISMATCH that it reads otherwise."""

    UNCHANGED = "unchanged"
    SAVED = "saved"
    MISMATCH = "mismatch"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RoundOutcome(StrEnum):
    """What became of the round."""

    NOTHING_TO_DO = "nothing-to-do"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NOT_SUBMITTED = "not-submitted"
    UNKNOWN = "unknown"


@dataclass
class CardResult:
    """A card's outcome, with what went wrong, what the read-only view showed last, and its picture."""

    plan: CardPlan
    outcome: CardOutcome
    error: EsarBotError | None = None
    mismatches: tuple[Mismatch, ...] = ()
    witnessed: ObservedCard | None = None
    picture: bytes | None = None


@dataclass
class RunResult:
    """What a run did."""

    plan: Plan
    round: RoundOutcome
    cards: list[CardResult] = field(default_factory=list)
    confirmation: Confirmation | None = None
    error: EsarBotError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The run's exit code."""
        return ExitCode.DONE if self.error is None else self.error.exit_code


Progress = Callable[[str, CardOutcome], None]


async def apply(
    plan: Plan, portal: Portal, journal: Journal, *, submit: bool, progress: Progress
) -> RunResult:
    """Do what the plan says. Every outcome, good or bad, is in the result; nothing is raised for it."""
    if plan.is_submitted or (not plan.changes and not submit):
        cards = [CardResult(card, CardOutcome.UNCHANGED) for card in plan.cards]
        return RunResult(plan, RoundOutcome.NOTHING_TO_DO, cards, plan.observed.confirmation)
    cards = list(
        await asyncio.gather(*(_apply_card(card, plan, portal, journal, progress) for card in plan.cards))
    )
    failed = [card for card in cards if card.outcome not in {CardOutcome.SAVED, CardOutcome.UNCHANGED}]
    result = RunResult(plan, RoundOutcome.DRAFT, cards)
    if failed:
        result.round = RoundOutcome.NOT_SUBMITTED
        result.error = _verdict(cards, failed)
    elif submit:
        await _submit(result, portal, journal)
    return result


async def _apply_card(
    card: CardPlan, plan: Plan, portal: Portal, journal: Journal, progress: Progress
) -> CardResult:
    try:
        result = await _write_card(card, plan.observed.round, portal, journal)
    except OutcomeUnknown as error:
        result = CardResult(card, CardOutcome.UNKNOWN, error)
    except EsarBotError as error:
        result = CardResult(card, CardOutcome.FAILED, error)
    if card.has_steps or result.error is not None:
        journal.record("outcome", indicator=card.number, outcome=result.outcome)
        progress(card.number, result.outcome)
    return result


async def _write_card(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    """Save, read back with a picture, then delete what was replaced; without steps it is only read."""
    doubt = await _save(card, round_key, portal, journal) if card.fields or card.add else None
    try:
        observed, picture = await portal.witness_card(round_key, card.number)
    except EsarBotError as unread:
        if doubt is None:
            raise
        raise _unknown(card, doubt) from unread
    differing = mismatches(card, observed, portal.fields)
    if differing and doubt is not None:
        raise _unknown(card, doubt) from doubt
    if card.remove and not differing:
        await _remove_replaced(card, round_key, portal, journal)
        observed, picture = await portal.witness_card(round_key, card.number)
        differing = mismatches(_settled(card), observed, portal.fields)
    if differing:
        error = _mismatch_error(card, differing)
        return CardResult(card, CardOutcome.MISMATCH, error, differing, observed, picture)
    outcome = CardOutcome.SAVED if card.has_steps else CardOutcome.UNCHANGED
    return CardResult(card, outcome, witnessed=observed, picture=picture)


async def _save(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> Doubtful | None:
    """Save once; the doubt is returned if the answer was lost."""
    values = {change.field: change.after for change in card.fields}
    journal.record(
        "save",
        indicator=card.number,
        values={name: value_hash(value) for name, value in values.items()},
        files=[item.sha256 for item in card.add],
    )
    try:
        await portal.save_card(round_key, card.observed, values, [item.path for item in card.add])
    except Doubtful as error:
        journal.record("doubtful", indicator=card.number)
        return error
    journal.record("saved", indicator=card.number)
    return None


async def _remove_replaced(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> None:
    """Delete what the plan replaces, one by one, now that the new files are verified."""
    for evidence in card.remove:
        journal.record("delete", indicator=card.number, evidence=evidence.key)
        doubt: Doubtful | None = None
        try:
            await portal.delete_evidence(round_key, card.number, evidence)
        except Doubtful as error:
            doubt = error
            journal.record("doubtful", indicator=card.number)
        try:
            observed = await portal.observe_card(round_key, card.number)
        except EsarBotError as unread:
            if doubt is None:
                raise
            raise _unknown(card, doubt) from unread
        if any(there.key == evidence.key for there in observed.evidence):
            raise OutcomeUnknown(
                say(f"ลบไฟล์ “{evidence.name}” ไม่สำเร็จ", f"the file “{evidence.name}” was not deleted"),
                where=_where(card),
                next_step=say("ตรวจดูในระบบ แล้วสั่งซ้ำ", "look at the portal, then run again"),
            )
        journal.record("deleted", indicator=card.number, evidence=evidence.key)


def _settled(card: CardPlan) -> CardPlan:
    """The card's plan with its removals done: none of those files may be seen any more."""
    return replace(card, remove=())


async def _submit(result: RunResult, portal: Portal, journal: Journal) -> None:
    round_key = result.plan.observed.round
    journal.record("submit", round=round_key)
    reason = ""
    try:
        await portal.submit_round(round_key)
    except Doubtful as error:
        reason = error.what
    except EsarBotError as error:
        result.round, result.error = RoundOutcome.NOT_SUBMITTED, error
        journal.record("not-submitted", round=round_key)
        return
    try:
        observed = await portal.observe_round(round_key, [])
        if observed.state.is_locked and observed.confirmation is not None:
            result.round, result.confirmation = RoundOutcome.SUBMITTED, observed.confirmation
            journal.record("submitted", round=round_key, confirmation=observed.confirmation.number)
            return
    except EsarBotError as error:
        reason = reason or error.what
    result.round = RoundOutcome.UNKNOWN
    result.error = OutcomeUnknown(
        " · ".join(
            filter(
                None,
                [say("ไม่ทราบว่าส่งรอบสำเร็จหรือไม่", "it is not known whether the round was submitted"), reason],
            )
        ),
        next_step=say(
            "เปิดดูสถานะรอบในระบบ แล้วสั่งซ้ำ ระบบจะไม่ส่งซ้ำสองครั้ง",
            "look at the round's state on the portal, then run again: it never submits twice",
        ),
    )
    journal.record("doubtful", round=round_key)


def _verdict(cards: list[CardResult], failed: list[CardResult]) -> EsarBotError:
    """One error for the run: that of the failures if they agree and nothing was saved, else partly done."""
    unknown = next((card.error for card in failed if card.outcome is CardOutcome.UNKNOWN), None)
    if unknown is not None:
        return unknown
    first = failed[0].error
    kinds = {type(card.error) for card in failed}
    saved = any(card.outcome is CardOutcome.SAVED for card in cards)
    if first is not None and len(kinds) == 1 and not saved:
        return first
    numbers = ", ".join(card.plan.number for card in failed)
    return PartlyDone(
        say(
            f"บันทึกและตรวจกลับไม่ครบ ตัวชี้วัดที่ยังไม่เรียบร้อย: {numbers} จึงยังไม่ส่งรอบนี้",
            f"not all cards were saved and verified; still open: {numbers}; the round was not submitted",
        ),
        next_step=say("แก้ตามรายการข้างต้น แล้วสั่งซ้ำ", "mend what is listed, then run again"),
    )


def _mismatch_error(card: CardPlan, differing: tuple[Mismatch, ...]) -> EsarBotError:
    fields = ", ".join(dict.fromkeys(item.field for item in differing))
    return Rejected(
        say(
            f"ระบบแสดงค่าไม่ตรงกับที่บันทึก ({fields})",
            f"the portal shows something else than was saved ({fields})",
        ),
        where=_where(card),
        next_step=say("เทียบค่าในใบรับกับหน้าระบบ", "compare the receipt with the portal's page"),
    )


def _unknown(card: CardPlan, doubt: Doubtful) -> OutcomeUnknown:
    """A write whose answer was lost, and reading did not show that it arrived."""
    return OutcomeUnknown(
        say("ไม่ทราบว่าบันทึกสำเร็จหรือไม่: ", "it is not known whether the save arrived: ") + doubt.what,
        where=_where(card),
        next_step=say(
            "ตรวจดูในระบบ แล้วสั่งซ้ำได้ ระบบจะอ่านค่าก่อนเขียนเสมอ",
            "look at the portal, then run again: it always reads before it writes",
        ),
    )


def _where(card: CardPlan) -> str:
    return say(f"ตัวชี้วัด {card.number}", f"indicator {card.number}")


__all__ = ["CardOutcome", "CardResult", "Progress", "RoundOutcome", "RunResult", "apply"]
