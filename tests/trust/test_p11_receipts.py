"""P11: every run leaves a receipt, also one that was stopped or killed; and no two runs of a round overlap.

Guards: `esar_bot.receipt.rebuild_receipts` (without it the killed run below has no receipt), the `except` in
`esar_bot.submission._apply` (without it the interrupted one has none until another run comes), and
`esar_bot.lock.the_only_run` (without it the second run below writes beside the first).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot, write_profile
from tests.trust.between import LOGIN, SAVE, Answer, Ask, Between, Exchange
from tests.trust.conftest import ROUND
from tests.trust.started import start_bot

SECONDS = 60
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither SIGTERM nor SIGKILL")


class Held:
    """The saves of one card wait at the portal's door until they are let in."""

    number = "1.2"

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.let_in = threading.Event()

    async def __call__(self, exchange: Exchange, ask: Ask) -> Answer:
        found = SAVE.search(exchange.path)
        if exchange.method == "POST" and found and found["number"] == self.number:
            self.arrived.set()
            await asyncio.to_thread(self.let_in.wait, SECONDS)
        return await ask(exchange)


@pytest.fixture
def held(between: Between) -> Held:
    held = Held()
    between.meddle = held
    return held


@pytest.fixture
def saving(workspace: Path, portal: MockPortal, held: Held) -> Iterator[subprocess.Popen[str]]:
    """A run that waits for the portal's answer to one card, and may have saved the other."""
    command = ("-C", workspace, "submit", "--round", ROUND, "--yes", "--portal-url", portal.url)
    with start_bot(*command, env=OFFICER) as process:
        try:
            assert held.arrived.wait(SECONDS), process.communicate()[1]
            yield process
        finally:
            held.let_in.set()
            process.kill()


def receipts(workspace: Path) -> list[dict[str, Any]]:
    ran = run_bot("-C", workspace, "receipts", "--json")
    assert ran.code == 0, ran.stderr
    return list(ran.json["receipts"])


def outcomes(receipt: dict[str, Any]) -> dict[str, str]:
    return {card["number"]: card["outcome"] for card in receipt["cards"]}


@posix
def test_a_killed_run_leaves_a_receipt(
    saving: subprocess.Popen[str], held: Held, workspace: Path, submit_12m: Callable[..., Ran]
) -> None:
    saving.kill()
    saving.wait(SECONDS)
    (receipt,) = receipts(workspace)
    assert receipt["rebuilt"]
    assert (receipt["outcome"], receipt["exit_code"]) == ("interrupted", 130)
    assert outcomes(receipt)["1.2"] == "unknown"
    page = next(workspace.glob(f"receipts/{ROUND}/*/receipt.html"))
    assert "การทำงานหยุดลงก่อนจบ" in page.read_text(encoding="utf-8")

    held.let_in.set()
    again = submit_12m("--yes")
    assert again.code == 0, again.stderr
    assert [item["outcome"] for item in receipts(workspace)] == ["submitted", "interrupted"]


@posix
def test_a_card_whose_turn_had_not_come_is_not_told_as_unknown(
    workspace: Path, portal: MockPortal, held: Held, tmp_path: Path
) -> None:
    one_page = write_profile(tmp_path / "one-page.toml", "pages_at_once = 4", "pages_at_once = 1")
    held.number = "1.1"
    command = ("-C", workspace, "submit", "--round", ROUND, "--yes", "--portal-url", portal.url)
    with start_bot(*command, "--profile", one_page, env=OFFICER) as process:
        assert held.arrived.wait(SECONDS)
        process.kill()
        process.wait(SECONDS)
        held.let_in.set()
    (receipt,) = receipts(workspace)
    assert outcomes(receipt) == {"1.1": "unknown", "1.2": "not-reached"}


@posix
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_run_that_is_told_to_end_leaves_a_receipt_at_once(
    saving: subprocess.Popen[str], workspace: Path, how: signal.Signals
) -> None:
    saving.send_signal(how)
    _stdout, stderr = saving.communicate(timeout=SECONDS)
    assert saving.returncode == 130, stderr
    (path,) = workspace.glob(f"receipts/{ROUND}/*/receipt.json")
    assert str(path.with_suffix(".html")) in stderr
    receipt = json.loads(path.read_bytes())
    assert not receipt["rebuilt"]
    assert receipt["outcome"] == "interrupted"
    assert outcomes(receipt)["1.2"] == "unknown"
    saved = list(outcomes(receipt).values()).count("saved")
    assert f"saved and read back: {saved} of 2 indicators; the round was not submitted" in stderr


def test_no_two_runs_of_a_round_overlap(
    saving: subprocess.Popen[str],
    held: Held,
    workspace: Path,
    submit_12m: Callable[..., Ran],
    between: Between,
) -> None:
    second = submit_12m("--yes")
    assert second.code == 6, second.stderr
    assert f"PID {saving.pid}" in second.stderr
    assert "since 2" in second.stderr
    assert between.posts(LOGIN) == ["/login"], "only the first has signed in"
    assert receipts(workspace) == [], "what is going on is not told as if it were over"

    dry = submit_12m("--dry-run")
    assert dry.code == 0, "looking is always possible"
    held.let_in.set()
    _stdout, stderr = saving.communicate(timeout=SECONDS)
    assert saving.returncode == 0, stderr
    assert [item["outcome"] for item in receipts(workspace)] == ["submitted"]
    third = submit_12m("--yes")
    assert (third.code, third.json["outcome"]) == (0, "nothing-to-do")
