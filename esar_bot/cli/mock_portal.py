"""`esar-bot mock-portal`: the bundled e-SAR portal for rehearsals, on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from esar_bot.cli.common import guarded, pretended_day
from esar_bot.errors import ExitCode, UsageError
from esar_bot.language import say


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "mock-portal",
        help=say("เปิดระบบ e-SAR จำลองสำหรับซ้อมบันทึก", "Run the bundled mock portal for rehearsals."),
    )(guarded(mock_portal))


def mock_portal(
    context: typer.Context,  # noqa: ARG001 - `guarded` reads it
    data: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            envvar="ESAR_BOT_DATA",
            help=say("ที่เก็บข้อมูลของระบบจำลอง", "Where it keeps its state."),
        ),
    ],
    port: Annotated[
        int,
        typer.Option(
            metavar="P", envvar="ESAR_BOT_PORT", help=say("พอร์ต (0 = ว่างใดก็ได้)", "Port (0 = any free).")
        ),
    ] = 8365,
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="ESAR_BOT_WORKSPACE",
            help=say(
                "แฟ้มงานที่ใช้คำรับรอง (ไม่ระบุ = หน่วยงานตัวอย่าง)", "Whose agreement (default: the sample agency)."
            ),
        ),
    ] = None,
    test_api: Annotated[
        bool,
        typer.Option(
            "--test-api",
            envvar="ESAR_BOT_TEST_API",
            help=say("เปิดส่วนสำหรับการทดสอบ /__test__/", "Serve /__test__/, for tests."),
        ),
    ] = False,
    today: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            envvar="ESAR_BOT_PORTAL_TODAY",
            help=say(
                "ให้รอบเปิดปิดตามปฏิทินของวันนี้ (ไม่ระบุ = ทุกรอบเปิด)",
                "Open rounds as on this day (default: every round is open).",
            ),
        ),
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROUND",
            envvar="ESAR_BOT_CLOSED",
            help=say("รอบที่ปิดรับ ระบุซ้ำได้", "A round that is closed; may be repeated."),
        ),
    ] = None,
    delay_ms: Annotated[
        int,
        typer.Option(
            metavar="MS", envvar="ESAR_BOT_DELAY_MS", help=say("หน่วงทุกคำตอบ", "Delay every answer.")
        ),
    ] = 0,
    second_step: Annotated[
        Literal["otp", "captcha", "thaid"] | None,
        typer.Option(
            envvar="ESAR_BOT_SECOND_STEP",
            help=say(
                "ขั้นที่สองของการเข้าสู่ระบบที่ต้องมีคนทำ",
                "A second step of the login that needs a person.",
            ),
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAULT",
            envvar="ESAR_BOT_FAULT",
            help=say(
                'ความขัดข้องที่จะซ้อม เช่น "drop method=POST" ระบุซ้ำได้ (docs/mock-portal.md)',
                'A fault to rehearse, e.g. "drop method=POST"; may be repeated (docs/mock-portal.md).',
            ),
        ),
    ] = None,
    fault_seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            envvar="ESAR_BOT_FAULT_SEED",
            help=say("ค่าตั้งต้นของการสุ่มความขัดข้อง", "The luck of faults that have a probability."),
        ),
    ] = 0,
) -> int:
    """Serve until interrupted; the address and the demo accounts are printed first."""
    from mock_portal.app import create_app
    from mock_portal.faults.description import FaultError
    from mock_portal.server import serve

    try:
        app = create_app(
            data,
            _agreements_folder(workspace),
            test_api=test_api,
            today=pretended_day(today) if today else None,
            closed=_known_rounds(closed or []),
            delay_ms=delay_ms,
            second_step=second_step,
            faults=_whole(fault or []),
            fault_seed=fault_seed,
        )
    except FaultError as error:
        raise UsageError(
            say(f"คำอธิบายความขัดข้องไม่ถูกต้อง ({error})", str(error)),
            where="--fault",
            next_step=say(
                "ดูชนิดและคำทั้งหมดใน docs/mock-portal.md", "docs/mock-portal.md lists all kinds and keys"
            ),
        ) from error

    code = app.state.portal.code if second_step == "otp" else None
    try:
        serve(app, port=port, on_ready=lambda url: _announce(url, code))
    except OSError as error:
        raise UsageError(
            say(f"ใช้พอร์ต {port} ไม่ได้: {error.strerror}", f"port {port} cannot be used: {error.strerror}"),
            where="--port",
            next_step=say("ใช้พอร์ตอื่น หรือ --port 0", "take another port, or --port 0"),
        ) from error
    return ExitCode.DONE


def _agreements_folder(workspace: Path | None) -> Path:
    """The folder whose agreement the portal takes."""
    from mock_portal.sample import sample_agency

    folder = workspace or sample_agency()
    if not (folder / "agreement.yaml").is_file():
        raise UsageError(
            say(f"ไม่พบ agreement.yaml ใน {folder}", f"there is no agreement.yaml in {folder}"),
            where="--workspace",
            next_step=say(
                "ระบุโฟลเดอร์แฟ้มงาน หรือไม่ต้องระบุ", "name a workspace's folder, or leave the option out"
            ),
        )
    return folder


def _known_rounds(closed: list[str]) -> frozenset[str]:
    """The rounds that are to be closed, if there are such rounds."""
    from mock_portal.rounds import load_rounds

    rounds = [known.key for known in load_rounds()]
    unknown = ", ".join(key for key in closed if key not in rounds)
    if unknown:
        raise UsageError(
            say(f"ไม่มีรอบ {unknown}", f"there is no round {unknown}"),
            where="--closed",
            next_step=say("รอบที่มี: ", "the rounds are ") + " ".join(rounds),
        )
    return frozenset(closed)


def _announce(url: str, code: str | None) -> None:
    """Say where it is and how to sign in."""
    from mock_portal.accounts import DEMO_ACCOUNTS

    typer.echo(say("ระบบ e-SAR จำลองพร้อมใช้ที่", "The mock portal is ready at"))
    typer.echo(url)
    for account in DEMO_ACCOUNTS:
        typer.echo(f"  {account.username} / {account.password}  ({account.display_name})")
    if code is not None:
        typer.echo(say(f"  รหัส OTP สำหรับซ้อม: {code}", f"  the rehearsal's OTP: {code}"))
    typer.echo(say("กด Ctrl-C เพื่อหยุด", "Press Ctrl-C to stop."))


def _whole(faults: list[str]) -> list[str]:
    """Whole descriptions: the environment's come word by word, a key=value belongs to the kind before it."""
    whole: list[str] = []
    for words in faults:
        if whole and "=" in words.partition(" ")[0]:
            whole[-1] += f" {words}"
        else:
            whole.append(words)
    return whole
