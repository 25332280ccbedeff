"""The order of calls: written once, read back, submitted last, and every doubt settled by reading.

The portal here is a stand-in, since what is tested is what is asked of it and when. The real browser and the
mock portal are in tests/cli and tests/trust.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from esar_bot.errors import (
    Doubtful,
    ExitCode,
    OutcomeUnknown,
    PartlyDone,
    PersonNeeded,
    PortalChanged,
    Rejected,
    Unavailable,
)
from esar_bot.journal import JOURNAL, Journal, read_journal, written_before
from esar_bot.plan import Take, make_plan
from esar_bot.portal import Confirmation, ObservedCard, ObservedEvidence, ObservedRound, State, Window
from esar_bot.prepared import PreparedReport, prepare
from esar_bot.run import CardOutcome, RoundOutcome, RunResult, apply
from esar_bot.written import value_hash
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
    """How the portal answers once: whether it does what it was asked, what it spoils, what it raises."""

    error: Exception | None = None
    arrives: bool = True
    spoil: Spoil | None = None


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
        return answers.pop(0) if answers else Answer()

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
        self, round_key: str, planned_on: ObservedCard, fields: Mapping[str, str], files: Sequence[Path]
    ) -> None:
        indicator = planned_on.indicator
        assert planned_on == self._card(indicator), "it can be told whether somebody was there meanwhile"
        answer = await self._answer("save", indicator)
        if answer.arrives:
            values, held = {**self.cards[indicator], **fields}, list(self.files[indicator])
            held += [self.stored(path.name, path.read_bytes()) for path in files]
            if answer.spoil:
                answer.spoil(values, held)
            self.cards[indicator], self.files[indicator] = values, held
        if answer.error:
            raise answer.error

    async def delete_evidence(self, round_key: str, indicator: str, evidence: ObservedEvidence) -> None:
        answer = await self._answer("delete", evidence.key)
        if answer.arrives:
            self.files[indicator].remove(evidence)
        if answer.error:
            raise answer.error

    async def submit_round(self, round_key: str) -> None:
        answer = await self._answer("submit", round_key)
        if answer.arrives:
            self.state = State.SUBMITTED
        if answer.error:
            raise answer.error

    def stored(self, name: str, content: bytes) -> ObservedEvidence:
        return ObservedEvidence(f"row-{next(self.keys)}", name, len(content), digest(content))


@pytest.fixture(scope="module")
def in_loop():
    """Runs a coroutine in a thread of its own; its loop is made before the network is taken away."""
    with ThreadPoolExecutor(1) as thread:
        runner = asyncio.Runner()
        thread.submit(runner.get_loop).result()
        yield lambda work: thread.submit(runner.run, work).result()
        thread.submit(runner.close).result()


@pytest.fixture
def prepared(agency: SmallAgency) -> PreparedReport:
    result = agency.check(ROUND)
    assert result.agreement is not None
    assert result.report is not None
    return prepare(result.agreement, result.report, agency.root / ROUND)


@pytest.fixture
def portal(tmp_path) -> ScriptedPortal:
    return ScriptedPortal(tmp_path / "run" / JOURNAL)


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
            return await apply(
                plan, self.portal, journal, submit=submit, progress=lambda *told: self.progress.append(told)
            )

    def journal(self) -> list[dict[str, Any]]:
        return list(read_journal(self.portal.journal))


@pytest.fixture
def run(prepared, portal, tmp_path, in_loop) -> Run:
    (tmp_path / "run").mkdir()
    portal.journal.touch(mode=0o600)
    return Run(prepared, portal, tmp_path / "run", in_loop)


def outcomes(result: RunResult) -> dict[str, CardOutcome]:
    return {card.plan.number: card.outcome for card in result.cards}


def result_of(result: RunResult, number: str):
    return next(card for card in result.cards if card.plan.number == number)


ALL_SAVED = dict.fromkeys(CARDS, CardOutcome.SAVED)


def test_every_card_is_written_once_read_back_and_then_submitted_once(run, portal):
    result = run()
    assert (result.round, result.error, result.exit_code) == (RoundOutcome.SUBMITTED, None, ExitCode.DONE)
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert outcomes(result) == ALL_SAVED
    assert sorted(portal.asked("save")) == sorted(CARDS)
    assert portal.asked("submit") == [ROUND]
    for number in CARDS:
        saved = portal.calls.index(("save", number))
        assert ("read", number) in portal.calls[saved : portal.calls.index(("submit", ROUND))]
    assert run.progress == [(number, CardOutcome.SAVED) for number, _ in run.progress]
    assert sorted(number for number, _ in run.progress) == sorted(CARDS)


def test_what_was_read_back_is_kept_with_its_picture(run, portal):
    for card in run().cards:
        assert card.picture == PICTURE
        assert card.witnessed is not None
        assert dict(card.witnessed.fields) == portal.cards[card.plan.number]


def test_a_draft_is_not_submitted(run, portal):
    result = run(submit=False)
    assert (result.round, outcomes(result)) == (RoundOutcome.DRAFT, ALL_SAVED)
    assert portal.asked("submit") == []


def test_nothing_to_do_writes_nothing(run, portal):
    run()
    run.progress.clear()
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOTHING_TO_DO, ExitCode.DONE)
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert portal.writes() == []
    assert run.progress == []


def test_a_draft_that_is_there_already_writes_nothing(run, portal):
    run(submit=False)
    result = run(submit=False)
    assert (result.round, portal.writes()) == (RoundOutcome.NOTHING_TO_DO, [])


def test_only_changed_cards_are_written_and_told(run, portal):
    run(submit=False)
    run.progress.clear()
    portal.cards["1.2"]["performance"] = ""
    result = run()
    assert portal.writes() == [("save", "1.2"), ("submit", ROUND)]
    assert run.progress == [("1.2", CardOutcome.SAVED)]
    assert result.round is RoundOutcome.SUBMITTED
    assert outcomes(result) == dict.fromkeys(CARDS, CardOutcome.UNCHANGED) | {"1.2": CardOutcome.SAVED}


def test_only_the_fields_that_differ_are_sent(run, portal):
    run(submit=False)
    portal.cards["1.2"]["performance"] = ""
    sent = []
    portal.script["save", "1.2"] = [Answer(spoil=lambda values, files: sent.append((values, len(files))))]
    run(submit=False)
    entry = next(entry for entry in reversed(run.journal()) if entry["event"] == "save")
    assert list(entry["values"]) == ["performance"]
    assert (entry["files"], sent[0][1]) == ([], 1)


SPOILED: dict[str, tuple[Spoil, set[str]]] = {
    "truncated": (
        lambda values, files: values.update(performance=values["performance"][:10]),
        {"performance"},
    ),
    "tone mark lost": (
        lambda values, files: values.update(performance=values["performance"].replace("้", "", 1)),
        {"performance"},
    ),
    "swapped": (
        lambda values, files: values.update(
            performance=values["supporting_factors"], supporting_factors=values["performance"]
        ),
        {"performance", "supporting_factors"},
    ),
    "figure": (lambda values, files: values.update(result="16.20001"), {"result"}),
    "no file": (lambda values, files: files.clear(), {"evidence"}),
    "a file too many": (
        lambda values, files: files.append(replace(files[0], key="more", name="อื่น.pdf")),
        {"evidence"},
    ),
    "file of other bytes": (
        lambda values, files: files.__setitem__(0, replace(files[0], sha256="0" * 64)),
        {"evidence"},
    ),
    "other file name": (
        lambda values, files: files.__setitem__(0, replace(files[0], name="ก.pdf")),
        {"evidence"},
    ),
    "nothing stored": (
        lambda values, files: (values.clear(), files.clear()),
        {"result", "score", "performance", "supporting_factors", "evidence_list", "evidence"},
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_card_that_reads_otherwise_is_named_and_never_submitted(run, portal, how):
    spoil, named = SPOILED[how]
    portal.script["save", "1.2"] = [Answer(spoil=spoil)]
    result = run()
    assert result.round is RoundOutcome.NOT_SUBMITTED
    assert (type(result.error), result.exit_code) == (PartlyDone, ExitCode.PARTLY_DONE)
    assert "1.2" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.MISMATCH}
    card = result_of(result, "1.2")
    assert {(found.indicator, found.field) for found in card.mismatches} == {("1.2", name) for name in named}
    assert "1.2" in card.error.where
    assert all(name in card.error.what for name in named)
    assert portal.asked("submit") == []
    assert portal.asked("save").count("1.2") == 1


def test_an_answer_that_was_lost_is_settled_by_reading(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST)]
    result = run()
    assert (result.round, outcomes(result)) == (RoundOutcome.SUBMITTED, ALL_SAVED)
    assert portal.asked("save").count("1.2") == 1
    events = [entry["event"] for entry in run.journal() if entry.get("indicator") == "1.2"]
    assert events == ["save", "doubtful", "outcome"]


def test_a_save_that_did_not_arrive_is_unknown_and_never_repeated(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.OUTCOME_UNKNOWN)
    assert isinstance(result.error, OutcomeUnknown)
    assert "คำตอบหายไป" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("save").count("1.2") == 1
    assert portal.asked("submit") == []


def test_a_save_of_which_half_arrived_is_unknown(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, spoil=lambda values, files: files.clear())]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert portal.asked("save").count("1.2") == 1


def test_a_doubt_that_reading_cannot_settle_is_unknown(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST)]
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert portal.asked("save").count("1.2") == 1
    assert portal.asked("submit") == []


def test_a_save_that_cannot_be_read_back_is_not_done(run, portal):
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert portal.asked("submit") == []


def test_a_card_of_which_nothing_is_written_and_that_cannot_be_read_is_no_unknown(run, portal):
    run(submit=False)
    portal.cards["1.1"]["performance"] = ""
    portal.script["read", "1.2"] = [Answer(Unavailable("ติดต่อไม่ได้"))] * 3
    result = run()
    assert outcomes(result)["1.2"] is CardOutcome.FAILED
    assert result.exit_code == ExitCode.PARTLY_DONE
    assert portal.writes() == [("save", "1.1")]


def test_a_refusal_of_what_was_stored_all_the_same_is_settled_by_reading(run, portal):
    portal.script["save", "1.2"] = [Answer(Rejected("ไม่รับ"))]
    result = run()
    assert (result.round, outcomes(result)) == (RoundOutcome.SUBMITTED, ALL_SAVED)
    assert portal.asked("save").count("1.2") == 1


def test_a_file_that_arrived_twice_is_there_once_at_the_end(run, portal):
    twice = []

    def double(_values, files):
        twice.append(replace(files[0], key="again"))
        files.append(twice[0])

    portal.script["save", "1.2"] = [Answer(spoil=double)]
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == ["again"]
    assert twice[0] not in portal.files["1.2"]


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_file_that_changed_after_the_preview_is_not_sent(run, portal, agency, how):
    file = agency.root / ROUND / "1.2" / "รายงาน.pdf"
    file.unlink() if how == "gone" else file.write_bytes(file.read_bytes() + b"x")
    result = run()
    assert (type(result_of(result, "1.2").error), result.exit_code) == (PersonNeeded, ExitCode.PARTLY_DONE)
    assert "1.2" not in portal.asked("save")
    assert portal.asked("submit") == []


def test_a_fault_of_ours_in_one_card_costs_neither_the_others_nor_the_result(run, portal):
    portal.script["save", "1.2"] = [Answer(ZeroDivisionError("ของเราเอง"))]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.INTERNAL)
    assert "ZeroDivisionError: ของเราเอง" in result.error.what
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("submit") == []


REFUSALS = [
    (Rejected("ไม่รับ"), ExitCode.REJECTED),
    (PortalChanged("หน้าเปลี่ยน"), ExitCode.PORTAL_CHANGED),
    (PersonNeeded("ต้องมีคน"), ExitCode.PERSON_NEEDED),
    (Unavailable("ไม่ตอบ"), ExitCode.UNAVAILABLE),
]


@pytest.mark.parametrize(("error", "code"), REFUSALS, ids=lambda value: type(value).__name__)
def test_when_every_card_fails_alike_the_run_says_so(run, portal, error, code):
    for number in CARDS:
        portal.script["save", number] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.error, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, error, code)
    assert outcomes(result) == dict.fromkeys(CARDS, CardOutcome.FAILED)
    assert sorted(portal.asked("save")) == sorted(CARDS)
    assert portal.asked("submit") == []


@pytest.mark.parametrize(("error", "code"), REFUSALS, ids=lambda value: type(value).__name__)
def test_when_one_card_fails_the_others_are_saved_and_the_round_is_not_submitted(run, portal, error, code):
    portal.script["save", "1.2"] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.PARTLY_DONE)
    assert isinstance(result.error, PartlyDone)
    assert "1.2" in result.error.what
    assert "1.10" not in result.error.what
    assert result_of(result, "1.2").error is error
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.FAILED}
    assert portal.asked("submit") == []
    assert ("1.2", CardOutcome.FAILED) in run.progress
    assert len(run.progress) == len(CARDS)


def test_failures_of_different_kinds_are_partly_done(run, portal):
    errors = [Rejected("ก"), PortalChanged("ข"), Rejected("ค"), Unavailable("ง")]
    for number, error in zip(CARDS, errors, strict=True):
        portal.script["save", number] = [Answer(error, arrives=False)]
    assert run().exit_code == ExitCode.PARTLY_DONE


def test_the_unknown_comes_before_every_other_failure(run, portal):
    portal.script["save", "1.1"] = [Answer(Rejected("ไม่รับ"), arrives=False)]
    portal.script["save", "2.1"] = [Answer(LOST, arrives=False)]
    assert run().exit_code == ExitCode.OUTCOME_UNKNOWN


def test_after_a_failure_running_again_writes_only_what_is_missing(run, portal):
    portal.script["save", "1.2"] = [Answer(LOST, arrives=False)]
    run()
    result = run()
    assert portal.writes() == [("save", "1.2"), ("submit", ROUND)]
    assert result.round is RoundOutcome.SUBMITTED


def test_a_submission_whose_answer_was_lost_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(LOST)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.SUBMITTED, ExitCode.DONE)
    assert result.confirmation is not None
    assert portal.asked("submit") == [ROUND]


def test_a_submission_that_did_not_arrive_is_unknown_and_never_repeated(run, portal):
    portal.script["submit", ROUND] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.UNKNOWN, ExitCode.OUTCOME_UNKNOWN)
    assert result.confirmation is None
    assert "คำตอบหายไป" in result.error.what
    assert portal.asked("submit") == [ROUND]


@pytest.mark.parametrize("answer", [Answer(), Answer(LOST)], ids=["answered", "lost"])
@pytest.mark.parametrize("error", [Unavailable("ไม่ตอบ"), PortalChanged("หน้าเปลี่ยน")])
def test_a_submission_that_cannot_be_looked_at_is_unknown(run, portal, answer, error):
    portal.script["submit", ROUND] = [replace(answer)]
    portal.script["observe-round", ROUND] = [Answer(), Answer(error), Answer(error)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.UNKNOWN, ExitCode.OUTCOME_UNKNOWN)
    assert portal.asked("submit") == [ROUND]
    assert run.journal()[-1]["event"] == "doubtful"


@pytest.mark.parametrize("error", [Rejected("ยังไม่ครบ"), PortalChanged("หน้าเปลี่ยน")])
def test_a_refused_submission_keeps_its_reason(run, portal, error):
    portal.script["submit", ROUND] = [Answer(error, arrives=False)]
    result = run()
    assert (result.round, result.error) == (RoundOutcome.NOT_SUBMITTED, error)
    assert outcomes(result) == ALL_SAVED
    assert run.journal()[-1]["event"] == "not-submitted"


def test_whatever_cannot_be_read_after_the_submission_it_stays_submitted(run, portal):
    def blind(_values, _files):
        for number in CARDS:
            portal.script["read", number] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 9)]

    portal.script["save", CARDS[0]] = [Answer(spoil=blind)]
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert result.confirmation == Confirmation("ESAR-1", "รับแล้ว")
    assert run.journal()[-1]["confirmation"] == "ESAR-1"


def revise(run: Run, agency: SmallAgency, number: str, *older: bytes) -> list[ObservedEvidence]:
    """Leave files of earlier runs of ours on a card, beside none of the present ones."""
    old = [run.portal.stored(f"เก่า {n}.pdf", content) for n, content in enumerate(older)]
    with Journal(run.folder.parent / "earlier") as journal:
        journal.record("start", portal=PORTAL)
        journal.record("save", indicator=number, values={}, files=[[file.name, file.sha256] for file in old])
    run.portal.files[number] = list(old)
    return old


def test_what_is_replaced_is_deleted_one_by_one_after_the_new_is_verified(run, portal, agency):
    old = revise(run, agency, "1.2", b"one", b"two")
    result = run()
    assert result.round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == [file.key for file in old]
    own = [call for call in portal.calls if call[1] in {"1.2", *(file.key for file in old)}]
    save, first, second = (own.index(call) for call in (("save", "1.2"), *(("delete", f.key) for f in old)))
    assert ("read", "1.2") in own[save:first]
    assert ("read", "1.2") in own[first:second]
    assert ("read", "1.2") in own[second:]
    assert [file.name for file in portal.files["1.2"]] == ["รายงาน.pdf"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(spoil=lambda values, files: files.pop()),
        Answer(LOST, arrives=False),
        Answer(Rejected("ไม่รับ"), arrives=False),
    ],
    ids=["ignored", "lost", "refused"],
)
def test_nothing_is_deleted_unless_the_new_file_is_verified(run, portal, agency, answer):
    old = revise(run, agency, "1.2", b"one")
    portal.script["save", "1.2"] = [replace(answer)]
    result = run()
    assert result.round is RoundOutcome.NOT_SUBMITTED
    assert portal.asked("delete") == []
    assert old[0] in portal.files["1.2"]


def test_a_deletion_whose_answer_was_lost_is_settled_by_reading(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    portal.script["delete", old[0].key] = [Answer(LOST)]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("delete") == [old[0].key]


def test_a_deletion_that_did_not_happen_stops_the_others_and_is_not_repeated(run, portal, agency):
    old = revise(run, agency, "1.2", b"one", b"two")
    portal.script["delete", old[0].key] = [Answer(LOST, arrives=False)]
    result = run()
    assert (result.round, result.exit_code) == (RoundOutcome.NOT_SUBMITTED, ExitCode.OUTCOME_UNKNOWN)
    assert portal.asked("delete") == [old[0].key]
    assert "เก่า 0.pdf" in result_of(result, "1.2").error.what


def test_a_deletion_that_reading_cannot_settle_is_unknown(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")

    def blind(_values, _files):
        portal.script["read", "1.2"] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 5)]

    portal.script["save", "1.2"] = [Answer(spoil=blind)]
    portal.script["delete", old[0].key] = [Answer(LOST)]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN
    assert portal.asked("submit") == []


def test_a_deletion_that_reading_cannot_settle_is_unknown_where_nothing_else_was_written(run, portal):
    run(submit=False)
    portal.files["1.2"].append(replace(portal.files["1.2"][0], key="twice"))
    portal.script["delete", "twice"] = [Answer(LOST, arrives=False)]
    portal.script["read", "1.2"] = [Answer(), *([Answer(Unavailable("ไม่ตอบ"))] * 5)]
    result = run()
    assert result.exit_code == ExitCode.OUTCOME_UNKNOWN
    assert outcomes(result)["1.2"] is CardOutcome.UNKNOWN


def test_a_submission_refused_and_done_all_the_same_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(Rejected("ส่งแล้ว"))]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("submit") == [ROUND]


def test_a_fault_of_ours_in_the_submission_is_settled_by_reading(run, portal):
    portal.script["submit", ROUND] = [Answer(ZeroDivisionError())]
    assert run().round is RoundOutcome.SUBMITTED
    assert portal.asked("submit") == [ROUND]


def test_a_file_is_deleted_even_where_no_field_is_to_be_written(run, portal, agency):
    run(submit=False)
    twice = replace(portal.files["1.2"][0], key="twice")
    portal.files["1.2"].append(twice)
    result = run(submit=False)
    assert portal.writes() == [("delete", "twice")]
    assert outcomes(result)["1.2"] is CardOutcome.SAVED


def test_every_write_is_in_the_journal_on_disk_before_the_portal_is_asked(run, portal, agency):
    old = revise(run, agency, "1.2", b"one")
    run()
    for number in CARDS:
        noted = [entry for entry in portal.journalled["save", number] if entry["event"] == "save"]
        assert number in [entry["indicator"] for entry in noted]
        assert not any(
            entry.get("indicator") == number and entry["event"] in {"saved", "outcome"}
            for entry in portal.journalled["save", number]
        )
    noted = [entry for entry in portal.journalled["delete", old[0].key] if entry["event"] == "delete"]
    assert [entry["evidence"] for entry in noted] == [old[0].key]
    assert portal.journalled["submit", ROUND][-1]["event"] == "submit"


def test_the_journal_holds_hashes_and_no_texts(run, portal, prepared):
    run()
    text = portal.journal.read_text(encoding="utf-8")
    for card in prepared.cards:
        save = next(
            entry
            for entry in run.journal()
            if (entry["event"], entry.get("indicator")) == ("save", card.number)
        )
        assert save["values"] == {name: value_hash(value) for name, value in card.fields.items() if value}
        assert save["files"] == [[item.name, item.sha256] for item in card.evidence]
        for value in card.fields.values():
            long = [line for line in value.splitlines() if len(line) > 10]
            assert not [line for line in long if line in text]
            assert not [line for line in long if json.dumps(line)[1:-1] in text]
