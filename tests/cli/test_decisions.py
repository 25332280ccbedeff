"""`--take ours 1.1`, on the command line and in the environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from esar_bot.cli.decisions import decisions
from esar_bot.errors import UsageError
from tests.rehearsal import MockPortal, Ran, run_bot

Submit = Callable[..., Ran]
DRY = ("submit", "--round", "9m", "--dry-run")


@pytest.mark.parametrize(
    "takes", [["ours 1.1", "theirs 1.2"], ["ours", "1.1", "theirs", "1.2"], ["ours 1.1 theirs 1.2"]]
)
def test_two_words_decide_an_indicator(takes: list[str]) -> None:
    assert decisions(takes) == {"1.1": "ours", "1.2": "theirs"}


def test_nothing_is_decided_without_a_word() -> None:
    assert decisions([]) == {}


@pytest.mark.parametrize(
    "takes",
    [
        ["mine 1.1"],
        ["1.1 ours"],
        ["ours"],
        ["ours 1.1 theirs"],
        ["ours:1.1"],
        ["ours --yes"],
        ["ours 1.1", "theirs 1.1"],
    ],
)
def test_what_decides_nothing_is_refused(takes: list[str]) -> None:
    with pytest.raises(UsageError, match=r"--take ours 1\.1"):
        decisions(takes)


@pytest.mark.parametrize(
    "words",
    [["mine", "1.1"], ["ours"], ["ours:1.1", "--headed"], ["ours", "--headed"], ["ours", "1.1", "1.2"]],
    ids=" ".join,
)
def test_a_slip_of_the_pen_is_a_usage_error(workspace: Path, words: list[str]) -> None:
    ran = run_bot("-C", workspace, *DRY, "--take", *words)
    assert ran.code == 2, ran.stderr
    assert "Traceback" not in ran.stderr


def test_several_decisions_on_the_command_line_or_in_the_environment(
    submit: Submit, portal: MockPortal
) -> None:
    portal.edit("9m", "1.1", result="80")
    portal.edit("9m", "1.2", result="81")
    for ran in (
        submit("--dry-run", "--take", "ours", "1.1", "--take", "theirs", "1.2"),
        submit("--dry-run", env={"ESAR_BOT_TAKE": "ours 1.1 theirs 1.2"}),
    ):
        assert ran.code == 0, ran.stderr
        changed = {card["indicator"]: card["fields"] for card in ran.json["plan"]["cards"]}
        assert "result" in changed["1.1"]
        assert "result" not in changed["1.2"]


def test_a_decision_about_an_indicator_that_is_none(submit: Submit) -> None:
    ran = submit("--dry-run", "--take", "ours", "9.9")
    assert ran.code == 2, ran.stderr
    assert "9.9" in ran.stderr
