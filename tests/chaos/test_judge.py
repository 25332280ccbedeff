"""The judge of the scenarios, judged: every lie and every loss is seen, and nothing that has its reason is.

Each lie stands for a part of `tests.chaos.judge` or `tests.chaos.receipts`; without that part it passes.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.judge import EVIDENCE, Run, Theirs, Wrong, judged
from tests.chaos.receipts import Receipts
from tests.chaos.scenario import DECK, DRAWS, scenario

FIELDS = {"performance": "ดำเนินการแล้ว", "obstacles": "ข้อมูลล่าช้า"}
FILE = {"name": "report.pdf", "sha256": "aa"}
PREPARED = {"cards": {"1.1": (FIELDS, [FILE])}}
TEXT = Theirs("1.1", "obstacles", "ของผู้อื่น")
EDIT = replace(TEXT, value="อีกผู้หนึ่งแก้ไข")
THEIR_FILE = Theirs("1.1", EVIDENCE, "bb", "report.pdf")
EMPTY = {
    "status": "draft",
    "confirmation": None,
    "cards": {"1.1": {"fields": dict.fromkeys(FIELDS, ""), EVIDENCE: [], "saves": 0}},
}
DONE = {
    "status": "submitted",
    "confirmation": "E-1",
    "cards": {"1.1": {"fields": FIELDS, EVIDENCE: [FILE], "saves": 1}},
}
SAVED = {**DONE, "status": "draft", "confirmation": None}


def told(outcome: str, card: str = "", code: int = 0, **more: Any) -> dict[str, Any]:
    cards = [{"indicator": "1.1", "outcome": card}] if card else []
    return {"exit_code": code, "outcome": outcome, "cards": cards, "error": None if code == 0 else {}, **more}


def holding(state: dict[str, Any], *theirs: Theirs) -> dict[str, Any]:
    """The same state with what another person put there."""
    changed = copy.deepcopy(state)
    for item in theirs:
        card = changed["cards"][item.number]
        if item.field == EVIDENCE:
            card[EVIDENCE].append({"name": item.name, "sha256": item.value})
        else:
            card["fields"][item.field] = item.value
    return changed


def without_files(state: dict[str, Any]) -> dict[str, Any]:
    """The same state with no evidence."""
    changed = copy.deepcopy(state)
    changed["cards"]["1.1"][EVIDENCE] = []
    return changed


def planned(*conflicts: str) -> dict[str, Any]:
    return {"cards": [{"indicator": "1.1", "conflicts": list(conflicts)}]}


GOOD = Run(0, told("submitted", "saved", confirmation={"number": "E-1"}), EMPTY, DONE, submissions=1)
PARTLY = Run(5, told("not-submitted", "failed", 5), EMPTY, EMPTY)
ASKED = Run(
    6,
    told("stopped", code=6, plan=planned("obstacles", EVIDENCE)),
    holding(EMPTY, TEXT, THEIR_FILE),
    holding(EMPTY, TEXT, THEIR_FILE),
    theirs=(TEXT, THEIR_FILE),
)

HONEST = {
    "done": GOOD,
    "nothing done, and said so": PARTLY,
    "killed": Run(-9, {}, EMPTY, DONE, submissions=1),
    "killed when all had been said": replace(PARTLY, code=-9),
    "told to end when all had been said": replace(PARTLY, code=130),
    "invisible breaks and line ends are lost": replace(
        GOOD,
        after={
            **DONE,
            "cards": {
                "1.1": {**DONE["cards"]["1.1"], "fields": {**FIELDS, "performance": "ดำเนิน\u200bการแล้ว\r\n"}}
            },
        },
    ),
    "a conflict is told": ASKED,
    "their side was taken": replace(
        GOOD,
        before=ASKED.before,
        after=holding(DONE, TEXT, THEIR_FILE),
        take={"1.1": "theirs"},
        theirs=ASKED.theirs,
    ),
    "our side was taken": replace(GOOD, before=ASKED.before, take={"1.1": "ours"}, theirs=ASKED.theirs),
    "an edit in the last moment was told": Run(
        5, told("submitted", "mismatch", 5), EMPTY, holding(DONE, TEXT), submissions=1, edits=(TEXT,)
    ),
    "the portal spoilt their text": Run(
        5,
        told("not-submitted", "mismatch", 5),
        holding(EMPTY, TEXT),
        SAVED,
        {"1.1": "theirs"},
        (TEXT,),
        spoilt=frozenset({"1.1"}),
    ),
    "a late save doubled a file": Run(
        5,
        told("not-submitted", "saved", 5),
        EMPTY,
        holding(SAVED, Theirs("1.1", EVIDENCE, "aa", "report.pdf")),
        late=True,
    ),
    "another edited the same text": Run(
        6,
        told("stopped", code=6, plan=planned("obstacles")),
        holding(EMPTY, TEXT),
        holding(EMPTY, EDIT),
        theirs=(TEXT,),
        edits=(EDIT,),
    ),
    "a late save undid their text": Run(
        6,
        told("stopped", code=6, plan=planned("obstacles")),
        holding(EMPTY, TEXT),
        SAVED,
        theirs=(TEXT,),
        late=True,
    ),
    "a late save undid their text as the run began": Run(
        0,
        told("submitted", "saved", plan=planned(), confirmation={"number": "E-1"}),
        holding(EMPTY, TEXT),
        DONE,
        theirs=(TEXT,),
        submissions=1,
        late=True,
    ),
    "a late submission": Run(5, told("not-submitted", "failed", 5), EMPTY, DONE, submissions=1, late=True),
}
LIES = {
    "0, and it is a draft": (replace(GOOD, after=SAVED, submissions=0), Wrong.FALSE_SUCCESS),
    "0, and a text is missing": (
        replace(GOOD, after=holding(DONE, Theirs("1.1", "performance", ""))),
        Wrong.FALSE_SUCCESS,
    ),
    "0, and a file is doubled": (
        replace(GOOD, after=holding(DONE, Theirs("1.1", EVIDENCE, "aa", "report.pdf"))),
        Wrong.FALSE_SUCCESS,
    ),
    "0, and a file is lost": (replace(GOOD, after=without_files(DONE)), Wrong.FALSE_SUCCESS),
    "0, told as a draft": (replace(GOOD, told=told("draft", "saved")), Wrong.FALSE_SUCCESS),
    "0, and their file was passed over": (
        replace(
            GOOD, before=holding(EMPTY, THEIR_FILE), after=holding(DONE, THEIR_FILE), theirs=(THEIR_FILE,)
        ),
        Wrong.FALSE_SUCCESS,
    ),
    "another code than told": (replace(GOOD, code=5), Wrong.FALSE_REPORT),
    "no JSON": (replace(PARTLY, told={}), Wrong.FALSE_REPORT),
    "submitted, told as not submitted": (replace(PARTLY, after=DONE, submissions=1), Wrong.FALSE_REPORT),
    "submitted before, told as not submitted": (
        replace(PARTLY, before=DONE, after=DONE),
        Wrong.FALSE_REPORT,
    ),
    "a draft, told as submitted": (replace(PARTLY, told=told("submitted", "failed", 5)), Wrong.FALSE_REPORT),
    "not saved, told as saved": (replace(PARTLY, told=told("not-submitted", "saved", 5)), Wrong.FALSE_REPORT),
    "written, told as not reached": (
        replace(PARTLY, told=told("interrupted", "not-reached", 5), after=SAVED),
        Wrong.FALSE_REPORT,
    ),
    "written, told as stopped": (
        replace(ASKED, told=told("stopped", code=6), before=EMPTY, after=SAVED, theirs=()),
        Wrong.FALSE_REPORT,
    ),
    "a text overwritten, told as stopped": (
        replace(PARTLY, told=told("stopped", code=5), after=holding(EMPTY, TEXT)),
        Wrong.FALSE_REPORT,
    ),
    "another confirmation": (
        replace(GOOD, told=told("submitted", "saved", confirmation={"number": "E-2"})),
        Wrong.FALSE_REPORT,
    ),
    "no conflict told of a file": (
        replace(ASKED, told=told("stopped", code=6, plan=planned("obstacles"))),
        Wrong.FALSE_REPORT,
    ),
    "their text overwritten": (replace(GOOD, before=ASKED.before, theirs=(TEXT,)), Wrong.CASUALTY),
    "their file deleted though their side was taken": (
        replace(
            GOOD, before=ASKED.before, after=holding(DONE, TEXT), take={"1.1": "theirs"}, theirs=ASKED.theirs
        ),
        Wrong.CASUALTY,
    ),
    "an edit overwritten meanwhile": (replace(GOOD, edits=(TEXT,)), Wrong.CASUALTY),
    "their file deleted while the portal spoilt a text": (
        replace(
            PARTLY,
            before=ASKED.before,
            after=EMPTY,
            take={"1.1": "theirs"},
            theirs=(THEIR_FILE,),
            spoilt=frozenset({"1.1"}),
            late=True,
        ),
        Wrong.CASUALTY,
    ),
    "written beside an undecided conflict": (
        Run(-9, {}, holding(EMPTY, TEXT), holding(SAVED, TEXT), theirs=(TEXT,)),
        Wrong.CASUALTY,
    ),
    "submitted otherwise, and told so": (
        Run(5, told("submitted", "mismatch", 5), EMPTY, holding(DONE, THEIR_FILE), submissions=1),
        Wrong.SUBMITTED_OTHERWISE,
    ),
}


@pytest.mark.parametrize("run", HONEST.values(), ids=HONEST)
def test_what_is_true_or_has_its_reason_is_not_wrong(run: Run) -> None:
    assert judged(run, PREPARED) == []


@pytest.mark.parametrize(("run", "wrong"), LIES.values(), ids=LIES)
def test_every_lie_and_every_loss_is_seen(run: Run, wrong: Wrong) -> None:
    assert [reason for reason in judged(run, PREPARED) if reason.startswith(f"{wrong}:")]


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    """The receipts of a round of which one run was killed after it had begun its journal."""
    awaited = Receipts(tmp_path)
    journal = tmp_path / "run" / "journal.jsonl"
    journal.parent.mkdir()
    journal.write_text('{"event": "start"}\n', encoding="utf-8")
    assert awaited.begun() == journal
    assert awaited.begun() is None
    awaited.runs[journal] = Run(-9, {}, EMPTY, DONE, submissions=1)
    return awaited


def rebuilt(receipts: Receipts, outcome: str, card: str) -> list[str]:
    """What is wrong, once the next run has made that receipt."""
    receipt = {"outcome": outcome, "cards": [{"number": "1.1", "outcome": card}]}
    (receipts.folder / "run" / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    return list(receipts.judged(GOOD, PREPARED))


def test_a_receipt_is_missing_only_after_a_run_that_could_make_it(receipts: Receipts) -> None:
    assert list(receipts.judged(Run(-9, {}, EMPTY, EMPTY), PREPARED)) == []
    (reason,) = receipts.judged(GOOD, PREPARED)
    assert reason.startswith(f"{Wrong.NO_RECEIPT}:")


def test_a_receipt_is_compared_with_what_its_run_left(receipts: Receipts) -> None:
    assert rebuilt(receipts, "unknown", "saved") == []
    assert receipts.runs == {}, "judged once"


@pytest.mark.parametrize(("outcome", "card"), [("interrupted", "saved"), ("unknown", "not-reached")])
def test_a_false_receipt_is_seen(receipts: Receipts, outcome: str, card: str) -> None:
    (reason,) = rebuilt(receipts, outcome, card)
    assert reason.startswith(f"{Wrong.FALSE_REPORT}:")


def test_a_receipt_that_says_otherwise_than_its_run_is_seen(receipts: Receipts) -> None:
    (journal,) = receipts.runs
    receipts.runs[journal] = replace(GOOD, told={**GOOD.told, "receipt": "receipt.json"})
    (reason,) = rebuilt(receipts, "unknown", "saved")
    assert reason.startswith(f"{Wrong.FALSE_REPORT}:")


def test_the_same_seed_is_the_same_scenario() -> None:
    assert [scenario(seed) for seed in range(300)] == [scenario(seed) for seed in range(300)]


@pytest.mark.parametrize("first", range(1, 90))
def test_any_thirty_seeds_in_a_row_draw_every_kind_of_fault(first: int) -> None:
    drawn = {str(fault["kind"]) for seed in range(first, first + 30) for fault in scenario(seed).faults}
    assert drawn == set(DRAWS) == set(DECK)
