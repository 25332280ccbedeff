"""`esar-bot plan`: what a submission would do, shown and kept to be approved and carried out exactly so."""

from __future__ import annotations

import shlex
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
)
from esar_bot.cli.decisions import TakeOption, TwoWordTakes, decisions
from esar_bot.errors import EsarBotError, ExitCode
from esar_bot.language import say

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from esar_bot.plan import Plan
    from esar_bot.saved_plan import Act
    from esar_bot.submission import Job


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "plan",
        cls=TwoWordTakes,
        help=say(
            "อ่านระบบและแสดงสิ่งที่จะทำ โดยไม่เขียน แล้วบันทึกเป็นแผนให้อนุมัติ (ใช้กับ submit --plan)",
            "Read the portal, show what would be done, write nothing; keep it as a plan for submit --plan.",
        ),
    )(guarded(plan))


def plan(
    context: typer.Context,
    round_key: RoundOption = AUTO,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft",
            envvar="ESAR_BOT_DRAFT",
            help=say("แผนสำหรับบันทึกร่าง โดยไม่ส่งรอบ", "A plan to save drafts, not to submit the round."),
        ),
    ] = False,
    take: TakeOption = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            envvar="ESAR_BOT_OUTPUT",
            help=say(
                "บันทึกแผนไว้ในแฟ้มนี้ (หากไม่ระบุ จะเพียงแสดง)",
                "Where to keep the plan; without it, it is only shown.",
            ),
        ),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code",
            envvar="ESAR_BOT_EXIT_CODE",
            help=say(
                "จบด้วยรหัสผลลัพธ์ 4 หากมีสิ่งที่ต้องทำ และ 0 หากไม่มี",
                "Exit with 4 if anything is pending, with 0 if not.",
            ),
        ),
    ] = False,
    headed: HeadedOption = False,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    portal_url: PortalUrlOption = None,
    today: TodayOption = None,
) -> int:
    """Make a plan as a dry run does, and keep it; nothing is kept of one that cannot be carried out."""
    decided = decisions(take) if take else {}
    act: Act = "draft" if draft else "submit"

    async def work(browser: Awaitable[Browser]) -> int:
        from esar_bot.cli.choices import choose, end_without_round, round_to_report
        from esar_bot.cli.output import print_json
        from esar_bot.cli.submitting import attempt, facts, job_of
        from esar_bot.saved_plan import refuse_other_file
        from esar_bot.submission import Mode, Submission, will_write

        if file is not None:
            refuse_other_file(file)
        choice = choose(context.obj.directory, profile, portal_url, today)
        chosen = round_to_report(choice, round_key)
        if chosen is None:
            return end_without_round("plan", choice, as_json=as_json)
        job, done = job_of(choice, chosen.key, Mode.DRY_RUN, decided), Submission()
        error = await attempt(job, done, choice.profile, browser, yes=False, headed=headed)
        pending = None
        if error is None and done.plan is not None:
            pending = will_write(done.plan, Mode(act))
            _keep(job, done.plan, act, file, pending=pending)
            if file is not None and pending:
                _tell_next(_command(context.obj.directory, file, profile, portal_url, today))
        code = _code(error, pending=bool(pending and exit_code))
        if as_json:
            saved = str(file) if file and error is None else None
            told = {"act": act, "pending": pending, "saved": saved}
            print_json({**facts("plan", job, done, code, error), **told})
        return code

    return while_a_browser_starts(work, headless=not headed)


def _code(error: EsarBotError | None, *, pending: bool) -> ExitCode:
    if error is not None:
        return error.exit_code
    return ExitCode.CHANGES_PENDING if pending else ExitCode.DONE


def _keep(job: Job, plan: Plan, act: Act, file: Path | None, *, pending: bool) -> None:
    """Write the plan where it is to be kept, and say what it comes to."""
    from esar_bot.cli.output import line
    from esar_bot.saved_plan import write_plan
    from esar_bot.submission import plan_to_save

    line(_to_do(job, plan, act) if pending else say("✓ ไม่มีสิ่งที่ต้องทำ", "✓ nothing is pending"))
    if file is not None:
        write_plan(file, plan_to_save(job, plan, act))
        line(say(f"✓ บันทึกแผนแล้ว: {file}", f"✓ plan kept: {file}"), "green")


def _tell_next(command: str) -> None:
    from esar_bot.cli.output import line

    line(
        say(
            f"เมื่อดูตัวอย่างและอนุมัติแล้ว สั่ง {command}",
            f"once the preview was looked at and approved: {command}",
        )
    )


def _command(
    directory: Path, file: Path, profile: str | None, portal_url: str | None, today: str | None
) -> str:
    """The whole command that carries the plan out, as it can be typed from here."""
    options = {"--profile": profile, "--portal-url": portal_url, "--today": today}
    given = [word for option, value in options.items() if value for word in (option, value)]
    where = [] if directory == Path() else ["-C", str(directory)]
    return shlex.join(["esar-bot", *where, "submit", "--plan", str(file), *given])


def _to_do(job: Job, plan: Plan, act: Act) -> str:
    """What is pending, in one line."""
    count = len(plan.changes)
    save = [say(f"บันทึก {count} การ์ด", f"save {count} of {len(plan.cards)} cards")] if count else []
    submit = [] if act == "draft" else [say(f"ส่งรอบ {job.round_key}", f"submit round {job.round_key}")]
    return say("รอดำเนินการ: ", "pending: ") + say(" แล้ว", ", then ").join(save + submit)
