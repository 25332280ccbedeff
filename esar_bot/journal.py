"""The journal: an append-only file per run, synced before and after every write on the portal.

It holds hashes and file names, never texts: enough to tell after a crash what may have been written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from esar_bot.private_files import OWNER_ONLY
from esar_bot.written import Written, written_in

JOURNAL = "journal.jsonl"


class Journal:
    """One run's journal. Each entry is one line of JSON, on disk before `record` returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / JOURNAL
        self._file = open(path, "a", encoding="utf-8", opener=_owner_only)  # noqa: SIM115 - open for the run

    def record(self, event: str, **facts: object) -> None:
        """Append an event with its facts and the time, and sync it."""
        entry = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


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
    saves = []
    for path in sorted(receipts.glob(f"*/{JOURNAL}")):
        entries = list(read_journal(path))
        if any(entry.get("event") == "start" and entry.get("portal") == portal for entry in entries):
            saves += [entry for entry in entries if entry.get("event") == "save" and "indicator" in entry]
    return written_in(saves)
