"""`esar-bot setup`: see that a browser starts, and get one if there is none."""

from __future__ import annotations

import typer

from esar_bot.cli.common import guarded
from esar_bot.language import say


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "setup",
        help=say("ตรวจและติดตั้งเบราว์เซอร์ถ้ายังไม่มี", "See that a browser starts; get one if there is none."),
    )(guarded(setup))


def setup(context: typer.Context) -> int:  # noqa: ARG001 - `guarded` reads it
    """Find, else install, and prove a browser."""
    import asyncio

    from esar_bot.cli import output
    from esar_bot.errors import ExitCode
    from flows.install import ensure_browser

    found = asyncio.run(ensure_browser(output.line))
    output.line(say(f"✓ พร้อมใช้: {found}", f"✓ ready: {found}"), "green")
    return ExitCode.DONE
