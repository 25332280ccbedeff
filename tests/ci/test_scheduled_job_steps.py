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

TODAY = "2027-07-15"
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

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Path:
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
def run_job(workflows, workspace, portal, run, clean_environment, tmp_path):
    """Run a job's scripts one after the other, each with the environment that the workflow gives it."""
    flow = workflows["submit-before-deadline.yml"]
    values = {
        "${{ inputs.round || 'auto' }}": "auto",
        "${{ vars.ESAR_BOT_WORKSPACE || '.' }}": workspace.name,
        "${{ secrets.ESAR_BOT_USERNAME }}": "officer",
        "${{ secrets.ESAR_BOT_PASSWORD }}": PASSWORD,
    }
    # what stands in the workspace's esar.toml, or is the day of the run
    given = {"ESAR_BOT_PORTAL_URL": portal.url, "ESAR_BOT_TODAY": TODAY}

    def run_job(job_id: str) -> list[str]:
        said = []
        for step in flow["jobs"][job_id]["steps"]:
            if "run" not in step or step["name"].startswith("Install"):
                continue
            script = tmp_path / "step.sh"
            script.write_text(step["run"], "utf-8")
            asked = {name: values[value] for name, value in (flow["env"] | step.get("env", {})).items()}
            result = run(
                *("bash", "--noprofile", "--norc", "-eo", "pipefail", script),
                cwd=workspace.parent,
                env=clean_environment | given | asked,
                timeout=120,
            )
            assert result.returncode == 0, f"{step['name']}\n{result.stdout}"
            said.append(result.stdout)
        return said

    return run_job


def test_rehearsal_shows_everything_and_writes_nothing(run_job, portal, workspace):
    said = run_job("rehearse")

    assert len(said) == 2
    assert list((workspace / "previews").glob("*.html"))
    state = portal.state()
    assert state["requests"]["POST"] == 1, "only the login"
    assert {each["status"] for each in state["rounds"].values()} <= {"empty", "draft"}
    for each in state["rounds"].values():
        assert each["confirmation"] is None
        assert not any(card["saves"] or card["evidence"] for card in each["cards"].values())


def test_submission_follows_the_rehearsal_and_a_further_run_changes_nothing(run_job, portal, workspace):
    said = [*run_job("rehearse"), *run_job("submit")]

    first = portal.state()
    assert first["rounds"]["9m"]["status"] == "submitted"
    confirmation = first["rounds"]["9m"]["confirmation"]
    kept = [path for folder in ("previews", "receipts") for path in (workspace / folder).rglob("*")]
    receipts = [path for path in kept if path.is_file() and "receipts" in path.parts]
    assert any(confirmation in path.read_text("utf-8", errors="ignore") for path in receipts)
    assert not any(PASSWORD in text for text in said)
    assert not [path for path in kept if path.is_file() and PASSWORD.encode() in path.read_bytes()]

    run_job("rehearse")
    run_job("submit")

    again = portal.state()
    assert again["rounds"] == first["rounds"]
    assert again["requests"]["POST"] <= first["requests"]["POST"] + 2, "no more than the two logins"
