"""P5: killed anywhere and run again, the portal holds what one clean run leaves; no evidence twice.

Guards: `esar_bot.plan.is_same_file` (let it answer False and the second run does not end well),
`esar_bot.refusals.refuse_too_soon` (without it files that are listed late are attached twice) and the
journals that `esar_bot.journal.written_before` reads (without them the file that was being replaced is taken
for somebody else's). That a round is not submitted twice has two: `Plan.is_submitted`, and the reading of
the round in `esar_bot.run.round._submit`; without one the other still holds.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from esar_bot.journal import read_journal
from esar_bot.workspace.template import write_template
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot
from tests.trust.between import (
    BAD_GATEWAY,
    DELETION,
    SAVE,
    SUBMISSION,
    Answer,
    Ask,
    Between,
    Exchange,
    portal_with_between,
)
from tests.trust.conftest import ROUND, add_second_files
from tests.trust.end_state import as_prepared, left_by, revise
from tests.trust.started import start_bot

KILLED = 60
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def kill_during(
    portal: MockPortal, between: Between, workspace: Path, at: re.Pattern[str], arrives: bool
) -> None:
    """Run the bot and SIGKILL it at the first matching post, which arrives at the portal or does not."""
    command = ("-C", workspace, "submit", "--round", ROUND, "--yes", "--portal-url", portal.url)
    victim: list[subprocess.Popen[str]] = []

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        if exchange.method != "POST" or not at.search(exchange.path) or victim[0].poll() is not None:
            return await ask(exchange)
        if not arrives:
            victim[0].kill()
        answer = await ask(exchange) if arrives else BAD_GATEWAY
        victim[0].kill()
        await asyncio.to_thread(victim[0].wait, KILLED)
        return answer

    between.meddle = meddle
    with start_bot(*command, env=OFFICER) as process:
        victim.append(process)
        _stdout, stderr = process.communicate(timeout=120)
    assert process.returncode not in range(11), f"it ended by itself, before it was killed: {stderr}"


@pytest.mark.parametrize(
    ("at", "arrives"),
    [
        pytest.param(SAVE, True, id="a save arrived"),
        pytest.param(SUBMISSION, True, id="the submission arrived"),
        pytest.param(SUBMISSION, False, id="the submission was lost"),
        pytest.param(DELETION, False, id="a replaced file was about to be deleted"),
    ],
)
def test_killed_and_run_again_is_as_one_clean_run(
    submit_12m: Callable[..., Ran],
    workspace: Path,
    portal: MockPortal,
    between: Between,
    at: re.Pattern[str],
    arrives: bool,
) -> None:
    if at is DELETION:
        first = submit_12m("--draft", "--yes")
        assert first.code == 0, first.stderr
        revise(workspace)
    kill_during(portal, between, workspace, at, arrives)

    again = submit_12m("--yes")
    assert again.code == 0, again.stderr
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)
    assert len(between.posts(SUBMISSION)) - (at is SUBMISSION and not arrives) == 1, "submitted once"


def test_files_that_a_portal_lists_late_are_not_attached_twice(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal
) -> None:
    scan = "scan seconds=12 silent=true count=2"
    httpx.post(f"{portal.url}/__test__/faults", json=[scan]).raise_for_status()
    assert submit_12m("--yes").code == 5, "the files are not there, as far as anybody can see"
    scanned = time.monotonic() + 12
    at_once = submit_12m("--yes")
    assert at_once.code == 10, at_once.stderr
    assert "report.pdf" in at_once.json["error"]["what"]
    assert "seconds" in at_once.json["error"]["next_step"]
    time.sleep(max(scanned - time.monotonic(), 0))
    later = submit_12m("--yes")
    assert later.code == 0, later.stderr
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)


ENTRIES = """
    start save save saved saved outcome outcome delete delete deleted deleted submit submitted end
""".split()
BEFORE = ("start", "saved", "deleted", "submitted")
TORN = ("start", "save", "saved", "submit", "submitted")


def boundaries() -> Iterator[tuple[int, str]]:
    """After every entry; before the first, and before one of each kind that tells of a write, done then.

    Before any other entry all is as it was after the last one. Half an entry is left of one of each kind that
    announces or tells of a save or the submission.
    """
    yield from ((number, "after") for number in range(len(ENTRIES)))
    yield from ((ENTRIES.index(event), "before") for event in BEFORE)
    yield from ((ENTRIES.index(event), "torn") for event in TORN)


@pytest.fixture(scope="session")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace revised after its drafts were saved: its texts changed, a file of each card replaced."""
    folder = tmp_path_factory.mktemp("revised")
    write_template(folder / "workspace")
    add_second_files(folder / "workspace")
    with portal_with_between(folder / "portal", folder / "workspace") as (portal, _between):
        first = submit_round(folder / "workspace", portal, "--draft", "--yes")
    assert first.code == 0, first.stderr
    revise(folder / "workspace")
    (folder / "port").write_text(portal.url.rpartition(":")[2])
    return folder


@pytest.fixture
def revised_again(revised: Path, tmp_path: Path) -> Iterator[tuple[Path, MockPortal, Between]]:
    """The same, for one test alone."""
    copy = tmp_path / "revised"
    shutil.copytree(revised, copy)
    port = int((copy / "port").read_text())
    with portal_with_between(copy / "portal", copy / "workspace", port=port) as (portal, between):
        yield copy / "workspace", portal, between


def submit_round(workspace: Path, portal: MockPortal, *options: str) -> Ran:
    command = ("-C", workspace, "submit", "--round", ROUND, "--portal-url", portal.url, "--json")
    return run_bot(*command, *options, env=OFFICER)


def last_journal(workspace: Path) -> Path:
    return max((workspace / "receipts" / ROUND).glob("*/journal.jsonl"))


def test_these_are_all_boundaries_of_the_journal(
    revised_again: tuple[Path, MockPortal, Between],
) -> None:
    workspace, portal, _between = revised_again
    assert submit_round(workspace, portal, "--yes").code == 0
    assert sorted(entry["event"] for entry in read_journal(last_journal(workspace))) == sorted(ENTRIES)


@posix
@pytest.mark.parametrize(("entry", "moment"), list(boundaries()))
def test_killed_at_any_boundary_of_the_journal_and_run_again_is_as_one_clean_run(
    revised_again: tuple[Path, MockPortal, Between], entry: int, moment: str
) -> None:
    workspace, portal, between = revised_again
    command = ("-C", workspace, "submit", "--round", ROUND, "--yes", "--portal-url", portal.url)
    with start_bot(str(entry), moment, *command, env=OFFICER, module="tests.trust.dying") as process:
        _stdout, stderr = process.communicate(timeout=KILLED)
    assert process.returncode == -signal.SIGKILL, stderr

    again = submit_round(workspace, portal, "--yes")
    assert again.code == 0, again.stderr
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)
    assert len(between.posts(SUBMISSION)) == 1, "submitted once"
    without = [path for path in workspace.glob("receipts/*/*/journal.jsonl") if not has_receipt(path)]
    assert [path for path in without if list(read_journal(path))] == [], "every run has left its receipt"


def has_receipt(journal: Path) -> bool:
    return journal.with_name("receipt.json").exists()
