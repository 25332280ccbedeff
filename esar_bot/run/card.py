"""Applies the plan of one card: write once, read back, and only then delete what was replaced.

No write is ever repeated blindly. Whatever the portal answered, its read-only view is what counts: a refused
save may have been stored, and a confirmed one may read otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from esar_bot.errors import (
    Doubtful,
    EsarBotError,
    NotTaken,
    OutcomeUnknown,
    PersonNeeded,
    Rejected,
    Unexpected,
)
from esar_bot.journal import Journal
from esar_bot.labels import EVIDENCE, field_word
from esar_bot.language import say
from esar_bot.plan import CardPlan, Mismatch, doubled, is_untouched, mismatches
from esar_bot.portal import ObservedCard, ObservedEvidence, Portal
from esar_bot.prepared import PreparedEvidence, hash_file
from esar_bot.redact import redact
from esar_bot.run.outcome import CardOutcome, CardResult
from esar_bot.text import unix_newlines
from esar_bot.written import is_remnant, value_hash


async def apply_card(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    """Do what the plan says for one card. Every outcome, good or bad, is in the result."""
    try:
        return await _write_card(card, round_key, portal, journal)
    except OutcomeUnknown as error:
        return CardResult(card, CardOutcome.UNKNOWN, error)
    except EsarBotError as error:
        return CardResult(card, CardOutcome.FAILED, error)
    except Exception as error:  # noqa: BLE001 - one card's fault, even ours, must not cost the receipt
        return CardResult(card, CardOutcome.UNKNOWN, Unexpected(error, where=_where(card)))


async def _write_card(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> CardResult:
    """Save, read back with a picture, then delete what was replaced; without steps it is only read."""
    if not card.fields and not card.add:
        return await _settle(card, round_key, portal, journal, None)
    answer = await _save(card, round_key, portal, journal)
    if isinstance(answer, NotTaken) and await _took_nothing(card, round_key, portal):
        answer = await _save(card, round_key, portal, journal)
    try:
        return await _settle(card, round_key, portal, journal, answer)
    except OutcomeUnknown:
        raise
    except EsarBotError as error:
        raise _unknown(card, answer or error) from error


async def _took_nothing(card: CardPlan, round_key: str, portal: Portal) -> bool:
    """Whether reading bears the portal out: the card is as it was before. What cannot be read does not."""
    try:
        observed = await portal.observe_card(round_key, card.number)
    except EsarBotError:
        return False
    return is_untouched(card, observed, portal.fields)


async def _settle(
    card: CardPlan, round_key: str, portal: Portal, journal: Journal, answer: EsarBotError | None
) -> CardResult:
    """Read the card and decide by what it shows; `answer` is what the portal said instead of success."""
    observed, picture = await portal.witness_card(round_key, card.number)
    surplus = doubled(card, observed)
    differing = mismatches(card, _without(observed, surplus), portal.fields)
    if not differing and (card.remove or surplus):
        stopped = await _remove(card, (*surplus, *card.remove), round_key, portal, journal)
        try:
            observed, picture = await portal.witness_card(round_key, card.number)
        except EsarBotError as unread:
            raise _unknown(card, stopped or unread) from unread
        differing = mismatches(replace(card, remove=()), observed, portal.fields)
        if differing and stopped is not None:
            return CardResult(card, CardOutcome.MISMATCH, stopped, differing, observed, picture)
    if differing and isinstance(answer, Doubtful):
        raise _unknown(card, answer)
    if differing:
        remnants = _remnants(card, differing)
        error = answer or mismatch_error(card, differing, _mended_by(differing, remnants))
        outcome = CardOutcome.FAILED if answer else CardOutcome.MISMATCH
        return CardResult(card, outcome, error, differing, observed, picture, remnants)
    outcome = CardOutcome.SAVED if card.has_steps else CardOutcome.UNCHANGED
    return CardResult(card, outcome, witnessed=observed, picture=picture)


def _remnants(card: CardPlan, differing: Sequence[Mismatch]) -> dict[str, str]:
    """What the portal made of our texts, to be told from what a person may write there later."""
    sent = {change.field: change.after for change in card.fields}
    return {
        item.field: value_hash(item.found)
        for item in differing
        if item.field in sent
        and is_remnant(item.found, sent[item.field], [sent[name] for name in sent if name != item.field])
    }


async def _save(card: CardPlan, round_key: str, portal: Portal, journal: Journal) -> EsarBotError | None:
    """Save once. A refusal or a lost answer is returned: either may have been stored, so reading decides."""
    planned_on = replace(card.observed, name=card.prepared.indicator.name)
    values = {change.field: change.after for change in card.fields}

    def begin() -> None:
        for evidence in card.add:
            _refuse_changed_file(card, evidence)
        journal.record(
            "save",
            indicator=card.number,
            values={name: value_hash(value) for name, value in values.items()},
            files=[[item.name, item.sha256] for item in card.add],
        )

    try:
        await portal.save_card(round_key, planned_on, values, [item.path for item in card.add], begin)
    except (Doubtful, Rejected) as error:
        journal.note("doubtful", indicator=card.number)
        return error
    journal.note("saved", indicator=card.number)
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
) -> EsarBotError | None:
    """Delete what is replaced, and what arrived twice, one by one, now that the new files are verified.

    What keeps one from being deleted is returned, and no more is deleted.
    """
    for evidence in surplus:
        answer = await _delete(card, evidence, round_key, portal, journal)
        is_there = await _is_there(card, evidence, round_key, portal, answer)
        if is_there and isinstance(answer, NotTaken):
            answer = await _delete(card, evidence, round_key, portal, journal)
            is_there = await _is_there(card, evidence, round_key, portal, answer)
        if is_there and answer is not None and not isinstance(answer, Doubtful):
            return answer
        if is_there:
            raise OutcomeUnknown(
                say(f"ลบไฟล์ “{evidence.name}” ไม่สำเร็จ", f"the file “{evidence.name}” was not deleted"),
                where=_where(card),
                next_step=say("ตรวจดูในระบบ แล้วสั่งซ้ำ", "look at the portal, then run again"),
            )
        journal.note(
            "deleted",
            indicator=card.number,
            evidence=redact(evidence.key),
            file=[redact(evidence.name), evidence.sha256],
        )
    return None


async def _delete(
    card: CardPlan, evidence: ObservedEvidence, round_key: str, portal: Portal, journal: Journal
) -> EsarBotError | None:
    """Delete once. A refusal or a lost answer is returned: reading decides what became of it."""

    def begin() -> None:
        journal.record("delete", indicator=card.number, evidence=redact(evidence.key))

    try:
        await portal.delete_evidence(round_key, card.number, evidence, begin)
    except (Doubtful, Rejected) as error:
        journal.note("doubtful", indicator=card.number)
        return error
    except EsarBotError as error:  # nothing was sent
        return error
    return None


async def _is_there(
    card: CardPlan, evidence: ObservedEvidence, round_key: str, portal: Portal, answer: EsarBotError | None
) -> bool:
    try:
        observed = await portal.observe_card(round_key, card.number)
    except EsarBotError as unread:
        raise _unknown(card, answer or unread) from unread
    return any(there.key == evidence.key for there in observed.evidence)


def _without(observed: ObservedCard, surplus: Sequence[ObservedEvidence]) -> ObservedCard:
    return replace(observed, evidence=tuple(item for item in observed.evidence if item not in surplus))


def mismatch_error(card: CardPlan, differing: Sequence[Mismatch], next_step: str) -> EsarBotError:
    """What the portal shows otherwise: by field, how much of it, and by file."""
    told = " · ".join(f"{field_word(item.field)}: {_told(item)}" for item in differing)
    return Rejected(
        say(f"ระบบแสดงค่าไม่ตรงกับที่บันทึก – {told}", f"the portal shows something else than was saved – {told}"),
        where=_where(card),
        next_step=next_step,
    )


def _told(item: Mismatch) -> str:
    """What of a value or file is not as it was to be; the values themselves are the receipt's to show."""
    if item.field == EVIDENCE:
        return (
            say(f"ไม่มีไฟล์ {item.expected}", f"{item.expected} is missing")
            if item.expected
            else say(f"มีไฟล์ {item.found} เกินมา", f"{item.found} is there besides")
        )
    found, expected = len(unix_newlines(item.found)), len(unix_newlines(item.expected))
    if found < expected:
        return say(
            f"ระบบเก็บไว้ {found:,} จาก {expected:,} อักขระ", f"{found:,} of {expected:,} characters are kept"
        )
    return say("เป็นค่าอื่น", "another value")


def _mended_by(differing: Sequence[Mismatch], remnants: Mapping[str, str]) -> str:
    """What to do: another run writes anew what is missing or stems from us, and stops at anything else."""
    if all(not item.found.strip() or item.field in remnants for item in differing):
        return say(
            "สั่งซ้ำเพื่อบันทึกส่วนที่ขาดอีกครั้ง หากยังขาดอีก ให้แจ้งผู้ดูแลระบบ e-SAR",
            "run again to save what is missing once more; if it is missing again, tell the portal's office",
        )
    return say("เทียบค่าในใบรับกับหน้าระบบ", "compare the receipt with the portal's page")


def _unknown(card: CardPlan, reason: EsarBotError) -> OutcomeUnknown:
    return OutcomeUnknown(
        say("ไม่ทราบว่าบันทึกสำเร็จหรือไม่: ", "it is not known what became of the card: ") + reason.what,
        where=_where(card),
        next_step=say(
            "ตรวจดูในระบบ แล้วสั่งซ้ำได้ โปรแกรมจะอ่านค่าก่อนเขียนเสมอ",
            "look at the portal, then run again: it always reads before it writes",
        ),
    )


def _where(card: CardPlan) -> str:
    return say(f"ตัวชี้วัด {card.number}", f"indicator {card.number}")
