"""`esar-bot demo`: rehearse a round of the sample agency against the mock portal, start to receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esar_bot.cli.common import HeadedOption, JsonOption, guarded
from esar_bot.language import say

if TYPE_CHECKING:
    from esar_bot.credentials import Account

MARKER = ".esar-bot-demo"
DEMO_FOLDER = Path("esar-bot-demo")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "demo",
        help=say(
            "ซ้อมทั้งรอบกับหน่วยงานตัวอย่างและระบบจำลองในเครื่องนี้",
            "Rehearse a whole round: sample agency, mock portal, this machine only.",
        ),
    )(guarded(demo))


def demo(
    context: typer.Context,  # noqa: ARG001 - `guarded` reads it
    folder: Annotated[
        Path,
        typer.Option(
            "--dir", metavar="DIR", envvar="ESAR_BOT_DEMO_DIR", help=say("ที่วางผลการซ้อม", "Where to put it.")
        ),
    ] = DEMO_FOLDER,
    round_key: Annotated[
        str,
        typer.Option(
            "--round", metavar="ROUND", envvar="ESAR_BOT_DEMO_ROUND", help=say("รอบที่จะซ้อม", "The round.")
        ),
    ] = "9m",
    headed: HeadedOption = False,
    as_json: JsonOption = False,
) -> int:
    """Copy the sample agency, start the mock portal, submit the round, say where to look."""
    import asyncio
    from dataclasses import replace

    from esar_bot.cli import output
    from esar_bot.cli.choices import calendar_of, choose, named_round
    from esar_bot.cli.submitting import job_of, run_job
    from esar_bot.meanwhile import meanwhile
    from esar_bot.submission import Mode
    from flows.browser import open_browser
    from mock_portal.app import create_app
    from mock_portal.sample import sample_agency
    from mock_portal.server import running

    workspace = _fresh(folder, sample_agency())
    app = create_app(folder.resolve() / "portal", workspace)
    with running(app) as url:
        output.line(say(f"ระบบ e-SAR จำลอง: {url}", f"mock portal: {url}"))
        output.line(say(f"แฟ้มงานของการซ้อม: {workspace}", f"the rehearsal's workspace: {workspace}"))
        choice = choose(workspace, "mock", url)
        chosen = named_round(round_key, calendar_of(choice))
        job = job_of(replace(choice, day=chosen.opens), chosen.key, Mode.SUBMIT)

        async def rehearse() -> int:
            async with meanwhile(open_browser(headless=not headed)) as browser:
                return await run_job(
                    job,
                    choice.profile,
                    browser,
                    yes=True,
                    headed=headed,
                    as_json=as_json,
                    account=_demo_account,
                )

        return asyncio.run(rehearse())


def _demo_account() -> Account:
    from esar_bot.credentials import Account
    from esar_bot.redact import protect
    from mock_portal.accounts import DEMO_ACCOUNTS

    officer = next(account for account in DEMO_ACCOUNTS if account.role == "officer")
    protect(officer.password)
    return Account(officer.username, officer.password, "demo")


def _fresh(folder: Path, sample: Path) -> Path:
    """The sample agency's copy in an empty folder of our own; a folder that is not ours is left alone."""
    import shutil

    from esar_bot.errors import UsageError

    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise UsageError(
            say(f"โฟลเดอร์ {folder} มีแฟ้มอื่นอยู่", f"the folder {folder} holds other files"),
            next_step=say("ระบุโฟลเดอร์ใหม่ด้วย --dir", "name another folder with --dir"),
        )
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    return Path(shutil.copytree(sample, folder.resolve() / "workspace"))
