"""What a submission came to is told, and kept, also where its receipt cannot be."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest

from esar_bot import submission
from esar_bot.cli.submitting import _show_end
from esar_bot.errors import ExitCode
from esar_bot.journal import JOURNAL
from esar_bot.models import Limits
from esar_bot.plan import make_plan
from esar_bot.prepared import PreparedReport, prepare
from esar_bot.run import CardOutcome
from esar_bot.submission import Job, Mode, PortalFacts, Submission
from esar_bot.workspace import Workspace, load_settings
from esar_bot.written import Written
from tests.unit.run.scripted_portal import CARDS, PORTAL, ROUND, Answer, ScriptedPortal
from tests.unit.small_agency import SmallAgency

FULL = OSError(errno.ENOSPC, "No space left on device")


class Silent:
    """A witness who says nothing."""

    def applied(self, indicator: str, outcome: CardOutcome) -> None:
        """A card was done."""


async def no_printer(_page: Path, _pdf: BinaryIO) -> None:
    raise FULL


@pytest.fixture
def prepared(agency: SmallAgency) -> PreparedReport:
    result = agency.check(ROUND)
    assert result.agreement is not None
    assert result.report is not None
    return prepare(result.agreement, result.report, agency.root / ROUND)


@pytest.fixture
def submit(agency: SmallAgency, prepared: PreparedReport, tmp_path, in_loop):
    """Applies the round's plan to a portal in memory, which can be scripted before, with no printer."""

    async def work(script: Callable[[ScriptedPortal], None]) -> tuple[Job, Submission]:
        portal = ScriptedPortal(tmp_path / JOURNAL)
        portal.journal.touch()
        script(portal)
        observed = await portal.observe_round(ROUND, CARDS)
        plan = make_plan(prepared, observed, portal.fields, Written())
        workspace = Workspace(agency.root)
        facts = PortalFacts(
            "e-SAR", PORTAL, Limits(), rehearsal=False, profile="x", profile_sha256="", listing_seconds=0
        )
        job = Job(workspace, load_settings(workspace), ROUND, Mode.SUBMIT, date(2027, 7, 5), facts)
        done = Submission(plan=plan)
        await submission._apply(job, done, plan, portal, Silent(), no_printer)
        return job, done

    return lambda script=lambda _portal: None: in_loop(work(script))


def test_a_receipt_that_could_not_be_printed_says_so_itself(submit):
    _job, done = submit()
    assert done.result.exit_code == ExitCode.PARTLY_DONE
    receipt = json.loads(done.receipt.json.read_bytes())
    assert (receipt["outcome"], receipt["exit_code"]) == ("submitted", ExitCode.PARTLY_DONE)
    assert "No space left" in receipt["error"]["what"]
    assert receipt["confirmation"]["number"] == "ESAR-1"


def test_where_there_is_no_room_for_a_receipt_all_is_said_nevertheless(submit, monkeypatch, capsys):
    def no_room(*_about: object) -> None:
        raise FULL

    def edit(portal: ScriptedPortal) -> None:
        """Have somebody edit a card between its verification and the lock."""
        somebody = Answer(meanwhile=lambda: portal.cards["1.2"].update(result="0"))
        portal.script["submit", ROUND] = [somebody]

    monkeypatch.setattr(submission, "write_receipt", no_room)
    job, done = submit(edit)
    assert done.receipt is None
    _show_end(job, done)
    said = capsys.readouterr().err
    assert "รับแล้ว" in said, "what the portal confirmed"
    assert "ตัวชี้วัด 1.2" in said
    assert done.result.error.what in said
