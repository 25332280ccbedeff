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
    from esar_bot.cli import output
    from esar_bot.cli.choices import choose, end_without_round, round_to_prepare
    from esar_bot.cli.submitting import job_of
    from esar_bot.errors import ExitCode
    from esar_bot.submission import Mode, checked_folder, prepared_report, write_preview

    choice = choose(context.obj.directory, profile, None, today)
    chosen = round_to_prepare(choice, round_key)
    if chosen is None:
        return end_without_round("preview", choice, as_json=as_json)
    job = job_of(choice, chosen.key, Mode.DRY_RUN)
    precheck = checked_folder(job)
    output.show_deadline(precheck, choice.day)
    output.show_findings(precheck)
    prepared = prepared_report(precheck, job.workspace, job.round_key)
    page = write_preview(job, precheck, prepared, None)
    output.line(say("ตัวอย่าง: ", "preview: ") + str(page), "green")
    if as_json:
        output.print_json({"command": "preview", "exit_code": 0, "round": chosen.key, "preview": str(page)})
    if open_page:
        typer.launch(page.as_uri())
    return ExitCode.DONE
