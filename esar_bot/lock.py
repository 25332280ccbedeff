"""The lock of a round: two runs of one agency and round never overlap.

The operating system holds it, so it ends with its holder, however that ends; who holds it stands beside it.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from esar_bot.calendar import BANGKOK
from esar_bot.errors import PersonNeeded
from esar_bot.language import say
from esar_bot.models import thai_date
from esar_bot.private_files import write_private

LOCK = "run.lock"
HOLDER = "run.json"
PATIENCE_SECONDS = 2  # for somebody who only looks whether a run is going on


@contextmanager
def the_only_run(folder: Path) -> Iterator[None]:
    """Hold the lock of the round whose receipts are in `folder`.

    Raises:
        PersonNeeded: another run holds it; the message says who, and since when.
        OSError: the folder cannot be written.
    """
    with taken_if_free(folder, seconds=PATIENCE_SECONDS) as taken:
        if not taken:
            raise _held(folder)
        yield


@contextmanager
def taken_if_free(folder: Path, seconds: float = 0) -> Iterator[bool]:
    """Hold the lock of a round if nobody does, or ceases to in time; whether it is held by us now.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=seconds)  # an empty file, for whoever else works in the folder
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        write_private(folder / HOLDER, json.dumps(_us(), ensure_ascii=False).encode())
        yield True
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _us() -> dict[str, object]:
    return {
        "user": _user(),
        "host": platform.node(),
        "pid": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (
        OSError,
        KeyError,
        ImportError,
    ):  # what it raises, by version and system, for a user without a name
        return "?"


def _held(folder: Path) -> PersonNeeded:
    return PersonNeeded(
        say("มี esar-bot อีกชุดหนึ่งกำลังทำงานกับรอบนี้", "another run of this round is going on") + _who(folder),
        where=str(folder / LOCK),
        next_step=say("รอจนทำงานเสร็จ แล้วสั่งซ้ำ", "wait until it has ended, then run again"),
    )


def _who(folder: Path) -> str:
    """Who holds the lock, as far as that can be read: its holder may be just beginning, or another user."""
    try:
        holder = json.loads((folder / HOLDER).read_bytes())
        since = datetime.fromisoformat(holder["since"]).astimezone(BANGKOK)
        who = f"{holder['user']}@{holder['host']}, PID {holder['pid']}"
    except (OSError, ValueError, TypeError, KeyError):
        return ""
    return say(
        f" ({who} ตั้งแต่ {thai_date(since.date())} เวลา {since:%H.%M.%S} น.)",
        f" ({who}, since {since:%Y-%m-%d %H:%M:%S} in Bangkok)",
    )
