"""A portal with somebody between it and the bot, and a workspace whose cards carry two files each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot
from tests.trust.between import Between, portal_with_between

ROUND = "12m"
NUMBERS = ("1.1", "1.2")
SECOND = "  - number: {number}-2\n    title: (ตัวอย่าง) รายงานการประชุม\n    file: {number}/minutes.pdf\n"


def add_second_files(workspace: Path) -> None:
    """Give each card of the 12-month round a second file."""
    for number in NUMBERS:
        card = workspace / ROUND / f"{number}.yaml"
        card.write_text(card.read_text(encoding="utf-8") + SECOND.format(number=number), encoding="utf-8")
        first = workspace / ROUND / number / "report.pdf"
        first.with_name("minutes.pdf").write_bytes(first.read_bytes() + f"% {number}\n".encode())


@pytest.fixture
def workspace(workspace: Path) -> Path:
    """The small workspace, with two files on each card of the 12-month round."""
    add_second_files(workspace)
    return workspace


@pytest.fixture
def watched(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[MockPortal, Between]]:
    """A portal for the workspace, and who stands before it."""
    with portal_with_between(tmp_path_factory.mktemp("portal"), workspace) as both:
        yield both


@pytest.fixture
def portal(watched: tuple[MockPortal, Between]) -> MockPortal:
    """The portal behind."""
    return watched[0]


@pytest.fixture
def between(watched: tuple[MockPortal, Between]) -> Between:
    """Who stands before it."""
    return watched[1]


@pytest.fixture
def tokens(between: Between) -> set[str]:
    """The cookies that the portal gave away, whatever else a test has it do."""
    given: set[str] = set()
    between.heard = lambda answer: given.update(answer.cookies)
    return given


@pytest.fixture
def submit_12m(workspace: Path, portal: MockPortal) -> Callable[..., Ran]:
    """Runs `submit --round 12m --json` as the officer."""

    def run(*options: str | Path, env: Mapping[str, str] | None = None) -> Ran:
        command = ("-C", workspace, "submit", "--round", ROUND, "--portal-url", portal.url, "--json")
        return run_bot(*command, *options, env={**OFFICER, **(env or {})})

    return run
