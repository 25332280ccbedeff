"""What the tests of the tooling share: the checkout, its workflows, and programs run without a terminal."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def workflows() -> dict[str, dict[str, Any]]:
    """Every workflow of the repository, by file name."""
    yaml = YAML(typ="safe")
    return {path.name: yaml.load(path) for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """This process's environment as on a CI machine: our programs first, no variable of esar-bot's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ESAR_BOT_", "PYTEST_"))
    }
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"):
        kept.pop(name, None)
    return kept | {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]), "CI": "true"}


@pytest.fixture(scope="session")
def run(clean_environment):
    """Run a program with standard input closed and no terminal, and give what it printed."""

    def run(
        *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, timeout: float = 240
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(clean_environment if env is None else env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    return run
