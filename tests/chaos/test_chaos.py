"""Thirty rounds under random faults and kills; `make chaos RUNS=1000` plays as many as one likes.

No guard of its own stands here: it looks for what nobody thought of. What the long campaign found, and how it
is judged, is in docs/reliability.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.campaign import Ground, play
from tests.chaos.scenario import DRAWS, scenario

SEEDS = range(1, 31)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground.prepared(tmp_path_factory.mktemp("ground"))


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_doubled_or_told_as_done_when_it_is_not(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    verdict = play(ground, scenario(seed), tmp_path / "play")
    assert verdict.wrong == [], verdict
    assert verdict.codes[-1] == 0


def test_the_same_seed_is_the_same_scenario() -> None:
    assert [scenario(seed) for seed in SEEDS] == [scenario(seed) for seed in SEEDS]


def test_every_kind_of_fault_is_drawn() -> None:
    drawn = {str(fault["kind"]) for seed in range(300) for fault in scenario(seed).faults}
    assert drawn == set(DRAWS)
