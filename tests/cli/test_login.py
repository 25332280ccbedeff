"""`esar-bot login`: a person signs in by hand in a window, and the other commands use what that leaves."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.desk import Desk, at_a_terminal, set_up_desk, sign_in_as_officer
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no pseudo terminal, no script as a program"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of the test's own."""
    return set_up_desk(tmp_path)


@pytest.fixture
def asking(start_portal: Callable[..., MockPortal], workspace: Path) -> MockPortal:
    """A portal that asks for a code from the officer's phone."""
    return start_portal(workspace, second_step="otp")


def sign_in_by_hand(workspace: Path, asking: MockPortal, desk: Desk) -> tuple[int, str]:
    otp = httpx.get(f"{asking.url}/__test__/otp").raise_for_status().json()["otp"]
    with at_a_terminal("-C", workspace, "login", "--portal-url", asking.url, env=desk.env) as running:
        desk.act(lambda page: sign_in_as_officer(page, otp))
        return running.end()


def submit(workspace: Path, asking: MockPortal, desk: Desk, *options: str, **env: str) -> Ran:
    command = ("-C", workspace, "submit", "--round", "9m", "--json", "--portal-url", asking.url)
    return run_bot(*command, *options, env={**desk.env, **env})


def test_a_login_by_hand_serves_the_other_commands_until_it_is_forgotten(
    workspace: Path, asking: MockPortal, desk: Desk
) -> None:
    assert submit(workspace, asking, desk, "--dry-run").code == 6

    code, said = sign_in_by_hand(workspace, asking, desk)
    assert code == 0, said
    assert "sign in there yourself" in said
    (file,) = desk.files()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["origin"] == asking.url
    assert [cookie["name"] for cookie in kept["state"]["cookies"]] == ["esar_session"]
    assert kept["state"]["cookies"][0]["value"] not in said

    before = file.read_bytes()
    ran = submit(workspace, asking, desk, "--yes")
    assert ran.code == 0, ran.stderr
    assert ran.json["outcome"] == "submitted"
    assert file.read_bytes() == before
    checked = run_bot("-C", workspace, "credentials", "check", "--portal-url", asking.url, env=desk.env)
    assert checked.code == 0, checked.stderr

    forgotten = run_bot("-C", workspace, "logout", "--portal-url", asking.url, env=desk.env)
    assert "forgotten" in forgotten.stderr
    assert desk.files() == []
    assert submit(workspace, asking, desk, "--dry-run").code == 6


@pytest.fixture
def stored(workspace: Path, portal: MockPortal, desk: Desk) -> Path:
    """A stored login that the portal does not take."""
    desk.sessions.mkdir()
    file = desk.sessions / f"http_127.0.0.1_{portal.url.rpartition(':')[2]}.json"
    cookie = {"name": "esar_session", "value": "x" * 43, "domain": "127.0.0.1", "path": "/"}
    whole = {**cookie, "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    state = {"cookies": [whole], "origins": []}
    kept = {"origin": portal.url, "saved_at": "2027-07-11T03:00:00Z", "state": state}
    file.write_text(json.dumps(kept), encoding="utf-8")
    return file


def test_a_stored_login_that_has_ended_is_said(
    workspace: Path, portal: MockPortal, desk: Desk, stored: Path
) -> None:
    ran = submit(workspace, portal, desk, "--dry-run")
    assert ran.code == 6, ran.stderr
    assert "no longer takes the stored login" in ran.stderr
    assert "run esar-bot login" in ran.stderr
    assert portal.posts() == 0


def test_a_known_account_takes_the_place_of_a_stored_login_that_has_ended(
    workspace: Path, portal: MockPortal, desk: Desk, stored: Path
) -> None:
    before = stored.read_bytes()
    ran = submit(workspace, portal, desk, "--dry-run", **OFFICER)
    assert ran.code == 0, ran.stderr
    assert stored.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b'{"origin": 1}', b"\xff\xfe", "another portal's"])
def test_a_damaged_file_is_said_and_passed_over(
    workspace: Path, portal: MockPortal, desk: Desk, stored: Path, content: bytes | str
) -> None:
    if isinstance(content, bytes):
        stored.write_bytes(content)
    else:
        stored.write_text(stored.read_text().replace(portal.url, "https://esar.example.go.th"))
    ran = submit(workspace, portal, desk, "--dry-run", **OFFICER)
    assert ran.code == 0, ran.stderr
    assert "stored login not used" in ran.stderr
    assert "x" * 43 not in ran.stderr


def test_without_a_terminal_nobody_can_sign_in(workspace: Path, desk: Desk) -> None:
    ran = run_bot("-C", workspace, "login", env=desk.env)
    assert ran.code == 6
    assert "on a terminal" in ran.stderr


def test_a_window_that_is_closed_ends_it(workspace: Path, asking: MockPortal, desk: Desk) -> None:
    with at_a_terminal("-C", workspace, "login", "--portal-url", asking.url, env=desk.env) as running:
        desk.act(lambda page: page.close())
        code, said = running.end()
    assert code == 6, said
    assert "window was closed" in said
    assert desk.files() == []


def test_ctrl_c_ends_it(workspace: Path, asking: MockPortal, desk: Desk) -> None:
    with at_a_terminal("-C", workspace, "login", "--portal-url", asking.url, env=desk.env) as running:
        desk.act(lambda page: page.title())
        os.killpg(running.process.pid, signal.SIGINT)
        code, said = running.end()
    assert code == 130, said
    assert "Traceback" not in said
    assert desk.files() == []
