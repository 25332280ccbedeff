"""What the commands share: options, and the way from an error to a message and an exit code."""

from __future__ import annotations

import functools
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, ParamSpec

import typer

from esar_bot.errors import EsarBotError, ExitCode, UsageError
from esar_bot.language import say

Parameters = ParamSpec("Parameters")
AUTO = "auto"

LogFormatOption = Annotated[
    Literal["auto", "pretty", "json"],
    typer.Option(envvar="ESAR_BOT_LOG_FORMAT", help=say("รูปแบบบันทึกการทำงาน", "How logs are written.")),
]
LogLevelOption = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option(envvar="ESAR_BOT_LOG_LEVEL", help=say("ระดับบันทึกการทำงาน", "Which logs are written.")),
]
RoundOption = Annotated[
    str,
    typer.Option(
        "--round",
        metavar="ROUND",
        envvar="ESAR_BOT_ROUND",
        help=say(
            "รอบรายงาน: 3m 6m 9m 12m หรือ auto (รอบที่เปิดอยู่วันนี้ หากไม่มี check และ preview ใช้รอบถัดไป)",
            "The round: 3m 6m 9m 12m, or auto (the one open today; else check and preview take the next).",
        ),
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        envvar="ESAR_BOT_PROFILE",
        help=say("โปรไฟล์ของระบบ แทนค่าใน esar.toml", "The portal's profile, instead of esar.toml's."),
    ),
]
PortalUrlOption = Annotated[
    str | None,
    typer.Option(
        "--portal-url",
        metavar="URL",
        envvar="ESAR_BOT_PORTAL_URL",
        help=say("ที่อยู่ของระบบ แทนค่าในโปรไฟล์", "The portal's address, instead of the profile's."),
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        envvar="ESAR_BOT_JSON",
        help=say("พิมพ์ผลเป็น JSON ทาง stdout", "Print the result as JSON on standard output."),
    ),
]
TodayOption = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="DATE",
        envvar="ESAR_BOT_TODAY",
        help=say(
            "ซ้อมเสมือนเป็นวันที่นี้ (ใช้กับระบบจำลองเท่านั้น)",
            "Rehearse as if it were this day (rehearsal portals only).",
        ),
    ),
]
HeadedOption = Annotated[
    bool,
    typer.Option(
        "--headed", envvar="ESAR_BOT_HEADED", help=say("แสดงหน้าต่างเบราว์เซอร์", "Show the browser's window.")
    ),
]


@dataclass(frozen=True)
class Common:
    """The options that stand before the command."""

    directory: Path
    log_format: Literal["auto", "pretty", "json"]
    log_level: str


def guarded(command: Callable[Parameters, int | None]) -> Callable[Parameters, None]:
    """Turn what a command returns or raises into a message and an exit code, without a stack trace."""

    @functools.wraps(command)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        from esar_bot.log import configure_logs

        common = getattr(options.get("context"), "obj", None)
        if isinstance(common, Common):
            configure_logs(common.log_format, common.log_level)
        try:
            code = command(*arguments, **options) or ExitCode.DONE
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - none is silent: each has its words
            code = _say_what_happened(error, common, as_json=bool(options.get("as_json")))
        raise typer.Exit(int(code))

    return run


def _say_what_happened(error: Exception | KeyboardInterrupt, common: object, *, as_json: bool) -> int:
    """Show what ended a command, and give its exit code; only what nobody foresaw with its trace."""
    from esar_bot.cli import output  # not before: most of a command's time to start would be this
    from esar_bot.cli.problems import keep_picture

    match error:
        case EsarBotError():
            workspace = common.directory if isinstance(common, Common) else Path()
            output.show_error(error, as_json=as_json, picture=keep_picture(workspace, "login", error))
            return error.exit_code
        case KeyboardInterrupt() | typer.Abort():
            output.show_interrupted()
            return ExitCode.INTERRUPTED
        case OSError():
            output.show_error(unusable_file(error), as_json=as_json)
            return ExitCode.USAGE
        case _:
            output.show_internal(error, as_json=as_json)
            return ExitCode.INTERNAL


def unusable_file(error: OSError) -> UsageError:
    """A file or folder that cannot be read or written, in words."""
    return UsageError(
        say(
            f"อ่านหรือเขียนแฟ้มไม่ได้: {error.strerror or error}",
            f"a file cannot be read or written: {error.strerror or error}",
        ),
        where=str(error.filename or ""),
        next_step=say(
            "ตรวจสิทธิ์และพื้นที่ของโฟลเดอร์ แล้วสั่งซ้ำ", "check the folder's rights and space, then run again"
        ),
    )


def is_terminal() -> bool:
    """Whether a person can be asked."""
    streams = (sys.stdin, sys.stderr)  # None where a service closed them
    return all(stream is not None and stream.isatty() for stream in streams)


@contextmanager
def loading() -> Iterator[None]:
    """While modules load, no garbage is looked for: there is hardly any; it takes an eighth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what was loaded stays until the end: nor is it looked through later
        gc.enable()


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """While a person is asked, Ctrl-C ends the run; asyncio would hold it back until there is an answer."""
    held_back = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, held_back)


def pretended_day(written: str) -> date:
    """The day that a rehearsal pretends.

    Raises:
        UsageError: it is no date.
    """
    from esar_bot.models.quantities import parse_date

    try:
        return parse_date(written)
    except ValueError as error:
        raise UsageError(
            str(error),
            where="--today",
            next_step=say("เขียนเช่น --today 2027-07-15", "write for example --today 2027-07-15"),
        ) from error


def rehearsal_day(today: str | None, *, rehearsal: bool) -> date:
    """Today in Bangkok, or the day a rehearsal pretends.

    Raises:
        UsageError: a pretended day with a portal that is no rehearsal, or one that is no date.
    """
    from esar_bot.calendar import today_in_bangkok

    if today is None:
        return today_in_bangkok()
    if not rehearsal:
        raise UsageError(
            say("--today ใช้ได้กับระบบจำลองเท่านั้น", "--today is for rehearsal portals only"),
            next_step=say(
                "ลบ --today หรือตัวแปร ESAR_BOT_TODAY", "remove --today or the variable ESAR_BOT_TODAY"
            ),
        )
    return pretended_day(today)
