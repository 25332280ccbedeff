"""The scheduled job's own steps, run as a runner runs them, against a portal on this machine."""

import json
import re
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from tests.ci.runner import FAILURE, SKIPPED, SUCCESS, Runner

TODAY, ROUND, NUMBER = "2027-07-15", "9m", "1.2"
NO_ROUND_IS_OPEN = "2027-02-10"
PASSWORD = "rehearse-2570"


class Portal:
    """A mock portal in a process of its own."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        command = [
            "esar-bot",
            "mock-portal",
            "--port",
            "0",
            "--data",
            str(data),
            "--test-api",
            "--today",
            TODAY,
        ]
        self.process = subprocess.Popen(
            command,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.said: list[str] = []
        urls: Queue[str] = Queue()
        threading.Thread(target=self._listen, args=(urls,), daemon=True).start()
        self.url = urls.get(timeout=60)
        assert self.url, "".join(self.said)

    def _listen(self, urls: "Queue[str]") -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                urls.put(found[0])
        urls.put("")

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/__test__/state", timeout=30) as answer:
            return json.load(answer)

    def edit(self, number: str, **fields: str) -> None:
        """Change a card of the round as another person would."""
        body = json.dumps({"round": ROUND, "indicator": number, "fields": fields}).encode()
        json_body = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/__test__/edit", body, json_body)
        urllib.request.urlopen(request, timeout=30).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Path:
    """The workspace as it is in the repository, one folder down; no run writes into this one."""
    copy = tmp_path / "repository" / "agency"
    shutil.copytree(
        root / "fixtures" / "sample_agency", copy, ignore=shutil.ignore_patterns("previews", "receipts")
    )
    return copy


@pytest.fixture
def portal(tmp_path: Path, clean_environment: dict[str, str]) -> Iterator[Portal]:
    portal = Portal(tmp_path / "portal", clean_environment)
    yield portal
    portal.stop()


@pytest.fixture
def start_run(workflows, workspace, portal, run, clean_environment, tmp_path):
    """Starts a run of the workflow, on the day it is told."""
    values = {
        "inputs.round || 'auto'": "auto",
        "vars.ESAR_BOT_WORKSPACE || '.'": workspace.name,
        "secrets.ESAR_BOT_USERNAME": "officer",
        "secrets.ESAR_BOT_PASSWORD": PASSWORD,
    }
    started = []

    def start_run(today: str = TODAY) -> Runner:
        started.append(today)
        # what stands in the workspace's esar.toml, or is the day of the run
        given = {"ESAR_BOT_PORTAL_URL": portal.url, "ESAR_BOT_TODAY": today}
        return Runner(
            workflows["submit-before-deadline.yml"],
            workspace.parent,
            tmp_path / f"run-{len(started)}",
            values,
            clean_environment | given,
            run,
        )

    return start_run


def kept(run: Runner) -> list[str]:
    """The names of the artifacts."""
    return sorted(path.name for path in run.artifacts.iterdir())


def change_report(workspace: Path) -> None:
    card = workspace / ROUND / f"{NUMBER}.yaml"
    text = card.read_text("utf-8")
    assert "ประชาชน 120 คน" in text
    card.write_text(text.replace("ประชาชน 120 คน", "ประชาชน 128 คน"), "utf-8")


def test_rehearsal_keeps_plan_and_preview_and_writes_nothing(start_run, portal):
    run = start_run()
    rehearsal = run.run_job("rehearse")

    assert (rehearsal.result, len(rehearsal.said)) == (SUCCESS, 2)
    assert run.outputs["needs.rehearse.outputs.pending"] == "yes"
    assert kept(run) == ["plan-1", "preview-1"]
    assert [path.name for path in (run.artifacts / "plan-1").iterdir()] == ["plan.json"]
    assert [path.name for path in (run.artifacts / "preview-1").iterdir()] == [f"{ROUND}.html"]
    state = portal.state()
    assert state["requests"]["POST"] == 1, "only the login"
    assert {each["status"] for each in state["rounds"].values()} <= {"empty", "draft"}
    for each in state["rounds"].values():
        assert each["confirmation"] is None
        assert not any(card["saves"] or card["evidence"] for card in each["cards"].values())


def test_the_plan_is_submitted_once_and_a_further_run_asks_nobody(start_run, portal):
    run = start_run()
    jobs = [run.run_job("rehearse"), run.run_job("submit")]

    assert [job.result for job in jobs] == [SUCCESS, SUCCESS], jobs
    first = portal.state()
    assert first["rounds"][ROUND]["status"] == "submitted"
    assert kept(run) == ["plan-1", "preview-1", "receipt-1"]
    files = [path for path in run.artifacts.rglob("*") if path.is_file()]
    confirmation = first["rounds"][ROUND]["confirmation"]
    receipts = [path for path in files if "receipt-1" in path.parts]
    assert any(confirmation in path.read_text("utf-8", errors="ignore") for path in receipts)
    assert not any(PASSWORD in said for job in jobs for said in job.said)
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]

    run.attempt = 2
    alone = run.run_job("submit")
    assert alone.result == SUCCESS, "run again alone, it has the plan that was approved"

    further = start_run()
    assert further.run_job("rehearse").result == SUCCESS
    assert further.run_job("submit").result == SKIPPED
    assert further.outputs["needs.rehearse.outputs.pending"] == "no"
    assert kept(further) == ["preview-1"]
    again = portal.state()
    assert again["rounds"] == first["rounds"]
    assert again["requests"]["POST"] == first["requests"]["POST"] + 2, "only the two logins"


def test_a_stale_plan_fails_the_job_with_what_has_changed_and_nothing_is_written(start_run, portal):
    run = start_run()
    run.run_job("rehearse")
    portal.edit(NUMBER, obstacles="เพิ่มโดยผู้อื่น")
    before = portal.state()

    submission = run.run_job("submit")

    assert submission.result == FAILURE
    assert "แผนนี้ใช้ไม่ได้แล้ว" in submission.said[-1]
    assert f"ตัวชี้วัด {NUMBER} บนระบบ" in submission.said[-1]
    after = portal.state()
    assert after["rounds"] == before["rounds"]
    assert after["requests"]["POST"] == before["requests"]["POST"] + 1, "only the login"
    assert not list(run.artifacts.rglob("journal.jsonl")), "it got no further than the plan"


def test_with_no_round_open_it_is_green_and_nobody_is_asked(start_run, portal, workspace):
    (workspace / "6m" / f"{NUMBER}.yaml").unlink()  # the next round, not finished yet
    run = start_run(NO_ROUND_IS_OPEN)

    rehearsal = run.run_job("rehearse")

    assert rehearsal.result == SUCCESS, rehearsal.said
    assert f"✗ 6m/{NUMBER}.yaml" in rehearsal.said[0], "what the coming round lacks is shown all the same"
    assert run.run_job("submit").result == SKIPPED
    assert not run.artifacts.exists()
    assert not any(portal.state()["requests"].values())


def test_faults_in_the_open_round_fail_the_rehearsal_and_nothing_is_planned(start_run, portal, workspace):
    (workspace / ROUND / f"{NUMBER}.yaml").unlink()
    run = start_run()

    rehearsal = run.run_job("rehearse")

    assert rehearsal.result == FAILURE
    assert f"✗ {ROUND}/{NUMBER}.yaml" in rehearsal.said[-1]
    assert "จึงยังไม่เปิดระบบ" in rehearsal.said[-1]
    assert run.run_job("submit").result == SKIPPED
    assert not run.artifacts.exists()
    assert portal.state()["requests"].get("POST", 0) == 0


def test_what_an_earlier_run_wrote_is_known_only_by_its_receipts(
    start_run, portal, workspace, run, clean_environment, tmp_path
):
    earlier = tmp_path / "earlier"
    shutil.copytree(workspace, earlier)
    account = {"ESAR_BOT_USERNAME": "officer", "ESAR_BOT_PASSWORD": PASSWORD}
    draft = ("submit", "--round", ROUND, "--draft", "--yes", "--portal-url", portal.url)
    saved = run("esar-bot", "-C", earlier, *draft, env=clean_environment | account)
    assert saved.returncode == 0, saved.stdout
    change_report(workspace)

    without = start_run()
    rehearsal = without.run_job("rehearse")
    assert rehearsal.result == FAILURE
    assert f"ระบบมีข้อมูลที่ผู้อื่นบันทึกไว้ในตัวชี้วัด {NUMBER}" in rehearsal.said[-1]
    assert kept(without) == ["preview-1"], "the preview shows both sides"

    shutil.copytree(earlier / "receipts", workspace / "receipts")
    with_receipts = start_run()
    assert with_receipts.run_job("rehearse").result == SUCCESS
    assert with_receipts.outputs["needs.rehearse.outputs.pending"] == "yes"
