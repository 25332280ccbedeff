"""A bot that is started and not waited for, to be interrupted or killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.rehearsal import environment_of_the_bot


def start_bot(
    *arguments: str | Path, env: Mapping[str, str] | None = None, module: str = "esar_bot"
) -> subprocess.Popen[str]:
    """Start `esar-bot` as `tests.rehearsal.run_bot` does; what it prints is piped."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=environment_of_the_bot(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
