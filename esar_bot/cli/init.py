"""`esar-bot init`: a commented workspace to begin from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from esar_bot.cli.common import guarded
from esar_bot.language import say


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "init",
        help=say("สร้างแฟ้มงานตัวอย่างพร้อมคำอธิบาย", "Write a commented workspace to begin from."),
    )(guarded(init))


def init(
    context: typer.Context,  # noqa: ARG001 - `guarded` reads it
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("โฟลเดอร์ใหม่", "The new folder."))],
) -> int:
    """Write the workspace; an existing one is left alone."""
    from esar_bot.cli import output
    from esar_bot.errors import ExitCode
    from esar_bot.workspace.template import write_template

    written = write_template(folder)
    for path in written:
        output.line(f"  + {path}")
    output.line(say(f"✓ สร้างแฟ้มงานแล้วที่ {folder}", f"✓ the workspace is in {folder}"), "green")
    output.line(
        say(
            f"ขั้นต่อไป: แก้ไขแฟ้มเหล่านี้ แล้วสั่ง esar-bot -C {folder} check",
            f"next: edit these files, then run esar-bot -C {folder} check",
        )
    )
    return ExitCode.DONE
