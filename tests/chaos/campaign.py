"""One scenario, from the first run of the bot to the end: run again, as a person would, until it is done.

The portal's own state judges: what the bot says is never believed.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from esar_bot.portal import same_value
from esar_bot.workspace.template import write_template
from mock_portal.app import create_app
from mock_portal.server import running
from tests.chaos.scenario import Kill, Scenario
from tests.portal.person import Person
from tests.rehearsal import OFFICER, MockPortal, run_bot
from tests.trust.conftest import ROUND, add_second_files
from tests.trust.end_state import as_prepared, revise
from tests.trust.started import start_bot

RUNS_AT_MOST = 12
RUNS_WITH_FAULTS = 4  # then the portal has recovered
RUN_SECONDS = 150
QUICK = {"page": "page = 4", "save": "save = 4", "retrying": "retrying = 8", "processing": "processing = 30"}
MOCK = Path(__file__).parents[2] / "flows" / "profiles" / "mock.toml"
EXPECTED_CODES = {0, 5, 6, 7, 8, 9, 10, 130, -signal.SIGKILL}


@dataclass
class Verdict:
    """What became of a scenario; `wrong` says all that must never be."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    recovery_seconds: float = 0
    seconds: float = 0


@dataclass(frozen=True)
class Ground:
    """Where scenarios begin: a workspace and a portal's data, empty and with an older draft, at one port."""

    folder: Path
    port: int

    @classmethod
    def prepared(cls, folder: Path) -> Ground:
        """Make both beginnings."""
        write_template(folder / "fresh" / "workspace")
        add_second_files(folder / "fresh" / "workspace")
        (folder / "quick.toml").write_text(_quick(MOCK.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.copytree(folder / "fresh", folder / "revised")
        revised = folder / "revised"
        with _portal(revised, 0) as (portal, _app):
            ground = cls(folder, int(portal.url.rpartition(":")[2]))
            first = run_bot(*ground.command(revised / "workspace", portal), "--draft", env=OFFICER)
        assert first.code == 0, first.stderr
        revise(revised / "workspace")
        return ground

    def command(self, workspace: Path, portal: MockPortal) -> tuple[str | Path, ...]:
        """`submit`, with a profile of little patience."""
        where = ("--profile", self.folder / "quick.toml", "--portal-url", portal.url)
        return ("-C", workspace, "submit", "--round", ROUND, "--yes", "--json", *where)


def _quick(profile: str) -> str:
    """The mock's profile with short time-outs."""
    head, _, rest = profile.partition("[timeouts]\n")
    _old, _, tail = rest.partition("\n\n")
    return f"{head}[timeouts]\n" + "\n".join(QUICK.values()) + f"\n\n{tail}"


@contextmanager
def _portal(folder: Path, port: int) -> Iterator[tuple[MockPortal, Starlette]]:
    app = create_app(folder / "portal", folder / "workspace", test_api=True)
    with running(app, port) as url:
        yield MockPortal(url), app


def play(ground: Ground, scenario: Scenario, folder: Path) -> Verdict:
    """Run the bot until the round is submitted as prepared, and judge every step."""
    shutil.copytree(ground.folder / ("revised" if scenario.revised else "fresh"), folder)
    with _portal(folder, ground.port) as (portal, app):
        return _Play(ground, scenario, folder / "workspace", portal, app).to_the_end()


@dataclass
class _Play:
    ground: Ground
    scenario: Scenario
    workspace: Path
    portal: MockPortal
    app: Starlette
    verdict: Verdict = field(init=False)
    take: list[str] = field(default_factory=list)
    returns: int = 0

    def __post_init__(self) -> None:
        self.verdict = Verdict(self.scenario.seed)

    def to_the_end(self) -> Verdict:
        faults = {"seed": self.scenario.seed, "faults": list(self.scenario.faults)}
        httpx.post(f"{self.portal.url}/__test__/faults", json=faults).raise_for_status()
        started, failed_at = time.monotonic(), None
        for number in range(RUNS_AT_MOST):
            if number == RUNS_WITH_FAULTS:
                self._recover()
            kill = self.scenario.kills[number] if number < len(self.scenario.kills) else None
            code, told = self._run(kill)
            self.verdict.codes.append(code)
            self._judge(code)
            if code == 0 or self.verdict.wrong:
                break
            failed_at = failed_at or time.monotonic()
            self._do_as_told(code, told)
        else:
            self.verdict.wrong.append(f"not done after {RUNS_AT_MOST} runs")
        self._count_faults()
        self.verdict.recovery_seconds = round(time.monotonic() - failed_at, 1) if failed_at else 0
        self.verdict.seconds = round(time.monotonic() - started, 1)
        return self.verdict

    def _run(self, kill: Kill | None) -> tuple[int, dict[str, Any]]:
        command = (*self.ground.command(self.workspace, self.portal), *self.take)
        module = "esar_bot" if kill is None or kill.entry is None else "tests.trust.dying"
        dying = (str(kill.entry), kill.moment) if kill is not None and kill.entry is not None else ()
        with start_bot(*dying, *command, env=OFFICER, module=module) as process:
            seconds = kill.seconds if kill is not None and kill.entry is None else RUN_SECONDS
            try:
                stdout, stderr = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                stdout, stderr = process.communicate()
                if seconds == RUN_SECONDS:
                    self.verdict.wrong.append(f"a run did not end within {RUN_SECONDS} s: {stderr[-2000:]}")
        if process.returncode not in EXPECTED_CODES:
            self.verdict.wrong.append(f"exit code {process.returncode}: {stderr[-2000:]}")
        return process.returncode, json.loads(stdout) if stdout.strip() else {}

    def _judge(self, code: int) -> None:
        """What the portal holds after a run, beside what the run said of it."""
        state = self.portal.state()["rounds"][ROUND]
        differing = differences(state, as_prepared(self.workspace))
        if code == 0 and differing:
            self.verdict.wrong += [f"false success: {difference}" for difference in differing]
        submissions = self._submissions()
        if submissions > 1 + self.returns:
            self.verdict.wrong.append(f"submitted {submissions} times, returned {self.returns} times")

    def _do_as_told(self, code: int, told: dict[str, Any]) -> None:
        """What a person does then: decide conflicts, have the round opened, have the report returned."""
        conflicts = [
            card["indicator"] for card in (told.get("plan") or {}).get("cards", []) if card["conflicts"]
        ]
        for number in conflicts if code == 6 else []:
            self.take += ["--take", "ours", number]
        state = self.portal.state()["rounds"][ROUND]
        if state["status"] == "submitted" and differences(state, as_prepared(self.workspace)):
            self._have_it_returned(sorted(state["cards"]))
        self.app.state.portal.closed_early.clear()

    def _have_it_returned(self, numbers: list[str]) -> None:
        self._recover()
        assessor = Person(self.portal.url).sign_in("assessor", "assess-2570")
        for number in numbers:
            answer = assessor.post(f"/assessor/2570/{ROUND}/cards/{number}/return", {"remark": "ข้อมูลไม่ตรง"})
            assert answer.status_code == 303, answer.text
        assessor.http.close()
        self.returns += 1

    def _recover(self) -> None:
        self._count_faults()
        httpx.delete(f"{self.portal.url}/__test__/faults").raise_for_status()

    def _count_faults(self) -> None:
        if not self.verdict.met:
            met = httpx.get(f"{self.portal.url}/__test__/faults").raise_for_status().json()["met"]
            self.verdict.met = dict(Counter(item["kind"] for item in met))

    def _submissions(self) -> int:
        with self.app.state.portal.store.transaction() as db:
            return int(db.execute("SELECT count(*) FROM submissions").fetchone()[0])


def differences(state: dict[str, Any], prepared: dict[str, Any]) -> list[str]:
    """What of a round on the portal is not as prepared: lost, doubled, or other than it was to be."""
    found = [] if state["status"] == "submitted" else [f"the round is {state['status']}"]
    for number, (fields, files) in prepared["cards"].items():
        card = state["cards"][number]
        found += [
            f"{number} {name} differs"
            for name, value in fields.items()
            if not same_value(name, value, card["fields"].get(name, ""))
        ]
        wanted = Counter((item["name"], item["sha256"]) for item in files)
        there = Counter((item["name"], item["sha256"]) for item in card["evidence"])
        found += [f"{number} evidence lost: {name}" for name, _sha in wanted - there]
        found += [
            f"{number} evidence doubled: {name}" for (name, sha) in there - wanted if (name, sha) in wanted
        ]
        found += [
            f"{number} evidence foreign: {name}"
            for (name, sha) in there - wanted
            if (name, sha) not in wanted
        ]
    return found


def as_line(verdict: Verdict) -> str:
    return json.dumps(asdict(verdict), ensure_ascii=False)
