"""A portal that holds a round in memory and answers as scripted, and a run of a plan through it."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from esar_bot.errors import (
    Doubtful,
)
from esar_bot.journal import Journal, read_journal, written_before
from esar_bot.plan import Take, make_plan
from esar_bot.portal import Begin, Confirmation, ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import PreparedReport
from esar_bot.run import CardOutcome, CardResult, RunResult, apply
from tests.unit.small_agency import SmallAgency

ROUND = "9m"
PORTAL = "https://esar.example.go.th"
CARDS = ("1.1", "1.2", "1.10", "2.1")
FIELDS = frozenset(
    {"result", "score", "performance", "supporting_factors", "obstacles", "suggestions", "evidence_list"}
)
LOST = Doubtful("คำตอบหายไป")
PICTURE = b"\x89PNG"
Spoil = Callable[[dict[str, str], list[ObservedEvidence]], None]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Answer:
    """How the portal answers once: what happens first, whether it obeys, what it spoils, what it raises."""

    error: Exception | None = None
    arrives: bool = True
    spoil: Spoil | None = None
    meanwhile: Callable[[], None] = lambda: None


@dataclass
class ScriptedPortal:
    """Holds a round in memory, answers as scripted, notes every call and what the journal then says."""

    journal: Path
    fields: frozenset[str] = FIELDS
    cards: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    files: dict[str, list[ObservedEvidence]] = field(default_factory=lambda: defaultdict(list))
    state: State = State.DRAFT
    script: dict[tuple[str, str], list[Answer]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, str]] = field(default_factory=list)
    journalled: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    keys: Any = field(default_factory=count)

    def asked(self, verb: str) -> list[str]:
        """The indicators, rounds or keys for which something was asked, in order."""
        return [what for asked, what in self.calls if asked == verb]

    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[0] in {"save", "delete", "submit"}]

    async def _answer(self, verb: str, what: str) -> Answer:
        self.calls.append((verb, what))
        await asyncio.sleep(0)
        self.journalled[verb, what] = list(read_journal(self.journal))
        answers = self.script[verb, what]
        answer = answers.pop(0) if answers else Answer()
        answer.meanwhile()
        return answer

    async def allow_writes(self) -> None:
        """Whoever applies a plan was allowed to."""

    def _card(self, number: str) -> ObservedCard:
        return ObservedCard(number, self.state, dict(self.cards[number]), tuple(self.files[number]))

    async def observe_round(self, round_key: str, indicators: Sequence[str]) -> ObservedRound:
        answer = await self._answer("observe-round", round_key)
        if answer.error:
            raise answer.error
        confirmation = Confirmation("ESAR-1", "รับแล้ว") if self.state.is_locked else None
        cards = {number: self._card(number) for number in indicators}
        return ObservedRound(2570, round_key, self.state, Window.OPEN, confirmation, cards)

    async def observe_card(self, round_key: str, indicator: str) -> ObservedCard:
        answer = await self._answer("read", indicator)
        if answer.error:
            raise answer.error
        return self._card(indicator)

    async def witness_card(self, round_key: str, indicator: str) -> tuple[ObservedCard, bytes]:
        return await self.observe_card(round_key, indicator), PICTURE

    async def save_card(
        self,
        round_key: str,
        planned_on: ObservedCard,
        fields: Mapping[str, str],
        files: Sequence[Path],
        begin: Begin,
    ) -> None:
        indicator = planned_on.indicator
        begin()
        assert planned_on.name, "it can be told whether this is the agreement's indicator"
        assert replace(planned_on, name="") == self._card(indicator), (
            "and whether somebody was there meanwhile"
        )
        answer = await self._answer("save", indicator)
        if answer.arrives:
            values, held = {**self.cards[indicator], **fields}, list(self.files[indicator])
            held += [self.stored(path.name, path.read_bytes()) for path in files]
            if answer.spoil:
                answer.spoil(values, held)
            self.cards[indicator], self.files[indicator] = values, held
        if answer.error:
            raise answer.error

    async def delete_evidence(
        self, round_key: str, indicator: str, evidence: ObservedEvidence, begin: Begin
    ) -> None:
        begin()
        answer = await self._answer("delete", evidence.key)
        if answer.arrives:
            self.files[indicator].remove(evidence)
        if answer.error:
            raise answer.error

    async def submit_round(self, round_key: str, begin: Begin) -> None:
        begin()
        answer = await self._answer("submit", round_key)
        if answer.arrives:
            self.state = State.SUBMITTED
        if answer.error:
            raise answer.error

    def stored(self, name: str, content: bytes) -> ObservedEvidence:
        return ObservedEvidence(f"row-{next(self.keys)}", name, len(content), digest(content))


@dataclass
class Run:
    """Applies the prepared report to the scripted portal, and keeps what was told meanwhile."""

    prepared: PreparedReport
    portal: ScriptedPortal
    folder: Path
    in_loop: Callable[[Any], Any]
    progress: list[tuple[str, CardOutcome]] = field(default_factory=list)

    def __call__(self, *, submit: bool = True, take: Take | None = None) -> RunResult:
        return self.in_loop(self._work(submit, take))

    async def _work(self, submit: bool, take: Take | None) -> RunResult:
        observed = await self.portal.observe_round(ROUND, CARDS)
        self.portal.calls.clear()
        written = written_before(self.folder.parent, PORTAL)
        decided = dict.fromkeys(CARDS, take) if take else {}
        plan = make_plan(self.prepared, observed, self.portal.fields, written, decided)
        assert not plan.conflicts
        with Journal(self.folder) as journal:
            journal.record("start", portal=PORTAL)
            return await apply(plan, self.portal, journal, submit=submit, settled=self._settled)

    def _settled(self, card: CardResult) -> None:
        if card.plan.has_steps:
            self.progress.append((card.plan.number, card.outcome))

    def journal(self) -> list[dict[str, Any]]:
        return list(read_journal(self.portal.journal))


def outcomes(result: RunResult) -> dict[str, CardOutcome]:
    return {card.plan.number: card.outcome for card in result.cards}


def result_of(result: RunResult, number: str):
    return next(card for card in result.cards if card.plan.number == number)


ALL_SAVED = dict.fromkeys(CARDS, CardOutcome.SAVED)


def revise(run: Run, agency: SmallAgency, number: str, *older: bytes) -> list[ObservedEvidence]:
    """Leave files of earlier runs of ours on a card, beside none of the present ones."""
    old = [run.portal.stored(f"เก่า {n}.pdf", content) for n, content in enumerate(older)]
    with Journal(run.folder.parent / "earlier") as journal:
        journal.record("start", portal=PORTAL)
        journal.record("save", indicator=number, values={}, files=[[file.name, file.sha256] for file in old])
    run.portal.files[number] = list(old)
    return old
