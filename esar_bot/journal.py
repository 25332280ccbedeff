"""The journal: an append-only file per run, synced before and after every write on the portal.

It begins with the receipt as it would be if nothing came of the run, and goes on with what did: enough to
make the receipt at any moment, also after a crash (`esar_bot.receipt.replay`). Texts of the report are in it
as hashes only; of a mismatch both values are kept, as in the receipt.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from esar_bot.errors import EsarBotError, ExitCode
from esar_bot.language import say
from esar_bot.portal import State
from esar_bot.private_files import OWNER_ONLY
from esar_bot.written import Sent, Written, sent_in, written_in

JOURNAL = "journal.jsonl"


class Journal:
    """One run's journal. Each entry is one line of JSON, on disk before `record` returns.

    `entries` are all of them, also those that a full disk did not take; `fault` says why it did not.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / JOURNAL
        self.entries: list[dict[str, object]] = []
        self.fault: OSError | None = None
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)

    def record(self, event: str, **facts: object) -> None:
        """Append what is about to be done, and sync it.

        Raises:
            JournalLost: it is not on the disk; nothing may be done that it would not tell of.
        """
        self.note(event, **facts)
        if self.fault is not None:
            raise JournalLost(self.path, self.fault)

    def note(self, event: str, **facts: object) -> None:
        """Append what has happened, and sync it; what the disk does not take changes nothing of that."""
        entry = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        self.entries.append(entry)
        after_a_cut_line = "\n" if self.fault else ""
        try:
            _write_all(self._file, f"{after_a_cut_line}{json.dumps(entry, ensure_ascii=False)}\n".encode())
            os.fsync(self._file)
        except OSError as error:
            self.fault = error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)


def _write_all(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]


class JournalLost(EsarBotError):
    """The journal cannot be written: nothing more is written on the portal either."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: Path, fault: OSError) -> None:
        super().__init__(
            say(
                f"เขียนบันทึกการทำงานไม่ได้ ({fault.strerror or fault}) จึงไม่บันทึกสิ่งใดบนระบบต่อ",
                f"the journal cannot be written ({fault.strerror or fault}): nothing more is sent",
            ),
            where=str(path),
            next_step=say(
                "ตรวจพื้นที่และสิทธิ์ของโฟลเดอร์ แล้วสั่งซ้ำ", "check the folder's space and rights, then run again"
            ),
        )


def read_journal(path: Path) -> Iterator[dict[str, object]]:
    """The entries of a journal; what a crash cut short, or somebody spoilt, is left out."""
    for line in path.read_bytes().split(b"\n"):
        try:
            entry = json.loads(line)
        except ValueError:  # not JSON, or not even UTF-8 where the cut went through a Thai character
            continue
        if isinstance(entry, dict):
            yield entry


def written_before(receipts: Path, portal: str) -> Written:
    """What earlier runs of a round may have written on this portal, from their journals.

    What was rehearsed on another portal explains nothing on this one.
    """
    return written_in(_entries_on(receipts, portal))


def sent_before(receipts: Path, portal: str) -> dict[str, Sent]:
    """What earlier runs of a round sent to this portal last, and did not read back, by indicator."""
    return sent_in(_entries_on(receipts, portal))


def mended_since_submission(receipts: Path, portal: str) -> bool:
    """Whether we wrote anything to a round on this portal since its assessor returned it.

    A draft from before says nothing: the round may have been submitted by hand since.
    """
    mended = is_returned = False
    for entry in _entries_on(receipts, portal):
        match entry.get("event"):
            case "start":
                is_returned = entry.get("state") == State.RETURNED
                mended = mended and is_returned
            case "submitted":
                mended = False
            case "save" | "delete":
                mended = is_returned
    return mended


def _entries_on(receipts: Path, portal: str) -> Iterator[dict[str, object]]:
    """What the journals of a round's runs on this portal hold, oldest run first."""
    for path in sorted(receipts.glob(f"*/{JOURNAL}")):
        entries = list(read_journal(path))
        if any(entry.get("event") == "start" and entry.get("portal") == portal for entry in entries):
            yield from entries
