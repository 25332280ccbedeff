"""A bot that is started and not waited for, to be interrupted or killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def start_bot(*arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start `esar-bot` as `tests.rehearsal.run_bot` does; what it prints is piped."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ESAR_BOT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "esar_bot", *map(str, arguments)],
        env={**clean, "ESAR_BOT_LANG": "en", "PYTHONUTF8": "1", "COLUMNS": "", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
