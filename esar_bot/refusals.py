"""What stops a submission before anything is written: a slip of the pen, or a state that forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from esar_bot.errors import PersonNeeded, Rejected, Unavailable, UsageError
from esar_bot.language import say
from esar_bot.plan import CardPlan, Plan, Take
from esar_bot.portal import State, Window
from esar_bot.prepared import PreparedReport
from esar_bot.text import canonical_line
from esar_bot.written import Sent, value_hash


def refuse_unknown_decisions(take: Mapping[str, Take], prepared: PreparedReport) -> None:
    """Stop at a decision about an indicator that the round does not have: a slip of the pen decides nothing.

    Raises:
        UsageError: there is one.
    """
    unknown = sorted(set(take) - {card.number for card in prepared.cards})
    if unknown:
        numbers = ", ".join(unknown)
        raise UsageError(
            say(f"ไม่มีตัวชี้วัด {numbers} ในรอบนี้", f"there is no indicator {numbers} in this round"),
            where="--take",
            next_step=say("แก้เลขตัวชี้วัด แล้วสั่งซ้ำ", "mend the number, then run again"),
        )


def refuse_another_report(plan: Plan) -> None:
    """Stop where the portal shows another agency, or an indicator of another name, than the agreement has.

    Numbers such as 1.1 are the same everywhere: they tell one agency's report from another's in no way.

    Raises:
        PersonNeeded: it does; the message says both.
    """
    agreement = plan.prepared.agreement
    names = {say("ส่วนราชการ", "agency"): (agreement.agency.name, plan.observed.agency)}
    for card in plan.cards:
        what = say(f"ตัวชี้วัด {card.number}", f"indicator {card.number}")
        names[what] = (card.prepared.indicator.name, card.observed.name)
    differing = [
        f"{what} "
        + say(f"แฟ้มงาน “{ours}” ระบบ “{theirs}”", f"“{ours}” in the folder, “{theirs}” on the portal")
        for what, (ours, theirs) in names.items()
        if theirs and canonical_line(ours) != canonical_line(theirs)
    ]
    if differing:
        raise PersonNeeded(
            say("รายงานบนระบบไม่ใช่ของคำรับรองนี้ ", "the report on the portal is not this agreement's: ")
            + "; ".join(differing),
            next_step=say(
                "ตรวจว่าเข้าสู่ระบบด้วยบัญชีของหน่วยงานนี้ หรือแก้ชื่อใน agreement.yaml ให้ตรงกับระบบ",
                "check that the account is this agency's, or write the names in agreement.yaml as it does",
            ),
        )


def refuse_unreported(plan: Plan) -> None:
    """Stop where submitting the round would submit cards that the report does not have, and nobody has seen.

    Raises:
        PersonNeeded: the portal lists such cards.
    """
    if plan.observed.others and not plan.is_submitted:
        numbers = ", ".join(plan.observed.others)
        raise PersonNeeded(
            say(
                f"ระบบมีตัวชี้วัด {numbers} ที่แฟ้มงานไม่มี จึงไม่ส่งรอบนี้",
                f"the portal has indicators {numbers} that the folder does not: the round is not submitted",
            ),
            next_step=say(
                "เพิ่มตัวชี้วัดใน agreement.yaml และการ์ดของรอบ หรือบันทึกร่างด้วย --draft แล้วส่งบนระบบด้วยตนเอง",
                "add them to agreement.yaml and to the round, or save with --draft and submit by hand",
            ),
        )


def refuse_locked(plan: Plan) -> None:
    """Stop where the round is submitted with other values than the report's.

    Raises:
        Rejected: it is.
    """
    if plan.is_submitted and (plan.changes or plan.conflicts):
        key = plan.observed.round
        raise Rejected(
            say(
                f"รอบ {key} ส่งแล้ว แต่ค่าบนระบบต่างจากแฟ้มงาน จึงแก้ไขไม่ได้",
                f"round {key} is submitted and differs from the workspace: it is locked",
            ),
            next_step=say(
                "ดูรายการที่ต่างในหน้าแสดงตัวอย่าง แล้วขอให้ผู้ประเมินส่งคืนแก้ไข",
                "see the preview for what differs, and ask the assessor to return it",
            ),
        )


def refuse_closed(plan: Plan) -> None:
    """Stop where the portal takes no report of the round that is still to be submitted.

    Raises:
        Rejected: the round is closed, or not open yet.
    """
    key, window = plan.observed.round, plan.observed.window
    if plan.is_submitted or window is Window.OPEN:
        return
    if window is Window.CLOSED:
        raise Rejected(
            say(f"ระบบปิดรับรายงานรอบ {key}", f"the portal no longer takes reports of {key}"),
            next_step=say(
                "ไม่มีสิ่งที่ต้องแก้ในแฟ้มงาน ขอให้สำนักงาน ก.พ.ร. เปิดรับรอบนี้ แล้วสั่งซ้ำ",
                "nothing in the folder is wrong: ask the portal's office to open the round, then run again",
            ),
        )
    raise Rejected(
        say(f"ระบบยังไม่เปิดรับรายงานรอบ {key}", f"the portal does not yet take reports of {key}"),
        next_step=say("รอจนถึงกำหนดเปิด แล้วสั่งซ้ำ", "wait until it opens, then run again"),
    )


def refuse_undecided(plan: Plan) -> None:
    """Stop where the portal holds values or files that a person put there, and nobody has decided.

    Raises:
        PersonNeeded: it does.
    """
    if plan.conflicts:
        numbers = ", ".join(dict.fromkeys(conflict.indicator for conflict in plan.conflicts))
        raise PersonNeeded(
            say(
                f"ระบบมีข้อมูลที่ผู้อื่นบันทึกไว้ในตัวชี้วัด {numbers} จึงไม่เขียนทับ",
                f"somebody else's values are on the portal in indicators {numbers}: they are not overwritten",
            ),
            next_step=say(
                "ดูทั้งสองฝั่งในหน้าแสดงตัวอย่าง แล้วระบุ --take ours เลขตัวชี้วัด หรือ --take theirs เลขตัวชี้วัด",
                "see both sides in the preview, then decide with --take ours NUMBER or --take theirs NUMBER",
            ),
        )


def refuse_unmended(plan: Plan, *, mended: bool) -> None:
    """Stop where a returned round would be submitted again as it was: nobody has answered the assessor.

    Raises:
        PersonNeeded: the round is returned, and nothing was written since, nor would be.
    """
    if plan.observed.state is State.RETURNED and not (mended or plan.changes):
        raise PersonNeeded(
            say(
                f"ผู้ประเมินส่งคืนรอบ {plan.observed.round} ให้แก้ไข แต่แฟ้มงานยังเป็นข้อมูลเดิม จึงไม่ส่งซ้ำ",
                f"the assessor returned round {plan.observed.round} and the workspace is as it was:"
                " it is not submitted again",
            ),
            next_step=say(
                "แก้ไขแฟ้มงานตามหมายเหตุของผู้ประเมิน แล้วสั่งซ้ำ (หากแก้ไขบนระบบด้วยตนเองแล้ว ให้กดส่งบนระบบ)",
                "mend the workspace as the assessor's remark says, then run again"
                " (what was mended by hand on the portal is submitted there by hand)",
            ),
        )


def refuse_too_soon(plan: Plan, sent: Mapping[str, Sent], listing_seconds: float, now: datetime) -> None:
    """Stop where files would be attached that a run has just sent: a portal may list them later, then twice.

    A save of which nothing else is there has not arrived, and its files neither.

    Raises:
        Unavailable: there are such files; it says for how long.
    """
    waiting = {
        f"{card.number} {item.name}": listing_seconds - max((now - last.at).total_seconds(), 0)
        for card in plan.changes
        if (last := sent.get(card.number)) is not None and _has_arrived(last, card)
        for item in card.add
        if (item.name, item.sha256) in last.files
    }
    seconds = max(waiting.values(), default=0)
    if seconds > 0:
        raise Unavailable(
            say(
                f"ไฟล์ที่เพิ่งส่งยังไม่แสดงในระบบ ({', '.join(waiting)}) หากแนบอีกอาจซ้ำ",
                f"files just sent are not listed yet ({', '.join(waiting)}): they might be attached twice",
            ),
            next_step=say(f"สั่งซ้ำในอีก {seconds:.0f} วินาที", f"run again in {seconds:.0f} seconds"),
            retry_after=seconds,
        )


def _has_arrived(sent: Sent, card: CardPlan) -> bool:
    there = card.observed.fields
    return not sent.values or any(
        value_hash(there.get(name, "")) == digest for name, digest in sent.values.items()
    )
