"""Judges what runs leave behind in the workspace: a receipt for every journal, and true ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.judge import Run, State, Wrong, claims

JOURNAL, RECEIPT = "journal.jsonl", "receipt.json"


@dataclass
class Receipts:
    """The receipts of a round: `runs` are those whose journal was begun, and whose receipt is awaited."""

    folder: Path
    runs: dict[Path, Run] = field(default_factory=dict)
    _seen: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.begun()

    def begun(self) -> Path | None:
        """The journal that has been begun since this was last asked, if there is one."""
        new = set(self.folder.glob(f"*/{JOURNAL}")) - self._seen
        self._seen |= new
        return max(new, default=None)

    def judged(self, run: Run, prepared: State) -> Iterator[str]:
        """What is wrong with them after a run that looked for missing ones, its own among them."""
        for journal in list(self.runs):
            path = journal.with_name(RECEIPT)
            if path.exists():
                yield from _contradictions(_read(path), self.runs.pop(journal), prepared)
            elif not _holds_anything(journal):
                del self.runs[journal]
            elif run.code >= 0:
                yield Wrong.NO_RECEIPT.of(f"{journal.parent.name}, after a run that ended with {run.code}")


def _contradictions(receipt: dict[str, Any], run: Run, prepared: State) -> Iterator[str]:
    """What a receipt says otherwise than the portal, or than the run that it is of."""
    cards = {card["number"]: card["outcome"] for card in receipt["cards"]}
    for reason in claims(run, receipt["outcome"], cards, prepared):
        yield f"{reason} (in the receipt)"
    if run.told.get("receipt"):
        told = {card["indicator"]: card["outcome"] for card in run.told["cards"]}
        if (receipt["outcome"], cards) != (run.told["outcome"], told):
            yield Wrong.FALSE_REPORT.of(
                f"told {run.told['outcome']} {told}, in the receipt {receipt['outcome']}"
            )


def _holds_anything(journal: Path) -> bool:
    """Whether one entry at least is whole: a run that was killed before has written nothing."""
    return b"\n" in journal.read_bytes()


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))
