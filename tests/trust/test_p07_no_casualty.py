"""P7: what a person put on the portal is neither overwritten nor deleted; a replaced file goes last.

Guards: the conflicts of `esar_bot.plan.plan_card`, `esar_bot.written.written_in` (only what we wrote last is
ours), `esar_bot.refusals.refuse_unreported` (cards that the report does not have),
`flows.pages.card_form._refuse_changed` (what was changed after the plan was made) and the order in
`esar_bot.run.card._settle` (delete only what was verified).
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.portal.person import Person
from tests.rehearsal import MockPortal, Ran
from tests.trust.between import DELETION, SAVE, SUBMISSION, Answer, Ask, Between, Exchange, falsified
from tests.trust.conftest import ROUND
from tests.trust.end_state import revise


def names(portal: MockPortal, number: str) -> list[str]:
    """The files on a card."""
    return sorted(str(file["name"]) for file in portal.card(ROUND, number)["evidence"])


def test_a_persons_file_stays_until_it_is_decided_and_after(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    person = Person(portal.url).sign_in()
    saved = person.save("1.1", [("ของผู้อื่น.pdf", b"%PDF-1.4 theirs")], f"/2570/{ROUND}", obstacles="ของผู้อื่น")
    person.http.close()
    assert saved.status_code == 303
    between.seen.clear()

    stopped = submit_12m("--yes")
    assert stopped.code == 6, stopped.stderr
    assert between.posts() == ["/login"]
    conflicts = {card["indicator"]: card["conflicts"] for card in stopped.json["plan"]["cards"]}
    assert conflicts == {"1.1": ["obstacles", "evidence"], "1.2": []}

    decided = submit_12m("--draft", "--yes", "--take", "theirs", "1.1")
    assert decided.code == 0, decided.stderr
    assert names(portal, "1.1") == ["minutes.pdf", "report.pdf", "ของผู้อื่น.pdf"]
    assert portal.card(ROUND, "1.1")["fields"]["obstacles"] == "ของผู้อื่น"


def test_an_older_value_of_ours_that_a_person_put_back_is_a_conflict(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal
) -> None:
    assert submit_12m("--draft", "--yes").code == 0
    older = portal.card(ROUND, "1.1")["fields"]["performance"]
    revise(workspace)
    assert submit_12m("--draft", "--yes").code == 0
    portal.edit(ROUND, "1.1", performance=older)
    ran = submit_12m("--yes")
    assert ran.code == 6, ran.stderr
    assert portal.card(ROUND, "1.1")["fields"]["performance"] == older


def test_an_older_file_of_ours_that_a_person_put_back_is_a_conflict(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal
) -> None:
    assert submit_12m("--draft", "--yes").code == 0
    older = (workspace / ROUND / "1.1" / "report.pdf").read_bytes()
    revise(workspace)
    assert submit_12m("--draft", "--yes").code == 0
    assert names(portal, "1.1") == ["minutes.pdf", "report.pdf"]
    person = Person(portal.url).sign_in()
    fields = portal.card(ROUND, "1.1")["fields"]
    saved = person.save("1.1", [("report.pdf", older)], f"/2570/{ROUND}", **fields)
    person.http.close()
    assert saved.status_code == 303
    held = portal.card(ROUND, "1.1")["evidence"]
    assert len(held) == 3
    ran = submit_12m("--yes")
    assert ran.code == 6, ran.stderr
    assert {card["indicator"]: card["conflicts"] for card in ran.json["plan"]["cards"]}["1.1"] == ["evidence"]
    assert portal.card(ROUND, "1.1")["evidence"] == held


def test_a_card_that_nobody_prepared_is_not_submitted_with_the_round(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, between: Between
) -> None:
    agreement = workspace / "agreement.yaml"
    text = agreement.read_text(encoding="utf-8")
    second = text.index("  # เกณฑ์แบบ milestones")
    agreement.write_text(text[:second].replace("weight: 60", "weight: 100"), encoding="utf-8")
    for card in workspace.glob("*/1.2.yaml"):
        shutil.rmtree(card.with_suffix(""), ignore_errors=True)
        card.unlink()
    ran = submit_12m("--yes")
    assert ran.code == 6, ran.stderr
    assert "1.2" in ran.json["error"]["what"]
    assert between.posts() == ["/login"]
    assert submit_12m("--draft", "--yes").code == 0


def test_an_edit_between_plan_and_save_is_no_casualty(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    edited: list[str] = []

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """Another person saves just before the bot opens the form."""
        found = SAVE.search(exchange.path)
        if found and found["number"] == "1.1" and not edited:
            edited.append(exchange.path)
            await asyncio.to_thread(portal.edit, ROUND, "1.1", performance="ผู้อื่นเพิ่งบันทึก")
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert edited
    assert ran.code == 5, ran.stderr
    assert {card["indicator"]: card["outcome"] for card in ran.json["cards"]} == {
        "1.1": "failed",
        "1.2": "saved",
    }
    assert "performance" in ran.stderr
    assert portal.card(ROUND, "1.1")["fields"]["performance"] == "ผู้อื่นเพิ่งบันทึก"
    assert between.posts(SUBMISSION) == []


def test_the_old_file_stays_while_the_new_one_is_not_verified(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, between: Between
) -> None:
    assert submit_12m("--draft", "--yes").code == 0
    before = portal.card(ROUND, "1.1")["evidence"]
    report = workspace / ROUND / "1.1" / "report.pdf"
    report.write_bytes(report.read_bytes() + b"% revised\n")

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The portal takes the form and drops its files."""
        if exchange.method == "POST" and SAVE.search(exchange.path):
            exchange = falsified(exchange, lambda parts: [part for part in parts if part.name != "evidence"])
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 5, ran.stderr
    assert "evidence: report.pdf (" in ran.stderr
    assert between.posts(DELETION) == []
    assert portal.card(ROUND, "1.1")["evidence"] == before
