"""P3: what was previewed and approved is what is sent; a stale plan is refused with 0 writes.

Guard: `esar_bot.saved_plan.refuse_stale`, called in `esar_bot.submission._carry_out` before anybody is asked
and before the session's guard is lifted. It compares whole plans; what each stale test stands for is the part
of `SavedPlan` that its docstring names: leave that out of the plan and the test fails. Last stands
`esar_bot.run.card._refuse_changed_file`, for files that change after that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.portal.person import Person
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot, write_profile
from tests.trust.between import SAVE, Answer, Ask, Between, Exchange
from tests.trust.conftest import NUMBERS, ROUND
from tests.trust.end_state import as_prepared, change_text, left_by, revise
from tests.trust.test_p01_dry_run import autosaving

Command = Callable[..., Ran]


@pytest.fixture
def plan(workspace: Path, portal: MockPortal, tmp_path: Path) -> Command:
    """Makes a plan of the 12-month round."""

    def make(*options: str) -> Ran:
        file = ("-o", tmp_path / "plan.json")
        command = ("-C", workspace, "plan", "--round", ROUND, "--portal-url", portal.url, *file, "--json")
        ran = run_bot(*command, *options, env=OFFICER)
        assert ran.code == 0, ran.stderr
        return ran

    return make


@pytest.fixture
def carry_out(workspace: Path, portal: MockPortal, between: Between, tmp_path: Path) -> Command:
    """Submits that plan; `between` has then seen nothing but this."""

    def run(*options: str) -> Ran:
        between.seen.clear()
        plan = ("--plan", tmp_path / "plan.json")
        command = ("-C", workspace, "submit", *plan, "--yes", "--portal-url", portal.url, "--json")
        return run_bot(*command, *options, env=OFFICER)

    return run


@pytest.fixture
def officer(portal: MockPortal) -> Person:
    """Another officer, who works on the portal meanwhile."""
    return Person(portal.url).sign_in()


def append_to(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"% revised\n")


def assert_stale(carry_out: Command, portal: MockPortal, between: Between, *words: str) -> None:
    """The plan is refused, every difference named, and the portal holds what it held."""
    before, rounds = portal.posts(), portal.state()["rounds"]
    ran = carry_out()
    assert ran.code == 6, ran.stderr
    assert ran.json["error"]["kind"] == "StalePlan"
    for word in words:
        assert word in ran.stderr
    assert f"({len(words)}):" in ran.stderr, "nothing else is named"
    assert "esar-bot plan" in ran.stderr
    assert portal.posts() - before == 1
    assert between.posts() == ["/login"]
    assert portal.state()["rounds"] == rounds
    assert ran.json["receipt"] is None


def test_the_plan_is_carried_out_exactly_and_then_nothing_is_left_to_do(
    plan: Command, carry_out: Command, workspace: Path, portal: MockPortal, between: Between
) -> None:
    made = plan()
    first = carry_out()
    assert first.code == 0, first.stderr
    assert first.json["plan"] == made.json["plan"]
    assert len(between.posts(SAVE)) == len(NUMBERS)
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)

    second = carry_out()
    assert (second.code, second.json["outcome"]) == (0, "nothing-to-do"), second.stderr
    assert second.json["confirmation"] == first.json["confirmation"]
    assert between.posts() == ["/login"]


def test_a_changed_report(
    plan: Command, carry_out: Command, workspace: Path, portal: MockPortal, between: Between
) -> None:
    """Guard: `ReportCard.fields`. The pages save by themselves, which would show if writes were let out."""
    plan()
    change_text(workspace)
    between.meddle = autosaving
    assert_stale(carry_out, portal, between, "indicator 1.1 in the folder: performance\n")


def test_changed_bytes_of_evidence(
    plan: Command, carry_out: Command, workspace: Path, portal: MockPortal, between: Between
) -> None:
    """Guard: `OurFile.sha256` and `OurFile.bytes` in `ReportCard.files`; the name is the same."""
    plan()
    append_to(workspace / ROUND / "1.2" / "minutes.pdf")
    assert_stale(
        carry_out, portal, between, "indicator 1.2 in the folder: file minutes.pdf (other content)\n"
    )


def test_a_changed_value_on_the_portal(
    plan: Command, carry_out: Command, portal: MockPortal, between: Between
) -> None:
    """Guard: `PortalCard.fields`. The conflict was decided on another value than it would cost now."""
    portal.edit(ROUND, "1.1", obstacles="ของผู้อื่น")
    plan("--take", "ours", "1.1")
    portal.edit(ROUND, "1.1", obstacles="ของผู้อื่น แก้ไขแล้ว")
    assert_stale(carry_out, portal, between, "indicator 1.1 on the portal: obstacles\n")


def test_a_changed_file_on_the_portal(
    plan: Command, carry_out: Command, officer: Person, portal: MockPortal, between: Between
) -> None:
    """Guard: `PortalCard.files`. A file that nobody had seen would go with the one that was decided."""
    where = f"/2570/{ROUND}"
    assert officer.save("1.1", [("ก.pdf", b"%PDF-1.4 one")], where, obstacles="x").status_code == 303
    plan("--take", "ours", "1.1")
    assert officer.save("1.1", [("ข.pdf", b"%PDF-1.4 two")], where, obstacles="x").status_code == 303
    officer.http.close()
    assert_stale(carry_out, portal, between, "indicator 1.1 on the portal: file ข.pdf (new)\n")


def test_a_changed_profile(
    plan: Command, carry_out: Command, portal: MockPortal, between: Between, tmp_path: Path
) -> None:
    """Guard: `SavedPlan.profile_sha256`. What is written where is the profile's to say."""
    profile = tmp_path / "portal.toml"
    write_profile(profile, "save = 60", "save = 60")
    plan("--profile", str(profile))
    write_profile(profile, "save = 60", "save = 61")
    assert_stale(carry_out, portal, between, "what the profile says: changed\n")


def test_a_round_that_was_submitted_meanwhile(
    plan: Command,
    carry_out: Command,
    submit_12m: Command,
    officer: Person,
    workspace: Path,
    portal: MockPortal,
    between: Between,
) -> None:
    """Guard: `SavedPlan.round_state` and `PortalCard.state`. It is said before the round's lock is."""
    assert submit_12m("--draft", "--yes").code == 0
    change_text(workspace)
    plan()
    assert officer.submit(f"/2570/{ROUND}").status_code == 303
    officer.http.close()
    assert_stale(
        carry_out,
        portal,
        between,
        "the round's state on the portal: draft → submitted\n",
        "indicator 1.1 on the portal: state draft → submitted\n",
        "indicator 1.2 on the portal: state draft → submitted\n",
    )


def test_whatever_has_changed_is_named_at_once(
    plan: Command,
    carry_out: Command,
    submit_12m: Command,
    workspace: Path,
    portal: MockPortal,
    between: Between,
) -> None:
    """Guard: `esar_bot.saved_plan.differences` names them all, in one run."""
    assert submit_12m("--draft", "--yes").code == 0
    plan()
    revise(workspace)
    portal.edit(ROUND, "1.2", result="80")
    assert_stale(
        carry_out,
        portal,
        between,
        "indicator 1.1 in the folder: performance, file report.pdf (other content)\n",
        "indicator 1.2 in the folder: performance, file report.pdf (other content)\n",
        "indicator 1.2 on the portal: result\n",
    )


@pytest.mark.parametrize("how", [append_to, Path.unlink], ids=["changed", "gone"])
def test_a_file_that_changes_after_the_plan_was_found_to_hold_is_not_attached(
    plan: Command,
    carry_out: Command,
    workspace: Path,
    portal: MockPortal,
    between: Between,
    how: Callable[[Path], None],
) -> None:
    """Guard: `esar_bot.run.card._refuse_changed_file`, which reads the bytes again just before the save."""
    plan()
    report = workspace / ROUND / "1.1" / "report.pdf"
    changed: list[str] = []

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The card's form is asked for when all was found to hold, and before anything is attached."""
        if exchange.path == f"/2570/{ROUND}/cards/1.1/edit" and not changed:
            how(report)
            changed.append(exchange.path)
        return await ask(exchange)

    between.meddle = meddle
    ran = carry_out()
    assert changed
    assert ran.code == 5, ran.stderr
    assert {card["indicator"]: card["outcome"] for card in ran.json["cards"]} == {
        "1.1": "failed",
        "1.2": "saved",
    }
    assert "report.pdf" in ran.stderr
    assert portal.card(ROUND, "1.1")["saves"] == 0
    assert portal.state()["rounds"][ROUND]["status"] == "draft"
