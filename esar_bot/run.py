"""Applies a plan through a portal: write, read back, decide; submit once, only when every card is verified.

No write is ever repeated blindly. Whatever the portal answered, its read-only view is what counts: a refused
save may have been stored, and a confirmed one may read otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from esar_bot.errors import (
    Doubtful,
    EsarBotError,
    ExitCode,
    OutcomeUnknown,
    PartlyDone,
    PersonNeeded,
    Rejected,
    Unexpected,
)
from esar_bot.journal import Journal
from esar_bot.language import say
from esar_bot.plan import CardPlan, Mismatch, Plan, doubled, mismatches
from esar_bot.portal import Confirmation, ObservedCard, ObservedEvidence, Portal
from esar_bot.prepared import PreparedEvidence, hash_file
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
    except Exception as error:  # noqa: BLE001 - one card's fault, even ours, must not cost the receipt
        result = CardResult(card, CardOutcome.UNKNOWN, Unexpected(error, where=_where(card)))
    if card.has_steps or result.error is not None:
        journal.record("outcome", indicator=card.number, outcome=result.outcome)
        progress(card.number, result.outcome)
    return result


async def _write_card(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    """Save, read back with a picture, then delete what was replaced; without steps it is only read."""
    if not card.fields and not card.add:
        return await _settle(card, round_key, portal, journal, None)
    answer = await _save(card, round_key, portal, journal)
    try:
        return await _settle(card, round_key, portal, journal, answer)
    except OutcomeUnknown:
        raise
    except EsarBotError as error:
        raise _unknown(card, answer or error) from error


async def _settle(
    card: CardPlan, round_key: str, portal: Portal, journal: Journal, answer: EsarBotError | None
) -> CardResult:
    """Read the card and decide by what it shows; `answer` is what the portal said instead of success."""
    observed, picture = await portal.witness_card(round_key, card.number)
    surplus = doubled(card, observed)
    differing = mismatches(card, _without(observed, surplus), portal.fields)
    if not differing and (card.remove or surplus):
        await _remove(card, (*surplus, *card.remove), round_key, portal, journal)
        observed, picture = await portal.witness_card(round_key, card.number)
        differing = mismatches(replace(card, remove=()), observed, portal.fields)
    if differing and isinstance(answer, Doubtful):
        raise _unknown(card, answer)
    if differing:
        error = answer or _mismatch_error(card, differing)
        outcome = CardOutcome.FAILED if answer else CardOutcome.MISMATCH
        return CardResult(card, outcome, error, differing, observed, picture)
    outcome = CardOutcome.SAVED if card.has_steps else CardOutcome.UNCHANGED
    return CardResult(card, outcome, witnessed=observed, picture=picture)


async def _save(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> EsarBotError | None:
    """Save once. A refusal or a lost answer is returned: either may have been stored, so reading decides."""
    for evidence in card.add:
        await asyncio.to_thread(_refuse_changed_file, card, evidence)
    values = {change.field: change.after for change in card.fields}
    journal.record(
        "save",
        indicator=card.number,
        values={name: value_hash(value) for name, value in values.items()},
        files=[[item.name, item.sha256] for item in card.add],
    )
    try:
        await portal.save_card(round_key, card.observed, values, [item.path for item in card.add])
    except (Doubtful, Rejected) as error:
        journal.record("doubtful", indicator=card.number)
        return error
    journal.record("saved", indicator=card.number)
    return None


def _refuse_changed_file(card: CardPlan, evidence: PreparedEvidence) -> None:
    """What was previewed is what is sent (P3): the file must still hold the bytes that were checked."""
    try:
        unchanged = hash_file(evidence.path) == (evidence.bytes, evidence.sha256)
    except OSError:
        unchanged = False
    if not unchanged:
        raise PersonNeeded(
            say(
                f"ไฟล์ “{evidence.name}” ถูกแก้ไขหรือหายไปหลังจากแสดงตัวอย่าง จึงไม่แนบ",
                f"the file “{evidence.name}” was changed or removed after the preview: it is not attached",
            ),
            where=_where(card),
            next_step=say(
                "ตรวจไฟล์ แล้วสั่งซ้ำเพื่อดูตัวอย่างใหม่", "look at the file, then run again for a new preview"
            ),
        )


async def _remove(
    card: CardPlan, surplus: Sequence[ObservedEvidence], round_key: str, portal: Portal, journal: Journal
) -> None:
    """Delete what is replaced, and what arrived twice, one by one, now that the new files are verified."""
    for evidence in surplus:
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
            raise _unknown(card, doubt or unread) from unread
        if any(there.key == evidence.key for there in observed.evidence):
            raise OutcomeUnknown(
                say(f"ลบไฟล์ “{evidence.name}” ไม่สำเร็จ", f"the file “{evidence.name}” was not deleted"),
                where=_where(card),
                next_step=say("ตรวจดูในระบบ แล้วสั่งซ้ำ", "look at the portal, then run again"),
            )
        journal.record("deleted", indicator=card.number, evidence=evidence.key)


async def _submit(result: RunResult, portal: Portal, journal: Journal) -> None:
    """Submit once; whatever was answered, the round's page says what became of it."""
    round_key = result.plan.observed.round
    journal.record("submit", round=round_key)
    answer: EsarBotError | None = None
    try:
        await portal.submit_round(round_key)
    except EsarBotError as error:
        answer = error
    except Exception as error:  # noqa: BLE001 - the act may have happened: only reading can tell
        answer = Doubtful(f"{type(error).__name__}: {error}")
    try:
        observed = await portal.observe_round(round_key, [])
    except EsarBotError as error:
        answer = Doubtful((answer or error).what)
    else:
        if observed.state.is_locked and observed.confirmation is not None:
            result.round, result.confirmation = RoundOutcome.SUBMITTED, observed.confirmation
            journal.record("submitted", round=round_key, confirmation=observed.confirmation.number)
            return
    if answer is not None and not isinstance(answer, Doubtful):
        result.round, result.error = RoundOutcome.NOT_SUBMITTED, answer
        journal.record("not-submitted", round=round_key)
        return
    reason = "" if answer is None else f": {answer.what}"
    result.round = RoundOutcome.UNKNOWN
    result.error = OutcomeUnknown(
        say("ไม่ทราบว่าส่งรอบสำเร็จหรือไม่", "it is not known whether the round was submitted") + reason,
        next_step=say(
            "เปิดดูสถานะรอบในระบบ แล้วสั่งซ้ำ ระบบจะไม่ส่งซ้ำสองครั้ง",
            "look at the round's state on the portal, then run again: it never submits twice",
        ),
    )
    journal.record("doubtful", round=round_key)


def _without(observed: ObservedCard, surplus: Sequence[ObservedEvidence]) -> ObservedCard:
    return replace(observed, evidence=tuple(item for item in observed.evidence if item not in surplus))


def _verdict(cards: list[CardResult], failed: list[CardResult]) -> EsarBotError:
    """One error for the run: that of the failures if they agree and nothing was written, else partly done."""
    unknown = next((card.error for card in failed if card.outcome is CardOutcome.UNKNOWN), None)
    if unknown is not None:
        return unknown
    first = failed[0].error
    kinds = {type(card.error) for card in failed}
    wrote = any(card.outcome in {CardOutcome.SAVED, CardOutcome.MISMATCH} for card in cards)
    if first is not None and len(kinds) == 1 and not wrote:
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


def _unknown(card: CardPlan, reason: EsarBotError) -> OutcomeUnknown:
    return OutcomeUnknown(
        say("ไม่ทราบว่าบันทึกสำเร็จหรือไม่: ", "it is not known whether the save arrived: ") + reason.what,
        where=_where(card),
        next_step=say(
            "ตรวจดูในระบบ แล้วสั่งซ้ำได้ ระบบจะอ่านค่าก่อนเขียนเสมอ",
            "look at the portal, then run again: it always reads before it writes",
        ),
    )


def _where(card: CardPlan) -> str:
    return say(f"ตัวชี้วัด {card.number}", f"indicator {card.number}")
