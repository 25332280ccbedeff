"""P14: exit codes are an interface; each one that can be reached is reached, by the real program.

Guard: `exit_code` of the classes in `esar_bot.errors`, and `esar_bot.cli.common.guarded`, which gives them to
the shell. Change a number there and its row fails.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from esar_bot.errors import ExitCode
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot, write_profile
from tests.trust.between import BAD_GATEWAY, SAVE, SUBMISSION, Answer, Ask, Between, Exchange, falsified
from tests.trust.conftest import ROUND
from tests.trust.started import start_bot

Submit = Callable[..., Ran]


def test_the_numbers_are_an_interface() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "INTERNAL": 1,
        "USAGE": 2,
        "PRECHECK_FAILED": 3,
        "CHANGES_PENDING": 4,
        "PARTLY_DONE": 5,
        "PERSON_NEEDED": 6,
        "OUTCOME_UNKNOWN": 7,
        "PORTAL_CHANGED": 8,
        "REJECTED": 9,
        "UNAVAILABLE": 10,
        "INTERRUPTED": 130,
    }


def check(workspace: Path, **env: str) -> Ran:
    return run_bot("-C", workspace, "check", "--round", ROUND, env=env)


def test_0_done(workspace: Path) -> None:
    assert check(workspace).code == 0


def test_1_internal_error_asks_to_be_reported(tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise RuntimeError('broken installation')\n", encoding="utf-8")
    ran = run_bot("mock-portal", "--data", tmp_path / "portal", env={"PYTHONPATH": str(tmp_path)})
    assert ran.code == 1
    assert "RuntimeError: broken installation" in ran.stderr
    assert "please report" in ran.stderr


def test_2_usage(workspace: Path) -> None:
    assert check(workspace, ESAR_BOT_ROUND="x", ESAR_BOT_PROFILE="nowhere").code == 2


def test_3_precheck_failed(workspace: Path) -> None:
    card = workspace / ROUND / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("88.40", "เก้าสิบ"), encoding="utf-8")
    assert check(workspace).code == 3


def test_4_changes_pending_where_it_is_asked_for(workspace: Path, portal: MockPortal) -> None:
    command = ("-C", workspace, "plan", "--round", ROUND, "--portal-url", portal.url)
    assert run_bot(*command, "--exit-code", env=OFFICER).code == 4
    assert run_bot(*command, env=OFFICER).code == 0


def test_5_partly_done(submit_12m: Submit, between: Between) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The portal drops what is posted for one of two cards."""
        found = SAVE.search(exchange.path)
        if exchange.method == "POST" and found and found["number"] == "1.2":
            exchange = falsified(exchange, lambda parts: parts[:1])
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 5, ran.stderr
    outcomes = {card["indicator"]: card["outcome"] for card in ran.json["cards"]}
    assert outcomes == {"1.1": "saved", "1.2": "mismatch"}


def test_6_person_needed(workspace: Path) -> None:
    env = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert run_bot("-C", workspace, "credentials", "check", env=env).code == 6


@pytest.mark.parametrize("lost", [SAVE, SUBMISSION], ids=["save", "submission"])
def test_7_outcome_unknown_and_sent_once(
    submit_12m: Submit, between: Between, portal: MockPortal, lost: re.Pattern[str]
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A gateway loses the write."""
        is_lost = exchange.method == "POST" and lost.search(exchange.path)
        return BAD_GATEWAY if is_lost else await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 7, ran.stderr
    assert "HTTP 502" in ran.stderr
    assert len(between.posts(lost)) == len(set(between.posts(lost))), "nothing is sent again"
    assert portal.state()["rounds"][ROUND]["status"] == "draft"


def test_8_the_portal_changed(submit_12m: Submit, tmp_path: Path) -> None:
    profile = write_profile(tmp_path / "last-year.toml", 'open = "open"', 'opened = "open"')
    ran = submit_12m("--dry-run", "--profile", profile)
    assert ran.code == 8, ran.stderr
    assert "[windows]" in ran.stderr, "it says what to mend"


def test_9_rejected(submit_12m: Submit, between: Between) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The portal's own check of what is posted finds a fault."""
        if exchange.method == "POST" and SAVE.search(exchange.path):
            exchange = falsified(
                exchange,
                lambda parts: [
                    part if part.name != "score" else type(part)(part.head, "๙๙".encode()) for part in parts
                ],
            )
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 9, ran.stderr
    assert "กรุณาระบุค่าคะแนนเป็นตัวเลขอารบิก" in ran.stderr, "in the portal's own words"


def test_10_unavailable(submit_12m: Submit) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert submit_12m("--dry-run", "--portal-url", f"http://127.0.0.1:{port}").code == 10


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_130_interrupted(workspace: Path, portal: MockPortal, between: Between) -> None:
    command = ("-C", workspace, "submit", "--round", ROUND, "--yes", "--portal-url", portal.url)
    with start_bot(*command, env=OFFICER) as process:
        while not between.posts(SAVE) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stdout + stderr
    assert "run again at any time" in stderr
    assert "Traceback" not in stderr
