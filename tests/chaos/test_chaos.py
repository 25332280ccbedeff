"""Thirty rounds under random faults, another person and kills; `make chaos RUNS=1000` plays many more.

No guard of its own stands here: it looks for what nobody thought of. What the long campaign found, and how it
is judged, is in docs/reliability.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.chaos.campaign import play
from tests.chaos.ground import Ground
from tests.chaos.scenario import FRESH, REVISED, Beginning, scenario
from tests.rehearsal import OFFICER, run_bot
from tests.trust.between import Between, portal_with_between

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


@pytest.mark.parametrize("begun", [FRESH, REVISED], ids=lambda begun: begun.folder)
def test_a_clean_run_is_as_the_scenarios_are_drawn_for(
    ground: Ground, tmp_path: Path, begun: Beginning
) -> None:
    """Else faults would wait for requests that never come, and kills for entries past the journal's end."""
    folder = tmp_path / "play"
    shutil.copytree(ground.folder / begun.folder, folder)
    with portal_with_between(folder / "portal", folder / "workspace", port=ground.port) as (portal, between):
        ran = run_bot(*ground.command(folder / "workspace", portal), env=OFFICER)
    assert ran.code == 0, ran.stderr
    journal = Path(ran.json["receipt"]).with_name("journal.jsonl")
    assert len(journal.read_text(encoding="utf-8").splitlines()) == begun.entries
    assert asked(between, "GET", begun.gets) == begun.gets
    assert asked(between, "POST", begun.posts) == begun.posts


def asked(between: Between, method: str, paths: Mapping[str, int]) -> dict[str, int]:
    """How often each path was asked for."""
    seen = [path for how, path in between.seen if how == method]
    return {path: sum(re.search(path, there) is not None for there in seen) for path in paths}
