"""Applies the plan of a round: all cards, and once every one is verified, the submission, then compared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, replace

from esar_bot.errors import Doubtful, EsarBotError, NotTaken, OutcomeUnknown, PartlyDone
from esar_bot.journal import Journal, JournalLost
from esar_bot.language import say
from esar_bot.plan import CardPlan, Plan, mismatches
from esar_bot.portal import ObservedRound, Portal
from esar_bot.run.card import apply_card, mismatch_error
from esar_bot.run.outcome import CardOutcome, CardResult, RoundOutcome, RunResult, Settled


async def apply(plan: Plan, portal: Portal, journal: Journal, *, submit: bool, settled: Settled) -> RunResult:
    """Do what the plan says, and tell of each card as soon as it is settled.

    Every outcome, good or bad, is in the result; nothing is raised for it.
    """
    if plan.is_submitted or (not plan.changes and not submit):
        cards = [CardResult(card, CardOutcome.UNCHANGED) for card in plan.cards]
        return RunResult(plan, RoundOutcome.NOTHING_TO_DO, cards, plan.observed.confirmation)

    async def settle(card: CardPlan) -> CardResult:
        result = await apply_card(card, plan.observed.round, portal, journal)
        settled(result)
        return result

    cards = list(await asyncio.gather(*(settle(card) for card in plan.cards)))
    failed = [card for card in cards if card.outcome not in {CardOutcome.SAVED, CardOutcome.UNCHANGED}]
    result = RunResult(plan, RoundOutcome.DRAFT, cards)
    if failed:
        result.round = RoundOutcome.NOT_SUBMITTED
        result.error = _verdict(cards, failed)
    elif submit:
        await _submit(result, portal, journal)
        if result.round is RoundOutcome.SUBMITTED:
            await _compare_submitted(result, portal, settled)
    return result


async def _submit(result: RunResult, portal: Portal, journal: Journal) -> None:
    """Submit once; whatever was answered, the round's page says what became of it."""
    round_key = result.plan.observed.round
    answer, observed = await _declare(round_key, portal, journal)
    if isinstance(answer, NotTaken) and observed is not None and not observed.state.is_locked:
        answer, observed = await _declare(round_key, portal, journal)
    if observed is not None and observed.state.is_locked and observed.confirmation is not None:
        result.round, result.confirmation = RoundOutcome.SUBMITTED, observed.confirmation
        journal.note("submitted", round=round_key, confirmation=asdict(observed.confirmation))
    elif observed is not None and answer is not None and not isinstance(answer, Doubtful):
        result.round, result.error = RoundOutcome.NOT_SUBMITTED, _not_submitted(result, answer)
        journal.note("not-submitted", round=round_key)
    else:
        taken = await _is_taken(result, observed, portal)
        result.round = RoundOutcome.UNKNOWN
        result.error = _no_confirmation(answer) if taken else _submission_unknown(answer)
        journal.note("doubtful", round=round_key)


async def _declare(
    round_key: str, portal: Portal, journal: Journal
) -> tuple[EsarBotError | None, ObservedRound | None]:
    """Submit, and read the round: what the portal answered instead of success, and what it shows then."""
    answer: EsarBotError | None = None
    try:
        await portal.submit_round(round_key, lambda: journal.record("submit", round=round_key))
    except EsarBotError as error:
        answer = error
    except Exception as error:  # noqa: BLE001 - the act may have happened: only reading can tell
        answer = Doubtful(f"{type(error).__name__}: {error}")
    try:
        return answer, await portal.observe_round(round_key, [])
    except EsarBotError as unread:
        return answer or unread, None


async def _is_taken(result: RunResult, observed: ObservedRound | None, portal: Portal) -> bool:
    """Whether the portal shows the round as submitted; where that cannot be read, whether its cards do."""
    if observed is not None:
        return observed.state.is_locked
    try:
        card = await portal.observe_card(result.plan.observed.round, result.cards[0].plan.number)
    except EsarBotError:  # as little known as before
        return False
    return card.state.is_locked


async def _compare_submitted(result: RunResult, portal: Portal, settled: Settled) -> None:
    """Read all cards again, now that they are locked: they may have been changed after they were verified."""
    round_key = result.plan.observed.round
    try:
        shown = await asyncio.gather(
            *(portal.observe_card(round_key, card.plan.number) for card in result.cards)
        )
    except EsarBotError as unread:
        result.error = _submitted_but(
            say("อ่านทวนครั้งสุดท้ายไม่ได้: ", "the last reading failed: ") + unread.what,
            say("สั่งซ้ำเพื่อเทียบอีกครั้ง โปรแกรมจะไม่ส่งซ้ำ", "run again to compare once more: it never submits twice"),
        )
        return
    changed = []
    next_step = say(
        "เทียบค่าในใบรับ แล้วขอให้ผู้ประเมินส่งคืนแก้ไข", "see the receipt, and ask the assessor to return it"
    )
    for card, observed in zip(result.cards, shown, strict=True):
        differing = mismatches(replace(card.plan, remove=()), observed, portal.fields)
        if differing:
            card.outcome, card.mismatches, card.witnessed = CardOutcome.MISMATCH, differing, observed
            card.picture, card.remnants, card.error = (
                None,
                {},
                mismatch_error(card.plan, differing, next_step),
            )
            settled(card)
            changed.append(card.plan.number)
    if changed:
        numbers = ", ".join(changed)
        result.error = _submitted_but(
            say(
                f"มีผู้แก้ไขตัวชี้วัด {numbers} ในระบบก่อนการส่ง",
                f"somebody changed indicators {numbers} on the portal before the submission",
            ),
            next_step,
        )


def _submitted_but(what: str, next_step: str) -> PartlyDone:
    return PartlyDone(say("ส่งรอบแล้ว แต่", "the round was submitted, but ") + what, next_step=next_step)


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
    open_cards = " · ".join(_first_causes(failed))
    return PartlyDone(
        say(
            f"บันทึกและอ่านทวนไม่ครบ จึงยังไม่ส่งรอบนี้ ตัวชี้วัดที่ยังไม่เรียบร้อย: {open_cards}",
            f"not all cards were saved and verified; the round was not submitted; still open: {open_cards}",
        ),
        next_step=say(
            "แก้ตาม “รายละเอียดรายตัวชี้วัด” ในใบรับ แล้วสั่งซ้ำ",
            "mend what the receipt says of each indicator, then run again",
        ),
    )


def _first_causes(failed: list[CardResult]) -> Iterator[str]:
    """The cards that failed in one way, and why the first of them did; the others' causes may differ."""
    groups: dict[type[EsarBotError | None], list[CardResult]] = {}
    for card in failed:
        groups.setdefault(type(card.error), []).append(card)
    for cards in groups.values():
        numbers, causes = ", ".join(card.plan.number for card in cards), [card.error for card in cards]
        first = causes[0].what if causes[0] is not None else ""
        alike = all(error is not None and error.what == first for error in causes)
        yield f"{numbers} ({first if alike else say('เช่น ', 'for example ') + first})"


def _not_submitted(result: RunResult, answer: EsarBotError) -> EsarBotError:
    """Why the round was not submitted; a journal that was lost on the way says nothing of the cards saved."""
    saved = any(card.outcome is CardOutcome.SAVED for card in result.cards)
    if not (saved and isinstance(answer, JournalLost)):
        return answer
    return PartlyDone(answer.what, where=answer.where, next_step=answer.next_step)


def _no_confirmation(answer: EsarBotError | None) -> OutcomeUnknown:
    reason = "" if answer is None else f": {answer.what}"
    return OutcomeUnknown(
        say(
            "ระบบแจ้งว่ารอบนี้ส่งแล้ว แต่ยังอ่านเลขที่ยืนยันไม่ได้",
            "the portal says that the round is submitted, but its confirmation cannot be read yet",
        )
        + reason,
        next_step=say(
            "สั่งซ้ำเพื่ออ่านเลขที่ยืนยัน โปรแกรมจะไม่ส่งซ้ำ",
            "run again to read the confirmation: it never submits twice",
        ),
    )


def _submission_unknown(answer: EsarBotError | None) -> OutcomeUnknown:
    reason = "" if answer is None else f": {answer.what}"
    return OutcomeUnknown(
        say("ไม่ทราบว่าส่งรอบสำเร็จหรือไม่", "it is not known whether the round was submitted") + reason,
        next_step=say(
            "เปิดดูสถานะรอบในระบบ แล้วสั่งซ้ำ โปรแกรมจะไม่ส่งซ้ำสองครั้ง",
            "look at the round's state on the portal, then run again: it never submits twice",
        ),
    )
