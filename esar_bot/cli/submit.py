"""`esar-bot submit`: from the prepared folder to the portal's confirmation."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esar_bot.cli.browser import while_a_browser_starts
from esar_bot.cli.common import (
    AUTO,
    HeadedOption,
    JsonOption,
    PortalUrlOption,
    ProfileOption,
    RoundOption,
    TodayOption,
    guarded,
    is_terminal,
)
from esar_bot.cli.decisions import TakeOption, TwoWordTakes, decisions
from esar_bot.errors import UsageError
from esar_bot.language import say

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from esar_bot.plan import Take
    from esar_bot.saved_plan import SavedPlan


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "submit",
        cls=TwoWordTakes,
        help=say(
            "ตรวจ อ่านระบบ แสดงตัวอย่าง กรอก อ่านทวน และส่งรอบ",
            "Check, read the portal, preview, fill, read back and submit a round.",
        ),
    )(guarded(submit))


def submit(
    context: typer.Context,
    round_key: RoundOption = AUTO,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            envvar="ESAR_BOT_DRY_RUN",
            help=say("หยุดหลังแสดงตัวอย่าง ไม่เขียนสิ่งใดบนระบบ", "Stop after the preview; write nothing."),
        ),
    ] = False,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft",
            envvar="ESAR_BOT_DRAFT",
            help=say("บันทึกร่างทุกการ์ด แต่ไม่กดส่งรอบ", "Save drafts, but do not submit the round."),
        ),
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            envvar="ESAR_BOT_YES",
            help=say(
                "ไม่ต้องถามยืนยัน (จำเป็นเมื่อไม่ได้สั่งจากหน้าต่างเทอร์มินัล)", "Do not ask (needed without a terminal)."
            ),
        ),
    ] = False,
    take: TakeOption = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="FILE",
            envvar="ESAR_BOT_PLAN",
            help=say(
                "ทำตามแผนของ esar-bot plan ทุกประการ หรือไม่เขียนเลยหากมีสิ่งใดเปลี่ยนไป "
                "(กับ --dry-run เพียงบอกว่ายังใช้ได้หรือไม่)",
                "Do exactly what this plan of `esar-bot plan` says, or nothing if anything has changed "
                "(with --dry-run: only tell whether it holds).",
            ),
        ),
    ] = None,
    headed: HeadedOption = False,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    portal_url: PortalUrlOption = None,
    today: TodayOption = None,
) -> int:
    """Submit a round; the exit code says what became of it."""
    if dry_run and draft:
        raise UsageError(
            say("ใช้ --dry-run พร้อมกับ --draft ไม่ได้", "--dry-run and --draft contradict each other"),
            next_step=say("ลบตัวเลือกใดตัวเลือกหนึ่ง", "leave one of them out"),
        )
    decided = decisions(take) if take else {}
    if not (dry_run or yes or is_terminal()):
        from esar_bot.saved_plan import read_plan

        if plan is not None:
            read_plan(plan)  # one that cannot be read is said first
        raise _unattended()

    async def work(browser: Awaitable[Browser]) -> int:
        from esar_bot.cli.choices import choose, end_without_round, round_to_report
        from esar_bot.cli.submitting import job_of, job_of_plan, run_job
        from esar_bot.saved_plan import read_plan
        from esar_bot.submission import Mode

        saved = read_plan(plan) if plan else None
        choice = choose(context.obj.directory, profile, portal_url, today, saved)
        if saved is not None:
            refuse_contradiction(saved, round_key, decided, draft=draft)
            job = job_of_plan(choice, saved, dry_run=dry_run)
        else:
            chosen = round_to_report(choice, round_key)
            if chosen is None:
                return end_without_round("submit", choice, as_json=as_json)
            mode = Mode.DRY_RUN if dry_run else Mode.DRAFT if draft else Mode.SUBMIT
            job = job_of(choice, chosen.key, mode, decided)
        return await run_job(job, choice.profile, browser, yes=yes, headed=headed, as_json=as_json)

    return while_a_browser_starts(work, headless=not headed)


def refuse_contradiction(saved: SavedPlan, round_key: str, take: dict[str, Take], *, draft: bool) -> None:
    """Stop where an option contradicts the plan; what was left out says nothing.

    Raises:
        UsageError: it names every such option.
    """
    from esar_bot.cli.choices import contradiction

    said = {
        f"--round {round_key}": round_key not in {AUTO, saved.round},
        "--draft": draft and saved.act != "draft",
        "--take": bool(take) and take != saved.take,
    }
    if any(said.values()):
        raise contradiction([option for option, otherwise in said.items() if otherwise])


def _unattended() -> UsageError:
    return UsageError(
        say(
            "ไม่ได้สั่งจากหน้าต่างเทอร์มินัล จึงถามยืนยันไม่ได้ และยังไม่ได้ดำเนินการใด",
            "there is no terminal to ask on; nothing was done",
        ),
        next_step=say(
            "เพิ่ม --yes หากตรวจตัวอย่างแล้ว หรือใช้ --dry-run",
            "add --yes once the preview was looked at, or use --dry-run",
        ),
    )
