"""esar-bot, killed at one boundary of its journal: `python -m tests.trust.dying ENTRY MOMENT ARGUMENT …`.

ENTRY counts the journal's entries from 0. MOMENT is `before` it is written (what it tells of has been done),
`torn` (half of it is on the disk) or `after` (what it announces has not begun).
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from esar_bot import journal
from esar_bot.cli import main

MOMENTS = ("before", "torn", "after")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main_until(entry: int, moment: str) -> None:
    """Run the program, but only so far."""
    note, write = journal.Journal.note, journal._write_all

    def torn(descriptor: int, line: bytes) -> None:
        write(descriptor, line[: len(line) // 2])
        os.fsync(descriptor)
        die()

    def watched(self: journal.Journal, event: str, **facts: Any) -> None:
        last = len(self.entries) == entry
        if last and moment == "before":
            die()
        if last and moment == "torn":
            journal._write_all = torn
        note(self, event, **facts)
        if last:
            die()

    journal.Journal.note = watched  # type: ignore[method-assign]
    main()


if __name__ == "__main__":
    number, when = int(sys.argv[1]), sys.argv[2]
    assert when in MOMENTS
    del sys.argv[1:3]
    main_until(number, when)
