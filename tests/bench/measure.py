"""Measuring whole processes: their wall time, and in runs of their own the peak memory of the tree.

Reading the memory of a browser's processes takes so much of two cores that it would be seen in the time.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SAMPLE_SECONDS = 0.05
BROWSER, DRIVER, BOT = "browser", "driver", "bot"


def seconds_of(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """The wall time of a command, in seconds.

    Raises:
        RuntimeError: it failed; the message holds what it said.
    """
    started = time.perf_counter()
    _finish(_begin(command, environment))
    return time.perf_counter() - started


def memory_of(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, float]:
    """The peak memory of a command in MB (PSS): of itself, of Playwright's driver and of the browser.

    Raises:
        RuntimeError: it failed; the message holds what it said.
    """
    process = _begin(command, environment)
    peaks = {BOT: 0.0, DRIVER: 0.0, BROWSER: 0.0}
    watcher = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
    watcher.start()
    _finish(process)
    watcher.join()
    return peaks


def _begin(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    everything = {**os.environ, **environment}
    return subprocess.Popen(
        command, env=everything, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _finish(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{process.args} ended with {process.returncode}:\n{said}")


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
