"""`esar-bot preview`: the round's report as the portal will show it, as one HTML page, offline."""

from __future__ import annotations

from typing import Annotated

import typer

from esar_bot.cli.common import AUTO, JsonOption, ProfileOption, RoundOption, TodayOption, guarded
from esar_bot.language import say


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "preview",
        help=say(
            "สร้างหน้าแสดงตัวอย่างรายงานของรอบ (ไม่ใช้เครือข่าย)",
            "Write a page that shows the round's report, offline.",
        ),
    )(guarded(preview))


def preview(
    context: typer.Context,
    round_key: RoundOption = AUTO,
    open_page: Annotated[
        bool,
        typer.Option("--open", envvar="ESAR_BOT_OPEN", help=say("เปิดหน้าตัวอย่างทันที", "Open the page at once.")),
    ] = False,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    today: TodayOption = None,
) -> int:
    """Write the preview and say where it is; exit 3 if the folder has errors."""
    from esar_bot.calendar import next_round
    from esar_bot.cli import output
    from esar_bot.cli.choices import calendar_of, choose, choose_round, none_open
    from esar_bot.cli.common import rehearsal_day
    from esar_bot.cli.submitting import portal_facts
    from esar_bot.errors import ExitCode
    from esar_bot.precheck import check_round
    from esar_bot.submission import Job, Mode, prepared_report, write_preview

    choice = choose(context.obj.directory, profile, None)
    day = rehearsal_day(today, rehearsal=choice.profile.rehearsal)
    fiscal_year = calendar_of(choice)
    chosen = choose_round(round_key, fiscal_year, day) or next_round(fiscal_year, day)
    if chosen is None:
        output.line(none_open(fiscal_year, day))
        return ExitCode.DONE
    facts = portal_facts(choice.profile)
    precheck = check_round(
        choice.workspace,
        choice.settings,
        chosen.key,
        limits=facts.limits,
        today=day,
        rehearsal=facts.rehearsal,
    )
    output.show_deadline(precheck, day)
    output.show_findings(precheck)
    prepared = prepared_report(precheck, choice.workspace, chosen.key)
    job = Job(choice.workspace, choice.settings, chosen.key, Mode.DRY_RUN, day, facts)
    page = write_preview(job, precheck, prepared, None)
    output.line(say("ตัวอย่าง: ", "preview: ") + str(page), "green")
    if as_json:
        output.print_json({"command": "preview", "exit_code": 0, "round": chosen.key, "preview": str(page)})
    if open_page:
        typer.launch(page.as_uri())
    return ExitCode.DONE
