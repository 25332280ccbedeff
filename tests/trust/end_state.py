"""What a run leaves on the portal, and what one clean run would have left there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from esar_bot.prepared import prepare
from esar_bot.workspace import find_workspace, load_agreement, load_round
from tests.trust.conftest import NUMBERS, ROUND


def revise(workspace: Path) -> None:
    """Change a text and replace a file of each card, as before a second run."""
    for number in NUMBERS:
        card = workspace / ROUND / f"{number}.yaml"
        text = card.read_text(encoding="utf-8")
        card.write_text(text.replace("ประชุมชี้แจง", "จัดประชุมชี้แจง"), encoding="utf-8")
        report = workspace / ROUND / number / "report.pdf"
        report.write_bytes(report.read_bytes() + b"% revised\n")


def left_by(state: dict[str, Any]) -> dict[str, Any]:
    """What a run leaves, but for how often it saved and the confirmation's number."""
    cards = {
        number: (card["fields"], sorted(card["evidence"], key=lambda file: str(file["name"])))
        for number, card in state["cards"].items()
    }
    return {"status": state["status"], "confirmed": state["confirmation"] is not None, "cards": cards}


def as_prepared(folder: Path) -> dict[str, Any]:
    """What one clean run leaves: exactly the workspace's report, submitted (tests/cli/test_submit.py)."""
    found = find_workspace(folder)
    agreement = load_agreement(found).agreement
    assert agreement is not None
    report = prepare(agreement, load_round(found, ROUND).report(agreement), found.round_folder(ROUND))
    cards = {}
    for card in report.cards:
        files = [
            {"name": file.name, "bytes": file.bytes, "sha256": file.sha256}
            for file in sorted(card.evidence, key=lambda file: file.name)
        ]
        cards[card.number] = (card.fields, files)
    return {"status": "submitted", "confirmed": True, "cards": cards}


def change_text(workspace: Path, number: str = "1.1") -> None:
    """Change a text of one card."""
    card = workspace / ROUND / f"{number}.yaml"
    text = card.read_text(encoding="utf-8")
    assert "ประชุมชี้แจง" in text
    card.write_text(text.replace("ประชุมชี้แจง", "จัดประชุมชี้แจง"), encoding="utf-8")
