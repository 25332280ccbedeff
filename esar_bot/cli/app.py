"""The program `esar-bot` and its commands."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from esar_bot import __version__
from esar_bot.cli import (
    account,
    check,
    demo,
    init,
    login,
    mock_portal,
    plan,
    preview,
    setup,
    status,
    submit,
)
from esar_bot.cli.common import Common, LogFormatOption, LogLevelOption
from esar_bot.language import say

app = typer.Typer(
    name="esar-bot",
    help=say(
        "ตรวจ แสดงตัวอย่าง กรอก อ่านทวน และส่งรายงานการประเมินผลตนเอง (e-SAR) พร้อมเก็บใบรับ",
        "Checks, previews, fills, reads back and submits self-assessment reports (e-SAR); keeps a receipt.",
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (submit, plan, check, preview, status, init, demo, setup, mock_portal, login):
    group.register(app)
app.add_typer(account.app, name="credentials")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"esar-bot {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    directory: Annotated[
        Path,
        typer.Option(
            "-C",
            "--directory",
            metavar="DIR",
            envvar="ESAR_BOT_DIRECTORY",
            help=say("โฟลเดอร์แฟ้มงาน", "The workspace's folder."),
        ),
    ] = Path(),
    log_format: LogFormatOption = "auto",
    log_level: LogLevelOption = "warning",
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help=say("แสดงรุ่น", "Show the version.")
        ),
    ] = False,
) -> None:
    context.obj = Common(directory, log_format, log_level)


def main() -> None:
    """Run the program, on any console: what its encoding lacks is shown as an escape, never a crash.

    Being told to end, as a scheduled job is, is Ctrl-C: what was begun is told in a receipt.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open as long as the program
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="esar-bot")
