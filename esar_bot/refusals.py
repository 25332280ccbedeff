"""What stops a submission before anything is written: a slip of the pen, or a state that forbids it."""

from __future__ import annotations

from collections.abc import Mapping

from esar_bot.errors import PersonNeeded, Rejected, UsageError
from esar_bot.language import say
from esar_bot.plan import Plan, Take
from esar_bot.portal import State, Window
from esar_bot.prepared import PreparedReport


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


def refuse_impossible(plan: Plan) -> None:
    """Stop before any write where the portal's state does not allow the plan.

    Raises:
        Rejected: the round is closed, or submitted with other values than the report's.
        PersonNeeded: the portal holds values or files that a person put there.
    """
    observed = plan.observed
    if plan.is_submitted:
        if plan.changes or plan.conflicts:
            raise Rejected(
                say(
                    f"รอบ {observed.round} ส่งแล้ว แต่ค่าบนระบบต่างจากแฟ้มงาน จึงแก้ไขไม่ได้",
                    f"round {observed.round} is submitted and differs from the workspace: it is locked",
                ),
                next_step=say(
                    "ดูรายการที่ต่างในหน้าแสดงตัวอย่าง แล้วขอให้ผู้ประเมินส่งคืนแก้ไข",
                    "see the preview for what differs, and ask the assessor to return it",
                ),
            )
        return
    if observed.window is not Window.OPEN:
        raise Rejected(
            say(
                f"ระบบปิดรับรายงานรอบ {observed.round}",
                f"the portal no longer takes reports of {observed.round}",
            )
            if observed.window is Window.CLOSED
            else say(
                f"ระบบยังไม่เปิดรับรายงานรอบ {observed.round}",
                f"the portal does not yet take reports of {observed.round}",
            ),
            next_step=say(
                "ติดต่อสำนักงาน ก.พ.ร. หรือรอจนถึงกำหนดเปิด", "ask the portal's office, or wait until it opens"
            ),
        )
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
