"""Shared fixtures: a mock portal on a real socket, the bot as its users run it, a witness's browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from esar_bot.workspace.template import write_template
from flows.browser import installed_browser
from mock_portal.app import create_app
from mock_portal.server import running
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The witness uses an installed browser where Playwright's own is not there."""
    installed = installed_browser(headless=True)
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    if installed is None or any(own.glob("chromium*")):
        return browser_type_launch_args
    return {**browser_type_launch_args, "executable_path": str(installed)}


@pytest.fixture
def start_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., MockPortal]]:
    """Starts mock portals for a workspace; options are those of `create_app`."""
    open_portals = []

    def start(workspace: Path, **options: Any) -> MockPortal:
        app = create_app(tmp_path_factory.mktemp("portal"), workspace, test_api=True, **options)
        context = running(app)
        open_portals.append(context)
        return MockPortal(context.__enter__())

    yield start
    for context in reversed(open_portals):
        context.__exit__(None, None, None)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A small workspace of two indicators that passes the check."""
    folder = tmp_path / "หน่วยงาน 2570"
    write_template(folder)
    return folder


@pytest.fixture
def portal(start_portal: Callable[..., MockPortal], workspace: Path) -> MockPortal:
    """A mock portal for the small workspace."""
    return start_portal(workspace)


@pytest.fixture
def submit(workspace: Path, portal: MockPortal) -> Callable[..., Ran]:
    """Runs `submit --round 9m --json` on the small workspace against its portal, signed in as the officer."""

    def run(*options: str, round_key: str = "9m", env: Mapping[str, str] | None = None) -> Ran:
        return run_bot(
            "-C",
            workspace,
            "submit",
            "--round",
            round_key,
            "--portal-url",
            portal.url,
            "--json",
            *options,
            env={**OFFICER, **(env or {})},
        )

    return run
