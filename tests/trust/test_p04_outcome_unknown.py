"""P4: no save, deletion or submission is repeated blindly; after a lost answer the portal is read.

Guards: `esar_bot.run.card._settle` and `_remove` and `esar_bot.run.round._submit`, which read after every
write and believe only what they read. Let one of them believe the lost answer, or send once more before it
has read, and its rows fail.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rehearsal import MockPortal, Ran, write_profile
from tests.trust.between import DELETION, SAVE, SUBMISSION, Answer, Ask, Between, Exchange, pass_on
from tests.trust.conftest import NUMBERS, ROUND
from tests.trust.end_state import as_prepared, left_by, revise

NUMBER = re.compile(r"/cards/([\d.]+)/")
HELD_SECONDS = 60
OUT_OF_ORDER = Answer(503, [(b"content-type", b"text/plain")], b"out of order")
Submit = Callable[..., Ran]


@dataclass(frozen=True)
class Fate:
    """What becomes of a write: whether it arrives, and the status answered (None: no answer in time).

    One that arrives "late" does so when the run that sent it has long ended.
    """

    arrives: bool | str
    status: int | None

    def __str__(self) -> str:
        how = {True: "arrives", False: "is lost"}.get(self.arrives, f"arrives {self.arrives}")
        return f"{how}, {self.status or 'no answer'}"


@dataclass
class Loss:
    """Gives every matching post its fate, by its card ("" for the round); what else is asked passes.

    With `then_silence` the portal is out of order for whatever is asked after such a post.
    """

    at: re.Pattern[str]
    fates: Mapping[str, Fate]
    then_silence: bool = False
    run_ended: threading.Event = field(default_factory=threading.Event)
    met: int = 0
    under_way: int = 0

    async def __call__(self, exchange: Exchange, ask: Ask) -> Answer:
        if exchange.method != "POST" or not self.at.search(exchange.path):
            return OUT_OF_ORDER if self.met and self.then_silence else await ask(exchange)
        found = NUMBER.search(exchange.path)
        fate = self.fates[found[1] if found else ""]
        self.met, self.under_way = self.met + 1, self.under_way + 1
        if fate.arrives is True:
            await ask(exchange)
        if fate.status is None:
            await asyncio.to_thread(self.run_ended.wait, HELD_SECONDS)
        if fate.arrives == "late":
            await ask(exchange)
        self.under_way -= 1
        return Answer(fate.status or 504, [(b"content-type", b"text/html")], b"<h1>fault</h1>")

    def let_go(self) -> None:
        """The run has ended: what was held back goes on its way, and is waited for."""
        self.run_ended.set()
        deadline = time.monotonic() + HELD_SECONDS
        while self.under_way:
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def lose(between: Between) -> Iterator[Callable[..., Loss]]:
    """Puts a loss before the portal; whatever it still holds back at the end is let go."""
    losses: list[Loss] = []

    def begin(at: re.Pattern[str], fates: Mapping[str, Fate], *, then_silence: bool = False) -> Loss:
        losses.append(Loss(at, fates, then_silence))
        between.seen.clear()
        between.meddle = losses[-1]
        return losses[-1]

    yield begin
    for loss in losses:
        loss.run_ended.set()


@pytest.fixture
def submit(submit_12m: Submit, tmp_path: Path) -> Submit:
    """Runs `submit --yes` by a profile that waits for the answer to a write no longer than three seconds."""
    profile = write_profile(tmp_path / "impatient.toml", "save = 60", "save = 3")
    return lambda *options: submit_12m("--yes", "--profile", profile, *options)


@pytest.fixture
def drafted(request: pytest.FixtureRequest, submit: Submit, workspace: Path) -> None:
    """For a deletion: a draft whose texts and files were revised since."""
    if request.getfixturevalue("at") is DELETION:
        assert submit("--draft").code == 0
        revise(workspace)


def assert_sent_once_and_then_read(between: Between, at: re.Pattern[str], card: str, view: str) -> None:
    """One post of that kind, and after it the page that shows what became of it."""
    posts = [
        n for n, (way, path) in enumerate(between.seen) if way == "POST" and at.search(path) and card in path
    ]
    assert len(posts) == 1, between.seen
    assert ("GET", view) in between.seen[posts[0] :], between.seen


def assert_doubt_is_told(ran: Ran) -> None:
    """Exit code 7, that it is not known what became of the write, and what to do."""
    assert ran.code == 7, ran.stderr
    assert "it is not known" in ran.stderr or "was not deleted" in ran.stderr
    assert re.search("do: .*look at .* then run again", ran.stderr)


def assert_the_next_run_ends_the_round(
    submit: Submit, workspace: Path, portal: MockPortal, between: Between
) -> None:
    """Undisturbed, it leaves what one clean run leaves: everything once."""
    between.meddle = pass_on
    ran = submit()
    assert ran.code == 0, ran.stderr
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)


# What becomes of the writes to 1.1 and to 1.2.
BOTH = {
    "both arrive": (Fate(True, 500), Fate(True, 504)),
    "one is lost": (Fate(False, 502), Fate(True, None)),
    "one is late": (Fate(True, 502), Fate("late", None)),
    "both are lost": (Fate(False, 500), Fate(False, None)),
}


@pytest.mark.parametrize(
    ("at", "fates"),
    [
        *(pytest.param(SAVE, fates, id=f"save, {name}") for name, fates in BOTH.items()),
        *(
            pytest.param(DELETION, BOTH[name], id=f"deletion, {name}")
            for name in ("one is lost", "one is late")
        ),
    ],
)
@pytest.mark.usefixtures("drafted")
def test_what_became_of_a_write_is_read_not_guessed(
    submit: Submit,
    workspace: Path,
    portal: MockPortal,
    between: Between,
    lose: Callable[..., Loss],
    at: re.Pattern[str],
    fates: tuple[Fate, Fate],
) -> None:
    loss = lose(at, dict(zip(NUMBERS, fates, strict=True)))
    ran = submit()
    for number in NUMBERS:
        view = f"/2570/{ROUND}/cards/{number}"
        assert_sent_once_and_then_read(between, at, f"/cards/{number}/", view)
    arrived = [fate.arrives is True for fate in fates]
    outcomes = [card["outcome"] for card in ran.json["cards"]]
    assert outcomes == ["saved" if known else "unknown" for known in arrived]
    assert len(between.posts(SUBMISSION)) == all(arrived)
    if all(arrived):
        assert ran.code == 0, ran.stderr
    else:
        assert_doubt_is_told(ran)

    loss.let_go()
    assert_the_next_run_ends_the_round(submit, workspace, portal, between)
    assert len(between.posts(SUBMISSION)) == 1


@pytest.mark.parametrize(
    "fate",
    [Fate(True, 500), Fate(True, None), Fate(False, 504), Fate("late", None)],
    ids=str,
)
def test_what_became_of_the_submission_is_read_not_guessed(
    submit: Submit,
    workspace: Path,
    portal: MockPortal,
    between: Between,
    lose: Callable[..., Loss],
    fate: Fate,
) -> None:
    loss = lose(SUBMISSION, {"": fate})
    ran = submit()
    assert_sent_once_and_then_read(between, SUBMISSION, f"/{ROUND}/", f"/2570/{ROUND}")
    if fate.arrives is True:
        assert (ran.code, ran.json["outcome"]) == (0, "submitted"), ran.stderr
        assert ran.json["confirmation"]["number"] == portal.state()["rounds"][ROUND]["confirmation"]
    else:
        assert_doubt_is_told(ran)
        assert (ran.json["outcome"], ran.json["confirmation"]) == ("unknown", None)

    loss.let_go()
    confirmed = portal.state()["rounds"][ROUND]["confirmation"]
    assert (confirmed is not None) == bool(fate.arrives)
    assert_the_next_run_ends_the_round(submit, workspace, portal, between)
    assert len(between.posts(SUBMISSION)) == 1 + (not fate.arrives)
    assert confirmed in {None, portal.state()["rounds"][ROUND]["confirmation"]}, "never submitted again"


@pytest.mark.parametrize("at", [SAVE, DELETION, SUBMISSION], ids=["save", "deletion", "submission"])
@pytest.mark.usefixtures("drafted")
def test_what_arrived_and_cannot_be_read_is_not_known(
    submit: Submit,
    workspace: Path,
    portal: MockPortal,
    between: Between,
    lose: Callable[..., Loss],
    at: re.Pattern[str],
) -> None:
    arrives = Fate(True, 502)
    lose(at, dict.fromkeys(("", *NUMBERS), arrives), then_silence=True)
    ran = submit()
    assert_doubt_is_told(ran)
    written = between.posts(at)
    assert written
    assert len(written) == len(set(written)), "nothing is sent again"

    assert_the_next_run_ends_the_round(submit, workspace, portal, between)
    assert [path for path in between.posts(at) if path in written] == written, "nor by the next run"
