"""esar-bot, ended at an entry of its journal: `python -m tests.chaos.ended ENTRY MOMENT HOW ARGUMENT …`.

ENTRY and MOMENT are those of `tests.trust.dying`, HOW one of the scenario's endings. All but SIGKILL, which
has every moment, strike after the entry.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

from esar_bot import journal
from esar_bot.cli import main
from tests.chaos.scenario import BROWSER, SIGKILL
from tests.trust import dying

BROWSER_GONE = "the browser's processes were killed:"


def end(pid: int, how: str) -> int:
    """Do it to the bot of that process id; how many processes were struck."""
    if how != BROWSER:
        os.kill(pid, signal.Signals[how])
        return 1
    struck = 0
    for process in _below_the_driver(pid):
        with suppress(ProcessLookupError):  # a browser's other processes end with its first
            os.kill(process, signal.SIGKILL)
            struck += 1
    return struck


def _below_the_driver(pid: int) -> list[int]:
    """The browser's processes: those that the bot's own children, Playwright's driver, have started."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    generation = [process for process, parent in pairs if parent == pid]
    found: list[int] = []
    while generation:
        generation = [process for process, parent in pairs if parent in generation]
        found += generation
    return found


def main_ended(entry: int, how: str) -> None:
    """Run the program, and end it after that entry."""
    note = journal.Journal.note

    def watched(self: journal.Journal, event: str, **facts: Any) -> None:
        note(self, event, **facts)
        if len(self.entries) == entry + 1:
            struck = end(os.getpid(), how)
            if how == BROWSER:
                print(BROWSER_GONE, struck, file=sys.stderr)

    journal.Journal.note = watched  # type: ignore[method-assign]
    main()


if __name__ == "__main__":
    at, moment, way = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    del sys.argv[1:4]
    if way == SIGKILL:
        dying.main_until(at, moment)
    else:
        main_ended(at, way)
