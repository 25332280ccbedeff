"""`esar-bot check`: every problem of a round's folder at once, offline."""

from __future__ import annotations

import typer

from esar_bot.cli.common import (
    AUTO,
    JsonOption,
    PortalUrlOption,
    ProfileOption,
    RoundOption,
    TodayOption,
    guarded,
)
from esar_bot.language import say


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "check",
        help=say(
            "ตรวจแฟ้มงานของรอบ แสดงทุกข้อผิดพลาดในครั้งเดียว (ไม่ใช้เครือข่าย)",
            "Check a round's folder; every problem at once, offline.",
        ),
    )(guarded(check))


def check(
    context: typer.Context,
    round_key: RoundOption = AUTO,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    portal_url: PortalUrlOption = None,
    today: TodayOption = None,
) -> int:
    """Check a round; exit 3 if it has errors. With "auto" and no round open, the next one is checked."""
    from esar_bot.cli import output
    from esar_bot.cli.choices import calendar_of, choose, end_without_round, round_to_prepare
    from esar_bot.errors import ExitCode, UsageError
    from esar_bot.precheck import check_round

    choice = choose(context.obj.directory, profile, portal_url, today)
    key = title = round_key
    try:
        calendar_of(choice)
    except UsageError:
        if round_key == AUTO:
            raise
        # the check itself reports the calendar, beside everything else
    else:
        chosen = round_to_prepare(choice, round_key)
        if chosen is None:
            return end_without_round("check", choice, as_json=as_json)
        key, title = chosen.key, chosen.title
    precheck = check_round(
        choice.workspace,
        choice.settings,
        key,
        limits=choice.profile.limits,
        today=choice.day,
        rehearsal=choice.profile.rehearsal,
    )
    output.line(say(f"ตรวจ {title}: {choice.workspace.root}", f"round {key}: {choice.workspace.root}"))
    output.show_deadline(precheck, choice.day)
    output.show_findings(precheck)
    code = ExitCode.PRECHECK_FAILED if precheck.errors else ExitCode.DONE
    if as_json:
        output.print_json(
            {
                "command": "check",
                "exit_code": int(code),
                "round": key,
                "findings": output.finding_facts(precheck.findings),
                "unexamined": list(precheck.unexamined),
            }
        )
    return code
