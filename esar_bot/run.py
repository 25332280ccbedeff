"""Applies a plan through a portal: write, read back, decide; submit once, only when every card is verified.

No write is ever repeated blindly. When an answer is lost, the card is read again: what it shows decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
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
    """A card's outcome, with what went wrong and what the read-only view showed at the end."""

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
    await _witness(result, portal)
    return result


async def _apply_card(
    card: CardPlan, plan: Plan, portal: Portal, journal: Journal, progress: Progress
) -> CardResult:
    if not card.has_steps:
        return CardResult(card, CardOutcome.UNCHANGED)
    try:
        result = await _write_card(card, plan.observed.round, portal, journal)
    except OutcomeUnknown as error:
        result = CardResult(card, CardOutcome.UNKNOWN, error)
    except EsarBotError as error:
        result = CardResult(card, CardOutcome.FAILED, error)
    journal.record("outcome", indicator=card.number, outcome=result.outcome)
    progress(card.number, result.outcome)
    return result


async def _write_card(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    doubt: Doubtful | None = None
    if card.fields or card.add:
        values = {change.field: change.after for change in card.fields}
        journal.record(
            "save",
            indicator=card.number,
            values={name: value_hash(value) for name, value in values.items()},
            files=[item.sha256 for item in card.add],
        )
        try:
            await portal.save_card(round_key, card.number, values, [item.path for item in card.add])
        except Doubtful as error:
            doubt = error
        journal.record("saved" if doubt is None else "doubtful", indicator=card.number)
    observed = await portal.observe_card(round_key, card.number)
    differing = mismatches(card, observed, portal.fields)
    if differing and doubt is not None:
        raise OutcomeUnknown(
            say("ไม่ทราบว่าบันทึกสำเร็จหรือไม่: ", "it is not known whether the save arrived: ") + doubt.what,
            where=_where(card),
            next_step=say(
                "ตรวจดูในระบบ แล้วสั่งซ้ำได้ ระบบจะอ่านค่าก่อนเขียนเสมอ",
                "look at the portal, then run again: it always reads before it writes",
            ),
        ) from doubt
    if differing:
        return CardResult(card, CardOutcome.MISMATCH, _mismatch_error(card, differing), differing)
    return await _remove_replaced(card, round_key, portal, journal)


async def _remove_replaced(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    """Delete what the plan replaces, one by one, now that the new files are verified."""
    for evidence in card.remove:
        journal.record("delete", indicator=card.number, evidence=evidence.key)
        try:
            await portal.delete_evidence(round_key, card.number, evidence)
        except Doubtful:
            journal.record("doubtful", indicator=card.number)
        observed = await portal.observe_card(round_key, card.number)
        if any(there.key == evidence.key for there in observed.evidence):
            raise OutcomeUnknown(
                say(f"ลบไฟล์ “{evidence.name}” ไม่สำเร็จ", f"the file “{evidence.name}” was not deleted"),
                where=_where(card),
                next_step=say("ตรวจดูในระบบ แล้วสั่งซ้ำ", "look at the portal, then run again"),
            )
        journal.record("deleted", indicator=card.number, evidence=evidence.key)
    return CardResult(card, CardOutcome.SAVED)


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


async def _witness(result: RunResult, portal: Portal) -> None:
    """Read every card once more from its read-only view, with a picture for the receipt."""

    async def witness(card: CardResult) -> None:
        try:
            card.witnessed, card.picture = await portal.witness_card(
                result.plan.observed.round, card.plan.number
            )
        except EsarBotError as error:
            card.error = card.error or error
            return
        differing = mismatches(_settled(card.plan), card.witnessed, portal.fields)
        if differing and card.outcome in {CardOutcome.SAVED, CardOutcome.UNCHANGED}:
            card.outcome, card.mismatches = CardOutcome.MISMATCH, differing
            card.error = _mismatch_error(card.plan, differing)

    await asyncio.gather(*(witness(card) for card in result.cards))
    late = [card for card in result.cards if card.error is not None]
    if late and result.error is None:
        result.error = _after_all(late)


def _settled(card: CardPlan) -> CardPlan:
    """The card's plan with its removals done: none of those files may be seen any more."""
    return CardPlan(card.prepared, card.observed, card.fields, card.add, (), card.keep)


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


def _after_all(late: list[CardResult]) -> EsarBotError:
    """The error of a run whose writes went well and whose last look did not."""
    numbers = ", ".join(card.plan.number for card in late)
    return PartlyDone(
        say(
            f"บันทึกแล้ว แต่การอ่านทวนครั้งสุดท้ายไม่ผ่านในตัวชี้วัด {numbers}",
            f"written, but the last look at indicators {numbers} did not confirm it",
        ),
        next_step=say(
            "เทียบใบรับกับหน้าระบบ แล้วสั่งซ้ำเพื่ออ่านทวน", "compare the receipt with the portal, then run again"
        ),
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


def _where(card: CardPlan) -> str:
    return say(f"ตัวชี้วัด {card.number}", f"indicator {card.number}")


__all__ = ["CardOutcome", "CardResult", "Progress", "RoundOutcome", "RunResult", "apply"]
