"""A workflow's jobs as a runner runs them: a fresh checkout and an empty folder for each, scripts in bash.

Of the actions only the two that hand files on are played, by copying; checkout is the copy of the repository,
and the installation is this environment. An expression that is not known here fails the test.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
COMPARISON = re.compile(r"([\w.]+) == '(\w+)'")
SUCCESS, FAILURE, SKIPPED = "success", "failure", "skipped"


@dataclass
class Job:
    """What became of a job: how it ended, and what its scripts printed."""

    result: str
    said: list[str] = field(default_factory=list)


@dataclass
class Runner:
    """Runs the jobs of one workflow; `values` are the expressions whose value comes from outside."""

    flow: Mapping[str, Any]
    repository: Path
    work: Path
    values: Mapping[str, str]
    environment: Mapping[str, str]
    run: Callable[..., CompletedProcess[str]]
    attempt: int = 1
    done: dict[str, Job] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    machines: int = 0

    @property
    def artifacts(self) -> Path:
        return self.work / "artifacts"

    def run_job(self, job_id: str) -> Job:
        """Run a job, or skip it if its condition says so, on a machine that has seen no other."""
        job = self.flow["jobs"][job_id]
        failed = "needs" in job and self.done[job["needs"]].result != SUCCESS
        if not holds(job, self.outputs, failed=failed):
            return Job(SKIPPED)
        self.machines += 1
        machine = Machine(self, self.work / f"machine-{self.machines}")
        self.done[job_id] = machine.run_steps(job)
        for name, value in job.get("outputs", {}).items():
            self.outputs[f"needs.{job_id}.outputs.{name}"] = machine.filled(value)
        return self.done[job_id]


def holds(job_or_step: Mapping[str, Any], known: Mapping[str, str], *, failed: bool) -> bool:
    """Whether it is to be run; a condition that names no status asks for success as well."""
    condition = job_or_step.get("if", "success()")
    if condition in {"always()", "success()"}:
        return condition == "always()" or not failed
    found = COMPARISON.fullmatch(condition)
    assert found, condition
    return not failed and known.get(found[1], "") == found[2]


class Machine:
    """One machine, on which one job runs."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self.runner = runner
        self.checkout = folder / "checkout"
        self.temp = folder / "temp"
        self.temp.mkdir(parents=True)
        shutil.copytree(runner.repository, self.checkout)
        self.known = {
            **runner.values,
            **runner.outputs,
            "runner.temp": str(self.temp),
            "github.run_attempt": str(runner.attempt),
        }
        self.env = {name: self.filled(value) for name, value in runner.flow["env"].items()}
        self.known |= {f"env.{name}": value for name, value in self.env.items()}

    def filled(self, text: str) -> str:
        """The text with the values of its expressions; a step's output that was not set is empty."""

        def value(found: re.Match[str]) -> str:
            return self.known.get(found[1], "") if found[1].startswith("steps.") else self.known[found[1]]

        return EXPRESSION.sub(value, text)

    def run_steps(self, job: Mapping[str, Any]) -> Job:
        """Run a job's steps; after a failure only those that always run."""
        done = Job(SUCCESS)
        for step in job["steps"]:
            if not holds(step, self.known, failed=done.result == FAILURE):
                continue
            passed = self._run_step(step, done) if "run" in step else self._play(step)
            if not passed and not step.get("continue-on-error"):
                done.result = FAILURE
        return done

    def _run_step(self, step: Mapping[str, Any], done: Job) -> bool:
        if step["name"].startswith("Install"):
            return True
        script, outputs = self.temp / "step.sh", self.temp / "outputs"
        script.write_text(step["run"], "utf-8")
        outputs.touch()
        given = {name: self.filled(value) for name, value in step.get("env", {}).items()}
        files = {"RUNNER_TEMP": str(self.temp), "GITHUB_OUTPUT": str(outputs)}
        result = self.runner.run(
            *("bash", "--noprofile", "--norc", "-eo", "pipefail", script),
            cwd=self.checkout,
            env={**self.runner.environment, **self.env, **given, **files},
            timeout=120,
        )
        done.said.append(result.stdout)
        for line in outputs.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{name}"] = value
        outputs.unlink()
        return result.returncode == 0

    def _play(self, step: Mapping[str, Any]) -> bool:
        action = step["uses"].partition("@")[0]
        if action in {"actions/checkout", "astral-sh/setup-uv"}:
            return True
        play = {"actions/upload-artifact": self._upload, "actions/download-artifact": self._download}[action]
        return play({key: self.filled(str(value)) for key, value in step["with"].items()})

    def _upload(self, given: Mapping[str, str]) -> bool:
        """A file by its name, of a folder what is in it; a name is taken once."""
        path, artifact = self.checkout / given["path"], self.runner.artifacts / given["name"]
        if not path.exists():
            return given["if-no-files-found"] != "error"
        if path.is_dir():
            shutil.copytree(path, artifact)
        else:
            artifact.mkdir(parents=True)
            shutil.copyfile(path, artifact / path.name)
        return True

    def _download(self, given: Mapping[str, str]) -> bool:
        artifact = self.runner.artifacts / given["name"]
        if not artifact.is_dir():
            return False
        shutil.copytree(artifact, self.checkout / given["path"], dirs_exist_ok=True)
        return True
