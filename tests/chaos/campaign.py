"""One scenario, from the first run of the bot to the end: run again, as a person would, until it is done.

Every run is judged by what the portal holds (`tests.chaos.judge`) as soon as it has ended.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from starlette.applications import Starlette

from esar_bot.errors import ExitCode
from mock_portal.portal import Portal
from tests.chaos.ended import BROWSER_GONE, end
from tests.chaos.ground import Ground, portal_in
from tests.chaos.judge import (
    EVIDENCE,
    OURS,
    SUBMITTED,
    THEIRS,
    Run,
    State,
    Theirs,
    Wrong,
    differences,
    judged,
)
from tests.chaos.receipts import Receipts
from tests.chaos.scenario import BROWSER, SIGKILL, SIGTERM, THEIR_FILE, THEIR_TEXT, Ending, Scenario
from tests.chaos.somebody import leave
from tests.chaos.weather import Weather
from tests.portal.person import Person
from tests.rehearsal import OFFICER, MockPortal
from tests.trust.conftest import ROUND
from tests.trust.end_state import as_prepared
from tests.trust.started import start_bot

RUNS_AT_MOST = 14
RUNS_WITH_FAULTS = 4  # then the portal has recovered
RUN_SECONDS = 150
LAST_BREATH = 0.3  # in seconds: what a stopped bot's browser had begun to send has arrived
WAIT = re.compile(r"run again in (?P<seconds>\d+) seconds")
BY_ITSELF = {0, 5, 6, 7, 8, 9, 10}


@dataclass
class Verdict:
    """What became of a scenario; `wrong` says all that must never be, `met` what really struck."""

    seed: int
    wrong: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    recovery_seconds: float = 0
    seconds: float = 0


def play(ground: Ground, scenario: Scenario, folder: Path) -> Verdict:
    """Run the bot until the round is submitted as prepared, and judge every step."""
    shutil.copytree(ground.folder / scenario.begun.folder, folder)
    with portal_in(folder, ground.port) as (portal, app):
        return _Play(ground, scenario, folder / "workspace", portal, app).to_the_end()


@dataclass
class _Play:
    """`persons` is what the person of the scenario put on the portal and is still there, `edits` what the
    fault did; `take` are the decisions that the next run is given."""

    ground: Ground
    scenario: Scenario
    workspace: Path
    portal: MockPortal
    app: Starlette
    verdict: Verdict = field(init=False)
    weather: Weather = field(init=False)
    receipts: Receipts = field(init=False)
    prepared: State = field(init=False)
    persons: list[Theirs] = field(default_factory=list)
    edits: list[Theirs] = field(default_factory=list)
    take: dict[str, str] = field(default_factory=dict)
    endings: list[Ending] = field(init=False)
    has_come: bool = False
    returns: int = 0

    def __post_init__(self) -> None:
        self.verdict = Verdict(self.scenario.seed)
        self.weather = Weather(self.portal.url, self.scenario)
        self.receipts = Receipts(self.workspace / "receipts" / ROUND)
        self.prepared = as_prepared(self.workspace)
        self.endings = list(self.scenario.endings)

    def to_the_end(self) -> Verdict:
        self.weather.begin()
        started, failed_at = time.monotonic(), None
        for number in range(RUNS_AT_MOST):
            if number == RUNS_WITH_FAULTS:
                self.weather.clear_up()
            self._let_somebody_come(number)
            run = self._run(self.endings[0] if self.endings else None)
            self.verdict.codes.append(run.code)
            self._judge(run)
            if run.code == 0 or self.verdict.wrong:
                break
            failed_at = failed_at or time.monotonic()
            self._do_as_told(run)
        else:
            self._note(Wrong.END.of(f"not done after {RUNS_AT_MOST} runs"))
        self._meet(**self.weather.met)
        self.verdict.recovery_seconds = round(time.monotonic() - failed_at, 1) if failed_at else 0
        self.verdict.seconds = round(time.monotonic() - started, 1)
        return self.verdict

    def _let_somebody_come(self, number: int) -> None:
        """Before the run of their number, or later: while no write is on its way, and nothing is locked."""
        somebody = self.scenario.somebody
        if somebody is None or self.has_come or number < somebody.before_run or self.weather.was_late:
            return
        if self._state()["status"] == "draft":
            self.has_come = True
            self.persons = list(leave(somebody, self.portal, self._stored))
            for item in self.persons:
                self._meet(**{THEIR_FILE if item.field == EVIDENCE else THEIR_TEXT: 1})

    def _run(self, ending: Ending | None) -> Run:
        before, submissions, late = self._state(), self._submissions(), self.weather.was_late
        code, stdout, stderr = self._started_and_ended(ending)
        struck = ending is not None and _has_struck(ending, code, stderr)
        if ending is not None and struck:
            self._meet(**{ending.how: 1})
            time.sleep(LAST_BREATH)
        news = self.weather.news()
        begun = self.receipts.begun()
        self._note(*_unexpected(code, stderr, ending, begun=begun is not None))
        run = Run(
            code,
            json.loads(stdout) if stdout.strip() else {},
            before,
            self._state(),
            dict(self.take),
            (*self.persons, *self.edits),
            self._submissions() - submissions,
            news.edits,
            news.spoilt,
            late=late or news.late,
        )
        if begun is not None:
            self.receipts.runs[begun] = run
        if struck or begun is not None:  # else its time has not come yet
            del self.endings[:1]
        return run

    def _started_and_ended(self, ending: Ending | None) -> tuple[int, str, str]:
        takes = [word for number, side in self.take.items() for word in ("--take", side, number)]
        command = [*self.ground.command(self.workspace, self.portal), *takes]
        module = "esar_bot"
        if ending is not None and ending.entry is not None:
            module = "tests.chaos.ended"
            command = [str(ending.entry), ending.moment, ending.how, *command]
        with start_bot(*command, env=OFFICER, module=module) as process:
            stdout, stderr = self._waited_for(process, ending)
        return process.returncode, stdout, stderr

    def _waited_for(self, process: subprocess.Popen[str], ending: Ending | None) -> tuple[str, str]:
        if ending is not None and ending.entry is None:
            try:
                return process.communicate(timeout=ending.seconds)
            except subprocess.TimeoutExpired:
                struck = end(process.pid, ending.how)
            stdout, stderr = process.communicate(timeout=RUN_SECONDS)
            return stdout, f"{stderr}{BROWSER_GONE if struck else ''}"
        try:
            return process.communicate(timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            self._note(Wrong.END.of(f"a run did not end within {RUN_SECONDS} s: {stderr[-2000:]}"))
            return stdout, stderr

    def _judge(self, run: Run) -> None:
        self._note(*judged(run, self.prepared), *self.receipts.judged(run, self.prepared))
        if self._submissions() > 1 + self.returns:
            self._note(
                Wrong.SUBMITTED_TWICE.of(f"{self._submissions()} times, returned {self.returns} times")
            )
        self.persons = [item for item in self.persons if item.is_on(run.after)]
        self.edits = [item for item in dict.fromkeys((*self.edits, *run.edits)) if item.is_on(run.after)]

    def _do_as_told(self, run: Run) -> None:
        """What a person does then: wait, decide conflicts, have the round opened, or the report returned."""
        time.sleep(_seconds_to_wait(run))
        decided = {
            card["indicator"]: self._side(card["indicator"], card["conflicts"])
            for card in (run.told.get("plan") or {}).get("cards", ())
            if card["conflicts"]
        }
        match run.code:
            case ExitCode.UNAVAILABLE:
                pass  # nothing has changed, and the same is asked for again
            case ExitCode.PERSON_NEEDED:
                self.take = {**self.take, **decided}
            case ExitCode.REJECTED:
                self.take = decided
            case _:
                self.take = {}
        if run.after["status"] == SUBMITTED and differences(run.after, self.prepared, self._to_stay()):
            self._have_it_returned(sorted(run.after["cards"]))
        self._stored.closed_early.clear()

    def _side(self, number: str, conflicts: list[str]) -> str:
        """Whose side is taken of a card: the scenario's, but only of what its person put there; else ours."""
        known = Counter(item.field for item in self._to_stay() if item.number == number)
        return THEIRS if known and known == Counter(conflicts) else OURS

    def _to_stay(self) -> list[Theirs]:
        """What of the person's is to be on the portal in the end."""
        somebody = self.scenario.somebody
        return self.persons if somebody is not None and somebody.side == THEIRS else []

    def _have_it_returned(self, numbers: list[str]) -> None:
        self.weather.clear_up()
        self.take = {}
        assessor = Person(self.portal.url).sign_in("assessor", "assess-2570")
        for number in numbers:
            answer = assessor.post(f"/assessor/2570/{ROUND}/cards/{number}/return", {"remark": "ข้อมูลไม่ตรง"})
            assert answer.status_code == 303, answer.text
        assessor.http.close()
        self.returns += 1

    def _note(self, *wrong: str) -> None:
        self.verdict.wrong += wrong

    def _meet(self, **met: int) -> None:
        self.verdict.met = dict(Counter(self.verdict.met) + Counter(met))

    @property
    def _stored(self) -> Portal:
        stored: Portal = self.app.state.portal
        return stored

    def _state(self) -> State:
        state: State = self.portal.state()["rounds"][ROUND]
        return state

    def _submissions(self) -> int:
        with self._stored.store.transaction() as db:
            return int(db.execute("SELECT count(*) FROM submissions").fetchone()[0])


def _seconds_to_wait(run: Run) -> int:
    """For how long the bot asks not to be run again."""
    asked = WAIT.search((run.told.get("error") or {}).get("next_step", ""))
    return int(asked["seconds"]) + 1 if asked else 0


def _has_struck(ending: Ending, code: int, stderr: str) -> bool:
    match ending.how:
        case "SIGKILL" | "SIGTERM":
            return code in {-signal.Signals[ending.how], 130}
        case _:
            return BROWSER_GONE in stderr


def _unexpected(code: int, stderr: str, ending: Ending | None, *, begun: bool) -> Iterator[str]:
    """An exit code that nothing explains."""
    how = ending.how if ending is not None else "left alone"
    explained = {
        SIGKILL: {-signal.SIGKILL},
        SIGTERM: {130} if begun else {130, -signal.SIGTERM},
        BROWSER: set() if begun else {2},  # one that does not start is said to be missing
    }
    if code not in BY_ITSELF | explained.get(how, set()):
        yield Wrong.END.of(f"exit code {code} ({how}): {stderr[-2000:]}")


def as_line(verdict: Verdict) -> str:
    return json.dumps(asdict(verdict), ensure_ascii=False)
