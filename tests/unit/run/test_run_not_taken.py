"""What the portal says that it did not take is sent once more, but only after reading has shown the same."""

from __future__ import annotations

import pytest

from esar_bot.errors import ExitCode, NotTaken, Unavailable
from esar_bot.run import CardOutcome
from tests.unit.run.scripted_portal import ALL_SAVED, Answer, outcomes, revise
from tests.unit.small_agency import pdf

TOO_OLD = NotTaken("แบบฟอร์มหมดอายุ")


def test_a_save_is_repeated_when_nothing_has_arrived(run, portal):
    portal.script["save", "1.2"] = [Answer(TOO_OLD, arrives=False)]
    result = run()
    assert (outcomes(result), result.exit_code) == (ALL_SAVED, ExitCode.DONE)
    assert portal.asked("save").count("1.2") == 2
    assert [call for call in portal.calls if call[1] == "1.2"][:3] == [
        ("save", "1.2"),
        ("read", "1.2"),
        ("save", "1.2"),
    ]


def test_a_save_that_arrived_all_the_same_is_not_repeated(run, portal):
    portal.script["save", "1.2"] = [Answer(TOO_OLD)]
    assert outcomes(run()) == ALL_SAVED
    assert portal.asked("save").count("1.2") == 1


def test_a_save_of_which_a_part_arrived_is_not_repeated(run, portal):
    portal.script["save", "1.2"] = [Answer(TOO_OLD, spoil=lambda values, files: files.clear())]
    result = run()
    assert outcomes(result) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert result.exit_code is ExitCode.OUTCOME_UNKNOWN
    assert portal.asked("save").count("1.2") == 1


def test_a_save_is_not_repeated_when_nobody_can_read(run, portal):
    portal.script["save", "1.2"] = [Answer(TOO_OLD, arrives=False)]
    portal.script["read", "1.2"] = [Answer(Unavailable("ไม่ตอบ"))]
    assert outcomes(run()) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("save").count("1.2") == 1


def test_a_save_is_repeated_only_once(run, portal):
    portal.script["save", "1.2"] = [Answer(TOO_OLD, arrives=False) for _ in range(3)]
    assert outcomes(run()) == ALL_SAVED | {"1.2": CardOutcome.UNKNOWN}
    assert portal.asked("save").count("1.2") == 2


@pytest.mark.parametrize(("refusals", "deletions"), [(1, 2), (2, 2)])
def test_a_deletion_is_repeated_only_once(run, portal, agency, refusals, deletions):
    (old,) = revise(run, agency, "1.1", pdf("old"))
    portal.script["delete", old.key] = [Answer(TOO_OLD, arrives=False) for _ in range(refusals)]
    result = run()
    assert portal.asked("delete") == [old.key] * deletions
    assert (result.exit_code is ExitCode.DONE) == (refusals == 1)
    assert (old in portal.files["1.1"]) == (refusals == 2)


def test_a_deletion_that_happened_all_the_same_is_not_repeated(run, portal, agency):
    (old,) = revise(run, agency, "1.1", pdf("old"))
    portal.script["delete", old.key] = [Answer(TOO_OLD)]
    assert run().exit_code is ExitCode.DONE
    assert portal.asked("delete") == [old.key]
