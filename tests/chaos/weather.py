"""The faults of a scenario on its portal: switched on, switched off, and what of them was really met."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.judge import Theirs
from tests.chaos.scenario import Scenario

SPOILING = {"truncate", "lose-tones", "swap"}
CARD = re.compile(r"/cards/(?P<number>[\d.]+)")
EDIT = "บุคคลอื่นแก้ไขข้อความนี้"


@dataclass(frozen=True)
class News:
    """What was met since it was last asked: edits, cards with spoilt texts, and whether a write was late."""

    edits: tuple[Theirs, ...]
    spoilt: frozenset[str]
    late: bool


@dataclass
class Weather:
    """The faults of one scenario; `was_late` says that the last news were of a write that may still come."""

    url: str
    scenario: Scenario
    met: Counter[str] = field(default_factory=Counter)
    was_late: bool = False
    _heard: int = 0

    def begin(self) -> None:
        """Switch the scenario's faults on."""
        faults = {"seed": self.scenario.seed, "faults": [_in_words(item) for item in self.scenario.faults]}
        httpx.post(f"{self.url}/__test__/faults", json=faults).raise_for_status()

    def clear_up(self) -> None:
        """Switch them off; everything that they did must have been asked for before."""
        httpx.delete(f"{self.url}/__test__/faults").raise_for_status()
        self._heard = 0

    def news(self) -> News:
        """What was met since."""
        met = httpx.get(f"{self.url}/__test__/faults").raise_for_status().json()["met"]
        new, self._heard = met[self._heard :], len(met)
        self.met.update(item["kind"] for item in new)
        self.was_late = any(
            (item["kind"], item["method"]) == ("slow", "POST") for item in new
        ) and "before" in {fault["when"] for fault in self.scenario.faults if fault["kind"] == "slow"}
        return News(
            tuple(self._edit(item) for item in new if item["kind"] == "edit"),
            frozenset(_number(item) for item in new if item["kind"] in SPOILING),
            self.was_late,
        )

    def _edit(self, met: dict[str, Any]) -> Theirs:
        (fault,) = (fault for fault in self.scenario.faults if fault["kind"] == "edit")
        return Theirs(_number(met), str(fault["field"]), EDIT)


def _number(met: dict[str, Any]) -> str:
    found = CARD.search(met["path"])
    assert found is not None, met
    return found["number"]


def _in_words(fault: dict[str, object]) -> dict[str, object]:
    return {**fault, "value": EDIT} if fault["kind"] == "edit" else fault
