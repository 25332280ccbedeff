"""What goes wrong for people gives one clear message, its exit code, and no stack trace."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal import OFFICER, MockPortal, Ran, environment_of_the_bot, run_bot, write_profile

Submit = Callable[..., Ran]


def assert_clear(ran: Ran, code: int, *words: str) -> None:
    """One message that names what happened and what to do, on standard error only."""
    assert ran.code == code, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("✗") == 1, ran.stderr
    assert "do: " in ran.stderr
    for word in words:
        assert word in ran.stderr


def test_a_wrong_password_is_tried_once(submit: Submit, portal: MockPortal, workspace: Path) -> None:
    ran = submit("--yes", env={"ESAR_BOT_PASSWORD": "not-the-password"})
    assert_clear(ran, 6, "refused the account", "ไม่ถูกต้อง", "esar-bot credentials set")
    (picture,) = (workspace / "problems").glob("9m-*.jpg")
    assert picture.read_bytes().startswith(b"\xff\xd8")
    assert os.name == "nt" or stat.S_IMODE(picture.stat().st_mode) == 0o600
    assert f"picture: {picture}" in ran.stderr
    assert ran.json["error"]["picture"] == str(picture)
    assert portal.posts() == 1
    assert "not-the-password" not in ran.stdout + ran.stderr


def test_a_closed_round(start_portal: Callable[..., MockPortal], workspace: Path) -> None:
    portal = start_portal(workspace, closed=frozenset({"9m"}))
    ran = run_bot(
        "-C", workspace, "submit", "--round", "9m", "--yes", "--portal-url", portal.url, env=OFFICER
    )
    assert_clear(ran, 9, "no longer takes reports")
    assert portal.posts() == 1


def test_an_unreachable_portal(workspace: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run_bot(
        "-C",
        workspace,
        "submit",
        "--round",
        "9m",
        "--dry-run",
        "--portal-url",
        f"http://127.0.0.1:{port}",
        env=OFFICER,
    )
    assert_clear(ran, 10, "does not answer", "network")
    assert "Page.goto" not in ran.stderr, "the reason alone, not our call"


def test_a_missing_browser(submit: Submit, portal: MockPortal) -> None:
    ran = submit("--yes", env={"ESAR_BOT_BROWSER": "/nowhere/browser"})
    assert_clear(ran, 2, "/nowhere/browser")
    assert portal.posts() == 0


def test_a_browser_that_does_not_start(submit: Submit) -> None:
    ran = submit("--yes", env={"ESAR_BOT_BROWSER": sys.executable})
    assert_clear(ran, 2, "does not start", "esar-bot setup")


def test_no_account_without_a_terminal(workspace: Path, portal: MockPortal) -> None:
    ran = run_bot(
        "-C",
        workspace,
        "submit",
        "--round",
        "9m",
        "--yes",
        "--portal-url",
        portal.url,
        env={"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
    )
    assert_clear(ran, 6, "ESAR_BOT_USERNAME")
    assert portal.is_untouched()


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    assert_clear(run_bot("-C", tmp_path, "check"), 2, "esar.toml", "esar-bot init")


def test_no_portal_named(workspace: Path) -> None:
    settings = workspace / "esar.toml"
    settings.write_text("fiscal_year = 2570\n", encoding="utf-8")
    assert_clear(run_bot("-C", workspace, "submit", "--round", "9m", "--dry-run"), 2, "no portal is named")


def test_plain_http_to_another_machine_is_refused(workspace: Path) -> None:
    ran = run_bot(
        "-C", workspace, "submit", "--round", "9m", "--dry-run", "--portal-url", "http://esar.example.go.th"
    )
    assert ran.code == 2
    assert "https://" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_fault_in_the_folder_stops_before_the_portal(
    submit: Submit, workspace: Path, portal: MockPortal
) -> None:
    card = workspace / "9m" / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("86.75", "abc"), encoding="utf-8")
    ran = submit("--yes")
    assert ran.code == 3
    assert "9m/1.1.yaml:8" in ran.stderr
    assert [found["line"] for found in ran.json["findings"] if found["level"] == "error"][:1] == [8]
    assert portal.is_untouched()


def test_a_fault_in_the_folder_is_all_that_is_said_where_a_browser_is_missing_too(
    submit: Submit, workspace: Path
) -> None:
    (workspace / "9m" / "1.1.yaml").unlink()
    ran = submit("--yes", env={"ESAR_BOT_BROWSER": "/nowhere/browser"})
    assert ran.code == 3, ran.stderr
    assert "1.1" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "/nowhere/browser" not in ran.stderr


@pytest.mark.parametrize(
    "command", [["check", "--round", "9m"], ["mock-portal", "--data", "portal"]], ids=["check", "mock-portal"]
)
def test_a_day_that_is_none(workspace: Path, tmp_path: Path, command: list[str]) -> None:
    ran = run_bot("-C", workspace, *command, "--today", "nonsense", cwd=tmp_path)
    assert_clear(ran, 2, "nonsense", "--today", "2027-07-15")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ran = run_bot("mock-portal", "--data", tmp_path / "portal", "--port", port)
    assert_clear(ran, 2, port, "--port 0")


def test_nobody_listening_changes_nothing(workspace: Path, portal: MockPortal) -> None:
    """As behind `2>&1 | head`, which has seen enough."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [
        "--log-level",
        "debug",
        "submit",
        "--round",
        "12m",
        "--yes",
        "--json",
        "--portal-url",
        portal.url,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "esar_bot", "-C", workspace, *command],
        env=environment_of_the_bot(OFFICER),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=writing,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] == "submitted"
    assert portal.state()["rounds"]["12m"]["status"] == "submitted"


def test_a_workspace_is_not_written_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "ร่าง.docx"
    file.write_text("ของเดิม", encoding="utf-8")
    assert_clear(run_bot("init", file), 2, "is a file", "new or an empty folder")
    assert file.read_text(encoding="utf-8") == "ของเดิม"


def test_pretending_a_day_needs_a_rehearsal_portal(workspace: Path, tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "real.toml", "rehearsal = true", "rehearsal = false")
    ran = run_bot("-C", workspace, "check", "--profile", profile, "--today", "2027-07-15")
    assert_clear(ran, 2, "--today")


@pytest.mark.parametrize("arguments", [["submit", "--round", "7m", "--dry-run"], ["check", "--round", "x"]])
def test_an_unknown_round(workspace: Path, arguments: list[str]) -> None:
    assert_clear(run_bot("-C", workspace, *arguments), 2, "there is no round", "3m, 6m, 9m, 12m")


def test_an_unknown_option_is_a_usage_error(workspace: Path) -> None:
    ran = run_bot("-C", workspace, "submit", "--rond", "9m")
    assert ran.code == 2
    assert "--rond" in ran.stderr
