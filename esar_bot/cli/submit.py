"""`esar-bot submit`: from the prepared folder to the portal's confirmation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

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
    loading,
)
from esar_bot.cli.decisions import TakeOption, TwoWordTakes, decisions
from esar_bot.errors import ExitCode, UsageError
from esar_bot.language import say

TURN_SECONDS = 0.0005  # what the browser says waits no longer than this for a thread that reads or checks


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "submit",
        cls=TwoWordTakes,
        help=say(
            "ตรวจ อ่านระบบ แสดงตัวอย่าง กรอก ตรวจกลับ และส่งรอบ",
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
            help=say("ไม่ต้องถามยืนยัน (จำเป็นเมื่อไม่มีจอ)", "Do not ask (needed without a terminal)."),
        ),
    ] = False,
    take: TakeOption = None,
    headed: HeadedOption = False,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    portal_url: PortalUrlOption = None,
    today: TodayOption = None,
) -> int:
    """Submit a round; the exit code says what became of it."""
    import asyncio
    from importlib import import_module

    with loading():
        from esar_bot.meanwhile import meanwhile
        from flows.browser import open_browser

    if dry_run and draft:
        raise UsageError(say("ใช้ --dry-run หรือ --draft อย่างใดอย่างหนึ่ง", "use either --dry-run or --draft"))
    decided = decisions(take) if take else {}
    if not (dry_run or yes or is_terminal()):
        raise _unattended()

    sys.setswitchinterval(TURN_SECONDS)

    async def in_browser() -> int:
        async with meanwhile(open_browser(headless=not headed)) as browser:
            with loading():
                await asyncio.to_thread(import_module, "esar_bot.cli.submitting")  # a third of a second
            from esar_bot.cli.choices import calendar_of, choose, choose_round, none_open
            from esar_bot.cli.common import rehearsal_day
            from esar_bot.cli.output import line, print_json
            from esar_bot.cli.submitting import portal_facts, run_job
            from esar_bot.submission import Job, Mode

            choice = choose(context.obj.directory, profile, portal_url)
            day = rehearsal_day(today, rehearsal=choice.profile.rehearsal)
            fiscal_year = calendar_of(choice)
            chosen = choose_round(round_key, fiscal_year, day)
            if chosen is None:
                line(none_open(fiscal_year, day))
                if as_json:
                    print_json(
                        {"command": "submit", "exit_code": 0, "round": None, "outcome": "no-round-open"}
                    )
                return ExitCode.DONE
            job = Job(
                choice.workspace,
                choice.settings,
                chosen.key,
                Mode.DRY_RUN if dry_run else Mode.DRAFT if draft else Mode.SUBMIT,
                day,
                portal_facts(choice.profile),
                decided,
            )
            return await run_job(job, choice.profile, browser, yes=yes, headed=headed, as_json=as_json)

    return asyncio.run(in_browser())


def _unattended() -> UsageError:
    return UsageError(
        say("ไม่มีจอให้ถามยืนยัน จึงยังไม่ทำสิ่งใด", "there is no terminal to ask on; nothing was done"),
        next_step=say(
            "เพิ่ม --yes หากตรวจตัวอย่างแล้ว หรือใช้ --dry-run",
            "add --yes once the preview was looked at, or use --dry-run",
        ),
    )
