"""Timing whole processes: wall time, and the peak memory of a process tree by what its members are."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.05
BROWSER, DRIVER, BOT = "browser", "driver", "bot"


@dataclass(frozen=True)
class Measured:
    """One run: wall seconds, and the peak memory in MB (PSS) of bot, Playwright's driver and browser."""

    seconds: float
    memory: Mapping[str, float]


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; the message holds what it said.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peaks = {BOT: 0.0, DRIVER: 0.0, BROWSER: 0.0}
    watcher = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
    watcher.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - started
    watcher.join()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{said}")
    return Measured(seconds, peaks)


def _watch(process: subprocess.Popen[str], peaks: dict[str, float]) -> None:
    """Sample the memory of the tree; systems without /proc give no figures."""
    while process.poll() is None and Path("/proc/self/smaps_rollup").exists():
        now = {BOT: 0.0, DRIVER: 0.0, BROWSER: 0.0}
        for pid in _tree(process.pid):
            kind, megabytes = _memory(pid)
            now[kind] += megabytes
        for kind, megabytes in now.items():
            peaks[kind] = max(peaks[kind], megabytes)
        time.sleep(SAMPLE_SECONDS)


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting.extend(map(int, (task / "children").read_text().split()))
        except OSError:
            continue
    return found


def _memory(pid: int) -> tuple[str, float]:
    try:
        name = Path(f"/proc/{pid}/cmdline").read_text()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return BOT, 0.0
    kind = BROWSER if "chrom" in name.split("\0")[0].lower() else DRIVER if "run-driver" in name else BOT
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return kind, int(line.split()[1]) / 1024
