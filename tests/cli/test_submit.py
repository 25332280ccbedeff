"""`esar-bot submit`, from the prepared folder to the portal's confirmation, as a scheduled job runs it."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from esar_bot.prepared import prepare
from esar_bot.workspace import find_workspace, load_agreement, load_round
from tests.rehearsal import OFFICER, SAMPLE_AGENCY, MockPortal, Ran, run_bot

Submit = Callable[..., Ran]


def expected_cards(workspace: Path, round_key: str) -> dict[str, dict[str, Any]]:
    """What the test interface must answer for a round that was filled from a workspace."""
    found = find_workspace(workspace)
    agreement = load_agreement(found).agreement
    assert agreement is not None
    report = load_round(found, round_key).report(agreement)
    cards = {}
    for card in prepare(agreement, report, found.round_folder(round_key)).cards:
        files = [found.round_folder(round_key) / item.file for item in report.card(card.number).evidence]  # type: ignore[union-attr]
        evidence = [
            {
                "name": file.name,
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
            for file in files
        ]
        cards[card.number] = {"fields": card.fields, "evidence": evidence, "saves": 1}
    return cards


def test_the_sample_agencys_round_arrives_exactly_once(
    tmp_path: Path, start_portal: Callable[..., MockPortal], page: Page
) -> None:
    workspace = tmp_path / "agency"
    shutil.copytree(SAMPLE_AGENCY, workspace)
    portal = start_portal(workspace)
    arguments = ("-C", workspace, "submit", "--round", "9m", "--yes", "--json", "--portal-url", portal.url)

    dry = run_bot(*arguments[:-3], "--json", "--dry-run", "--portal-url", portal.url, env=OFFICER)
    assert dry.code == 0, dry.stderr
    assert portal.posts() == 1, "a dry run posts nothing but the login"

    first = run_bot(*arguments, env=OFFICER)
    assert first.code == 0, first.stderr
    state = portal.state()["rounds"]["9m"]
    assert state["status"] == "submitted"
    assert state["confirmation"] == first.json["confirmation"]["number"]
    assert state["cards"] == expected_cards(workspace, "9m")

    before = portal.posts()
    second = run_bot(*arguments, env=OFFICER)
    assert second.code == 0, second.stderr
    assert second.json["outcome"] == "nothing-to-do"
    assert second.json["confirmation"] == first.json["confirmation"]
    assert portal.posts() - before == 1, "a second run posts nothing but the login"
    rounds = {item["round"]: item for item in run_bot("-C", workspace, "status", "--json").json["rounds"]}
    assert rounds["9m"]["last_outcome"] == "submitted", (
        "a run that changed nothing does not hide what was done"
    )
    assert rounds["9m"]["confirmation"] == first.json["confirmation"]["number"]

    page.goto(f"{portal.url}/2570/9m/receipt")
    page.get_by_label("ชื่อผู้ใช้").fill("officer")
    page.get_by_label("รหัสผ่าน").fill("rehearse-2570")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_test_id("confirmation-number")).to_have_text(first.json["confirmation"]["number"])


def test_a_draft_stops_before_the_irreversible_act(submit: Submit, portal: MockPortal) -> None:
    ran = submit("--draft", "--yes")
    assert ran.code == 0, ran.stderr
    assert ran.json["outcome"] == "draft"
    state = portal.state()["rounds"]["9m"]
    assert (state["status"], state["confirmation"]) == ("draft", None)
    assert all(card["saves"] == 1 for card in state["cards"].values())

    again = submit("--draft", "--yes")
    assert again.json["outcome"] == "nothing-to-do"
    assert submit("--yes").json["outcome"] == "submitted"
    assert all(card["saves"] == 1 for card in portal.state()["rounds"]["9m"]["cards"].values())


def test_a_changed_text_and_a_replaced_file_are_the_only_writes(
    submit: Submit, portal: MockPortal, workspace: Path
) -> None:
    assert submit("--draft", "--yes", round_key="12m").code == 0
    card = workspace / "12m" / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("ประชุมชี้แจง", "จัดประชุมชี้แจง"), encoding="utf-8")
    evidence = workspace / "12m" / "1.1" / "report.pdf"
    evidence.write_bytes(evidence.read_bytes() + b"% revised\n")

    ran = submit("--draft", "--yes", round_key="12m")
    assert ran.code == 0, ran.stderr
    changed = next(card for card in ran.json["plan"]["cards"] if card["indicator"] == "1.1")
    assert changed["fields"] == ["performance"]
    assert (changed["add"], changed["remove"]) == (["report.pdf"], ["report.pdf"])
    after = portal.state()["rounds"]["12m"]["cards"]
    assert after["1.1"]["evidence"] == expected_cards(workspace, "12m")["1.1"]["evidence"]
    assert "จัดประชุมชี้แจง" in after["1.1"]["fields"]["performance"]
    assert after["1.2"]["saves"] == 1


def test_without_a_terminal_it_needs_yes_and_does_nothing(submit: Submit, portal: MockPortal) -> None:
    ran = submit()
    assert ran.code == 2
    assert "--yes" in ran.stderr
    assert portal.is_untouched()


def test_auto_takes_the_round_that_is_open(submit: Submit, portal: MockPortal) -> None:
    ran = submit("--yes", "--today", "2027-04-12", round_key="auto")
    assert ran.code == 0, ran.stderr
    assert ran.json["round"] == "6m"
    assert portal.state()["rounds"]["6m"]["status"] == "submitted"


def test_auto_with_no_round_open_is_nothing_to_do(submit: Submit, portal: MockPortal) -> None:
    ran = submit("--yes", "--today", "2027-02-10", round_key="auto")
    assert (ran.code, ran.json["outcome"]) == (0, "no-round-open")
    assert "2027-04-01" in ran.stderr
    assert portal.is_untouched()


@pytest.mark.parametrize(("take", "kept"), [("ours", "86.75"), ("theirs", "80")])
def test_a_persons_edit_is_a_conflict_until_decided(
    submit: Submit, portal: MockPortal, take: str, kept: str
) -> None:
    portal.edit("9m", "1.1", result="80")
    stopped = submit("--yes")
    assert stopped.code == 6
    assert "1.1" in stopped.json["error"]["what"]
    assert portal.posts() == 1, "nothing but the login was posted"
    assert re.search(r"1\.1 +│ result +│ 80 +│ 86\.75", stopped.stderr), "both sides are shown"

    decided = submit("--draft", "--yes", "--take", take, "1.1")
    assert decided.code == 0, decided.stderr
    assert portal.card("9m", "1.1")["fields"]["result"] == kept


def test_our_own_earlier_values_are_no_conflict(submit: Submit, workspace: Path, portal: MockPortal) -> None:
    assert submit("--draft", "--yes").code == 0
    card = workspace / "9m" / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("86.75", "87.10"), encoding="utf-8")
    ran = submit("--draft", "--yes")
    assert ran.code == 0, ran.stderr
    assert portal.card("9m", "1.1")["fields"]["result"] == "87.10"


def test_a_submitted_round_that_differs_is_refused(
    submit: Submit, workspace: Path, portal: MockPortal
) -> None:
    assert submit("--yes").code == 0
    card = workspace / "9m" / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("86.75", "87.10"), encoding="utf-8")
    before = portal.posts()
    ran = submit("--yes")
    assert ran.code == 9
    assert "submitted" in ran.json["error"]["what"]
    assert portal.posts() - before == 1


def test_the_json_names_every_card_and_its_receipt(submit: Submit, workspace: Path) -> None:
    ran = submit("--yes")
    facts = ran.json
    assert facts["schema"] == 1
    assert facts["cards"] == [
        {"indicator": "1.1", "outcome": "saved", "mismatches": []},
        {"indicator": "1.2", "outcome": "saved", "mismatches": []},
    ]
    folder = Path(facts["receipt"]).parent
    assert folder.is_relative_to(workspace / "receipts" / "9m")
    assert sorted(path.name for path in folder.iterdir()) == [
        "cards",
        "journal.jsonl",
        "receipt.html",
        "receipt.json",
        "receipt.pdf",
    ]
    pages = [page.extract_text() for page in PdfReader(folder / "receipt.pdf").pages]
    assert len(pages) > 3
    assert all("ใบรับจากการซ้อมกับระบบ" in page for page in pages), "no page may pass for a real receipt's"
    assert facts["rehearsal"] is True
    assert (
        ran.stderr.splitlines()[-1] == "! the receipt of a rehearsal: no evidence that a report was submitted"
    )
    assert sorted(path.name for path in (folder / "cards").iterdir()) == ["1.1.jpg", "1.2.jpg"]
    assert re.fullmatch(r"ESAR-2570-09M-\w+", facts["confirmation"]["number"])
    assert Path(facts["preview"]).is_file()
