"""Judges one run of the bot: what it left on the portal, beside what it said and what it was allowed to do.

The portal's own state is the witness. Texts are compared here, and not by the bot's own idea of "the same".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from esar_bot.errors import ExitCode

EVIDENCE = "evidence"
SUBMITTED = "submitted"
OURS, THEIRS = "ours", "theirs"
SAYS_SUBMITTED = {"submitted", "nothing-to-do"}
SAYS_NOT_SUBMITTED = {"draft", "not-submitted", "interrupted", "stopped"}
SAYS_HELD = {"saved", "unchanged"}
AFTER_THE_LAST_WORD = {-9, ExitCode.INTERRUPTED}  # killed, or told to end, when all had been said
ZERO_WIDTH_SPACE = "\u200b"

State = Mapping[str, Any]


class Wrong(StrEnum):
    """What must never be; every reason begins with one of these."""

    FALSE_SUCCESS = "false success"
    FALSE_REPORT = "false report"
    CASUALTY = "casualty"
    NO_RECEIPT = "receipt missing"
    SUBMITTED_OTHERWISE = "submitted otherwise"
    SUBMITTED_TWICE = "submitted twice"
    END = "end"

    def of(self, what: str) -> str:
        """A reason."""
        return f"{self}: {what}"


@dataclass(frozen=True)
class Theirs:
    """What another person put on a card: a text into a field, or a file, by its name and SHA-256."""

    number: str
    field: str
    value: str
    name: str = ""

    def is_on(self, state: State) -> bool:
        """Whether it is still there."""
        card = state["cards"][self.number]
        if self.field == EVIDENCE:
            return (self.name, self.value) in _files(card)
        return same_text(card["fields"][self.field], self.value)

    def __str__(self) -> str:
        return f"{self.number} {self.field} {self.name or self.value!r}"


@dataclass(frozen=True)
class Run:
    """One run: what it said, and the portal's round before and after it.

    `take` are the decisions it was given, card by card, `theirs` what other people had put there when it
    began; `submissions` came in meanwhile. `edits` are what the fault put there, `spoilt` the cards of which
    the portal spoilt a text. `late` says that a write may have arrived when nobody waited for it any more: it
    may undo a text or double a file, and is nobody's fault.
    """

    code: int
    told: Mapping[str, Any]
    before: State
    after: State
    take: Mapping[str, str] = field(default_factory=dict)
    theirs: tuple[Theirs, ...] = ()
    submissions: int = 0
    edits: tuple[Theirs, ...] = ()
    spoilt: frozenset[str] = frozenset()
    late: bool = False

    @property
    def edited(self) -> set[str]:
        """The cards that somebody edited meanwhile."""
        return {edit.number for edit in self.edits}


def judged(run: Run, prepared: State) -> list[str]:
    """All that is wrong with a run."""
    return [
        *_success(run, prepared),
        *_words(run, prepared),
        *_conflicts(run),
        *_casualties(run),
        *_submission(run, prepared),
    ]


def _success(run: Run, prepared: State) -> Iterator[str]:
    """Done means that the round is submitted as prepared, but for what was decided for the portal's side."""
    if run.code != 0:
        return
    yield from map(Wrong.FALSE_SUCCESS.of, differences(run.after, prepared, _decided_theirs(run)))
    if run.told.get("outcome") not in SAYS_SUBMITTED or run.told.get("error"):
        yield Wrong.FALSE_SUCCESS.of(f"exit code 0, but it says {run.told.get('outcome')}")


def _words(run: Run, prepared: State) -> Iterator[str]:
    """What the JSON says, against the portal."""
    told = run.told
    if not told:
        if run.code in set(ExitCode) - {ExitCode.INTERRUPTED}:
            yield Wrong.FALSE_REPORT.of(f"exit code {run.code}, and no JSON")
        return
    if run.code not in AFTER_THE_LAST_WORD and told["exit_code"] != run.code:
        yield Wrong.FALSE_REPORT.of(f"exit code {run.code}, told as {told['exit_code']}")
    if "outcome" not in told:  # where it ended before it had a job, or by a fault of ours
        return
    outcome = told["outcome"]
    cards = {card["indicator"]: card["outcome"] for card in told.get("cards", ())}
    yield from claims(run, outcome, cards, prepared)
    confirmed = (told.get("confirmation") or {}).get("number")
    if confirmed is not None and confirmed != run.after["confirmation"]:
        yield Wrong.FALSE_REPORT.of(f"confirmation {confirmed}, the portal has {run.after['confirmation']}")
    if outcome == "stopped" and not run.late:
        touched = {
            number for number, card in run.after["cards"].items() if card != run.before["cards"][number]
        }
        if written(run.before) != written(run.after) or touched - run.edited:
            yield Wrong.FALSE_REPORT.of("it says that it stopped before it wrote anything, and it wrote")


def claims(run: Run, outcome: str, cards: Mapping[str, str], prepared: State) -> Iterator[str]:
    """What a run's JSON or its receipt says of the round and of its cards, against the portal."""
    is_submitted = run.after["status"] == SUBMITTED
    if outcome in SAYS_SUBMITTED and not is_submitted:
        yield Wrong.FALSE_REPORT.of(f"told {outcome}, and the round is {run.after['status']}")
    if outcome in SAYS_NOT_SUBMITTED and run.submissions and not run.late:
        yield Wrong.FALSE_REPORT.of(f"told {outcome}, and it was submitted")
    if outcome in {"draft", "not-submitted"} and is_submitted and not run.late:
        yield Wrong.FALSE_REPORT.of(f"told {outcome}, and the round is submitted")
    kept = _decided_theirs(run)
    for number, said in cards.items():
        if run.late or number in run.edited:
            continue  # what was true when it was said need not be so now
        if said in SAYS_HELD:
            held = card_differences(number, run.after, prepared, kept)
            yield from (Wrong.FALSE_REPORT.of(f"told {said}: {difference}") for difference in held)
        if said == "not-reached" and _written(run.before, number) != _written(run.after, number):
            yield Wrong.FALSE_REPORT.of(f"told not-reached: {number} was written")


def _conflicts(run: Run) -> Iterator[str]:
    """Nothing is written, nothing submitted, and every conflict told, until each is decided."""
    undecided = [item for item in run.theirs if item.is_on(run.before) and item.number not in run.take]
    if not undecided:
        return
    told = {card["indicator"]: card["conflicts"] for card in (run.told.get("plan") or {}).get("cards", ())}
    for item in undecided:
        if told and not run.late and item.field not in told[item.number]:
            yield Wrong.FALSE_REPORT.of(f"no conflict is told of {item}")
    if written(run.before) != written(run.after) and not run.late:
        yield Wrong.CASUALTY.of(f"written, though nobody had decided {', '.join(map(str, undecided))}")


def _casualties(run: Run) -> Iterator[str]:
    """What another person put there is there, unless our side was taken of that very card."""
    for item in (*run.theirs, *run.edits):
        allowed = run.take.get(item.number) == OURS or (item.field != EVIDENCE and _is_undone(item, run))
        if not allowed and not item.is_on(run.after):
            yield Wrong.CASUALTY.of(f"{item} is gone")


def _is_undone(item: Theirs, run: Run) -> bool:
    """Whether the portal itself may have changed a text, or yet another person."""
    again = any((edit.number, edit.field) == (item.number, item.field) and edit != item for edit in run.edits)
    return again or run.late or item.number in run.spoilt


def _submission(run: Run, prepared: State) -> Iterator[str]:
    """Nothing but the report is submitted, or what somebody did to it in the last moment."""
    if run.after["status"] == SUBMITTED and not run.late:
        there = [item for item in (*run.theirs, *run.edits) if item.is_on(run.after)]
        yield from map(Wrong.SUBMITTED_OTHERWISE.of, differences(run.after, prepared, there))


def _decided_theirs(run: Run) -> list[Theirs]:
    return [
        item
        for item in (*run.theirs, *run.edits)
        if run.take.get(item.number) == THEIRS and item.is_on(run.after)
    ]


def differences(state: State, prepared: State, kept: Iterable[Theirs] = ()) -> list[str]:
    """What of a round is not as prepared and submitted: lost, doubled, or other than it was to be."""
    found = [] if state["status"] == SUBMITTED else [f"the round is {state['status']}"]
    known = list(kept)
    return found + [
        difference
        for number in prepared["cards"]
        for difference in card_differences(number, state, prepared, known)
    ]


def card_differences(number: str, state: State, prepared: State, kept: Iterable[Theirs]) -> list[str]:
    """What of a card is not as prepared, but for what was `kept` of another person."""
    card = state["cards"][number]
    fields, files = prepared["cards"][number]
    mine = [item for item in kept if item.number == number]
    wanted = {**fields, **{item.field: item.value for item in mine if item.field != EVIDENCE}}
    found = [
        f"{number} {name} differs"
        for name, value in wanted.items()
        if not same_text(value, card["fields"][name])
    ]
    expected = _files({EVIDENCE: files}) + Counter(
        {(item.name, item.value) for item in mine if item.field == EVIDENCE}
    )
    there = _files(card)
    found += [f"{number} evidence lost: {name}" for name, _sha in expected - there]
    for file in there - expected:
        found.append(f"{number} evidence {'doubled' if file in expected else 'foreign'}: {file[0]}")
    return found


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for line ends, invisible breaks, and space at both ends."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace(ZERO_WIDTH_SPACE, "").strip()


def written(state: State) -> tuple[object, ...]:
    """What only a write of the bot's changes: the round's status, how often cards were saved, their files."""
    return state["status"], [_written(state, number) for number in sorted(state["cards"])]


def _written(state: State, number: str) -> tuple[int, Counter[tuple[str, str]]]:
    card = state["cards"][number]
    return card["saves"], _files(card)


def _files(card: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    return Counter((file["name"], file["sha256"]) for file in card[EVIDENCE])
