"""P12: without a terminal nothing waits for a person; it ends in seconds, with an exit code and what to do.

Guards: `esar_bot.credentials._bounded` (a keyring that hangs, also while it is looked for),
`esar_bot.cli.common.is_terminal` (nobody is asked) and `flows.session.Session.signs` (a CAPTCHA, an OTP and
ThaID are seen for what they are: without it they are waited for as long as for a page, 30 s).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desk import NO_KEYRING, at_a_terminal
from tests.rehearsal import OFFICER, MockPortal, environment_of_the_bot, run_bot
from tests.trust.between import Between, portal_with_between

posix = pytest.mark.skipif(
    os.name == "nt",
    reason="Windows has no pseudo terminal, no SIGINT for one process or group, no shell script as a program",
)
SECONDS = 25  # 3 for the keyring, the rest to start on a busy machine
HANGING = """
import time
from keyring.backend import KeyringBackend
{at_import}
class Keyring(KeyringBackend):
    priority = 9
    def get_password(self, service, username):
        time.sleep(600)
    set_password = delete_password = get_password
"""


@pytest.fixture(params=["when asked", "when looked for"])
def locked_keyring(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An environment whose keyring waits for somebody to unlock it."""
    at_import = "time.sleep(600)" if request.param == "when looked for" else ""
    (tmp_path / "locked_keyring.py").write_text(HANGING.format(at_import=at_import), encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "locked_keyring.Keyring"}


@pytest.mark.parametrize(
    "command",
    [["submit", "--round", "12m", "--yes"], ["credentials", "check"], ["credentials", "delete"]],
    ids=" ".join,
)
def test_a_locked_keyring_is_given_up(
    workspace: Path, portal: MockPortal, between: Between, locked_keyring: dict[str, str], command: list[str]
) -> None:
    started = time.monotonic()
    ran = run_bot("-C", workspace, *command, "--portal-url", portal.url, env=locked_keyring)
    assert time.monotonic() - started < SECONDS
    assert ran.code == 6, ran.stderr
    assert "ESAR_BOT_USERNAME" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert between.seen == [], "the portal was not asked for it"


def test_with_an_account_in_the_environment_the_keyring_is_not_asked(
    workspace: Path, tmp_path: Path, locked_keyring: dict[str, str]
) -> None:
    started = time.monotonic()
    nobody = "http://127.0.0.1:9"
    env = {**locked_keyring, **OFFICER, "ESAR_BOT_BROWSER": "/nowhere"}
    ran = run_bot("-C", workspace, "submit", "--round", "12m", "--yes", "--portal-url", nobody, env=env)
    assert ran.code == 2, ran.stderr
    assert "/nowhere" in ran.stderr
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    ("command", "code"),
    [(["credentials", "set"], 6), (["submit", "--round", "12m"], 2)],
    ids=["credentials set", "submit without --yes"],
)
def test_what_needs_an_answer_says_so_at_once(workspace: Path, command: list[str], code: int) -> None:
    started = time.monotonic()
    ran = run_bot("-C", workspace, *command)
    assert time.monotonic() - started < SECONDS
    assert ran.code == code, ran.stderr
    assert "do: " in ran.stderr


@posix
def test_a_closed_standard_input_is_no_terminal(workspace: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" <&-', sys.executable, "-m", "esar_bot", "-C", workspace, "submit"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "ESAR_BOT_LANG": "en"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "--yes" in done.stderr


@pytest.mark.parametrize("step", ["captcha", "otp", "thaid"])
def test_what_a_login_asks_of_a_person_ends_the_run(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory, step: str
) -> None:
    with portal_with_between(tmp_path_factory.mktemp("asking"), workspace, second_step=step) as (
        asking,
        seen,
    ):
        command = ["submit", "--round", "12m", "--yes", "--portal-url", asking.url]
        started = time.monotonic()
        ran = run_bot("-C", workspace, *command, env=OFFICER)
        assert time.monotonic() - started < SECONDS
        assert ran.code == 6, ran.stderr
        assert "asks for a person" in ran.stderr
        assert "run esar-bot login" in ran.stderr
        assert seen.posts() == ["/login"] * (step == "otp"), "tried once, and only where there is a password"


@posix
@pytest.mark.parametrize(
    ("env", "question"),
    [(OFFICER, "Save and submit"), (NO_KEYRING, "user name")],
    ids=["whether to submit", "the account"],
)
def test_ctrl_c_at_a_question_ends_the_run(
    workspace: Path, portal: MockPortal, env: dict[str, str], question: str
) -> None:
    command = ["-C", workspace, "submit", "--round", "12m", "--portal-url", portal.url]
    with at_a_terminal(*command, env=env) as running:
        running.wait_for(question)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(SECONDS) == 130
    assert not [card for card in portal.state()["rounds"]["12m"]["cards"].values() if card["saves"]]


@posix
def test_whoever_declines_is_told_that_nothing_was_written(workspace: Path, portal: MockPortal) -> None:
    command = ["-C", workspace, "submit", "--round", "12m", "--portal-url", portal.url]
    with at_a_terminal(*command, env=OFFICER) as running:
        running.wait_for("Save and submit")
        running.answer("n")
        assert running.process.wait(SECONDS) == 130, "not done is not 0"
    assert not [card for card in portal.state()["rounds"]["12m"]["cards"].values() if card["saves"]]


@posix
def test_nobody_is_asked_for_what_no_keyring_will_keep(workspace: Path) -> None:
    with at_a_terminal("-C", workspace, "credentials", "set", env=NO_KEYRING) as running:
        code, said = running.end()
    assert code == 6
    assert "ESAR_BOT_USERNAME" in said
    assert "user name for" not in said


@contextmanager
def group_of_its_own(*command: str | Path, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """esar-bot as a shell starts it from a terminal, whose Ctrl-C the browser's driver hears, too."""
    with subprocess.Popen(
        [sys.executable, "-m", "esar_bot", *command],
        env=environment_of_the_bot({**OFFICER, **env}),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def assert_interrupted(process: subprocess.Popen[str]) -> None:
    """After Ctrl-C it ends at once, and says no more than that."""
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, said
    assert "interrupted" in said
    assert "future" not in said


@posix
@pytest.mark.parametrize(
    "command", [["submit", "--round", "12m", "--dry-run"], ["credentials", "check"]], ids=" ".join
)
def test_ctrl_c_on_a_terminal_is_an_interruption_also_when_the_driver_hears_it(
    workspace: Path, command: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with group_of_its_own("-C", workspace, *command, "--portal-url", url, env={}) as process:
            silent.settimeout(SECONDS)
            with silent.accept()[0]:
                assert_interrupted(process)


@pytest.fixture
def hanging_browser(tmp_path: Path) -> Path:
    """A browser that never says that it has started; it leaves a file beside it once it is called."""
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\ntouch "$0.called"\nexec sleep 40\n')
    browser.chmod(0o755)
    return browser


@posix
def test_ctrl_c_while_the_browser_starts(workspace: Path, hanging_browser: Path) -> None:
    command = ["-C", workspace, "submit", "--round", "12m", "--dry-run"]
    with group_of_its_own(*command, env={"ESAR_BOT_BROWSER": str(hanging_browser)}) as process:
        called = hanging_browser.with_suffix(".called")
        while not called.exists():
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        assert_interrupted(process)


@posix
def test_a_slip_of_the_pen_is_not_answered_by_a_browser_that_hangs(
    tmp_path: Path, hanging_browser: Path
) -> None:
    started = time.monotonic()
    ran = run_bot("-C", tmp_path, "submit", "--dry-run", env={"ESAR_BOT_BROWSER": str(hanging_browser)})
    assert ran.code == 2
    assert "esar.toml" in ran.stderr
    assert time.monotonic() - started < SECONDS
