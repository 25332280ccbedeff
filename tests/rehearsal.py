"""The bot as its users run it, and what the mock portal's test interface says of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SAMPLE_AGENCY = Path(__file__).parents[1] / "fixtures" / "sample_agency"
MOCK_PROFILE = Path(__file__).parents[1] / "flows" / "profiles" / "mock.toml"
OFFICER = {"ESAR_BOT_USERNAME": "officer", "ESAR_BOT_PASSWORD": "rehearse-2570"}
BOT_SECONDS = 120


@dataclass(frozen=True)
class MockPortal:
    """A running mock portal and what its test interface says."""

    url: str

    def state(self) -> dict[str, Any]:
        """GET /__test__/state."""
        return dict(httpx.get(f"{self.url}/__test__/state").raise_for_status().json())

    def posts(self) -> int:
        """How many POSTs the portal has seen, the login's included."""
        return int(self.state()["requests"].get("POST", 0))

    def is_untouched(self) -> bool:
        """Whether it has seen no request at all."""
        return not any(self.state()["requests"].values())

    def card(self, round_key: str, number: str) -> dict[str, Any]:
        """One card's state."""
        return dict(self.state()["rounds"][round_key]["cards"][number])

    def edit(self, round_key: str, number: str, **fields: str) -> None:
        """Change a card's fields as another person would."""
        body = {"round": round_key, "indicator": number, "fields": fields}
        httpx.post(f"{self.url}/__test__/edit", json=body).raise_for_status()


@dataclass(frozen=True)
class Ran:
    """What a run of the bot printed, and its exit code."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The JSON on standard output."""
        return dict(json.loads(self.stdout))


def write_profile(file: Path, line: str, instead: str) -> Path:
    """Write the mock portal's profile, but for one of its lines."""
    text = MOCK_PROFILE.read_text(encoding="utf-8")
    assert text.count(f"\n{line}\n") == 1
    file.write_text(text.replace(f"\n{line}\n", f"\n{instead}\n"), encoding="utf-8")
    return file


def environment_of_the_bot(env: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with none of our options but English, the width of a log, and `env`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ESAR_BOT_")}
    return {**clean, "ESAR_BOT_LANG": "en", "PYTHONUTF8": "1", "COLUMNS": "", **env}


def run_bot(*arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run `esar-bot` as a scheduled job does: a process of its own, no terminal, no input."""
    done = subprocess.run(
        [sys.executable, "-m", "esar_bot", *map(str, arguments)],
        env=environment_of_the_bot(env or {}),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=BOT_SECONDS,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
