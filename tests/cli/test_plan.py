"""`esar-bot plan` and `submit --plan`: what they write, what they print, and what they refuse."""

from __future__ import annotations

import json
import os
import shlex
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from esar_bot.saved_plan import read_plan
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot

Bot = Callable[..., Ran]
NO_BROWSER = {"ESAR_BOT_BROWSER": "/nowhere"}


@pytest.fixture
def bot(workspace: Path, portal: MockPortal, tmp_path: Path) -> Bot:
    """Runs any command on the small workspace, signed in, from the folder where plans are kept."""

    def run(*arguments: str, **env: str) -> Ran:
        url = {"ESAR_BOT_PORTAL_URL": portal.url}
        return run_bot("-C", workspace, *arguments, env={**OFFICER, **url, **env}, cwd=tmp_path)

    return run


@pytest.fixture
def made(bot: Bot, tmp_path: Path) -> Path:
    """A plan of round 9m."""
    ran = bot("plan", "--round", "9m", "-o", "plan.json")
    assert ran.code == 0, ran.stderr
    return tmp_path / "plan.json"


def damage(plan: Path, **changes: object) -> None:
    plan.write_text(json.dumps({**json.loads(plan.read_text("utf-8")), **changes}), encoding="utf-8")


# plan


def test_a_plan_is_shown_previewed_and_kept_and_nothing_is_written(
    bot: Bot, portal: MockPortal, workspace: Path, tmp_path: Path
) -> None:
    ran = bot("plan", "--round", "9m", "-o", "plans/plan.json", "--json", "--exit-code")
    assert ran.code == 4, ran.stderr
    assert portal.posts() == 1, "nothing but the login"
    facts = ran.json
    assert (facts["command"], facts["exit_code"], facts["act"], facts["pending"]) == (
        "plan",
        4,
        "submit",
        True,
    )
    assert Path(facts["preview"]) == workspace / "previews" / "9m.html"
    assert "save 2 of 2 cards, then submit round 9m" in ran.stderr
    kept = tmp_path / "plans" / "plan.json"
    assert facts["saved"] == str(Path("plans/plan.json"))
    if os.name != "nt":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    plan = read_plan(kept)
    assert (plan.round, plan.portal, plan.profile) == ("9m", portal.url, "mock")
    assert [card.indicator for card in plan.cards if card.write] == ["1.1", "1.2"]
    assert "ประชุมชี้แจง" not in kept.read_text(encoding="utf-8")


def test_without_a_file_it_is_only_shown(bot: Bot, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    ran = bot("plan", "--round", "9m", "--draft", "--json")
    assert (ran.code, ran.json["saved"], ran.json["act"]) == (0, None, "draft")
    assert "save 2 of 2 cards" in ran.stderr
    assert "submit round" not in ran.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_pending_is_also_a_submission_that_is_still_to_be_made(bot: Bot) -> None:
    assert bot("submit", "--round", "9m", "--draft", "--yes").code == 0
    to_submit = bot("plan", "--round", "9m", "--exit-code", "--json")
    assert (to_submit.code, to_submit.json["pending"]) == (4, True)
    assert "pending: submit round 9m" in to_submit.stderr
    as_draft = bot("plan", "--round", "9m", "--draft", "--exit-code", "--json")
    assert (as_draft.code, as_draft.json["pending"]) == (0, False)
    assert bot("submit", "--round", "9m", "--yes").code == 0
    submitted = bot("plan", "--round", "9m", "--exit-code", "--json")
    assert (submitted.code, submitted.json["pending"]) == (0, False)


def test_what_cannot_be_carried_out_ends_as_a_dry_run_does_and_is_not_kept(
    bot: Bot, portal: MockPortal, workspace: Path, tmp_path: Path
) -> None:
    command = ("plan", "--round", "9m", "-o", "plan.json", "--exit-code", "--json")
    portal.edit("9m", "1.1", result="80")
    conflict = bot(*command)
    assert (conflict.code, conflict.json["saved"], conflict.json["pending"]) == (6, None, None)
    (workspace / "9m" / "1.2.yaml").unlink()
    assert bot(*command).code == 3
    assert not (tmp_path / "plan.json").exists()


def test_what_is_said_to_be_run_next_is_a_whole_command_that_works(
    workspace: Path, portal: MockPortal, tmp_path: Path
) -> None:
    command = ("-C", workspace, "plan", "--round", "9m", "--portal-url", portal.url)
    ran = run_bot(*command, "-o", tmp_path / "the plan.json", env=OFFICER)
    said = shlex.split(ran.stderr.splitlines()[-1].partition("approved: ")[2])
    assert said[0] == "esar-bot"
    done = run_bot(*said[1:], "--yes", "--json", env=OFFICER)
    assert (done.code, done.json["outcome"]) == (0, "submitted"), done.stderr


def test_a_plan_that_is_not_there_is_said_before_anybody_is_asked(workspace: Path, tmp_path: Path) -> None:
    ran = run_bot("-C", workspace, "submit", "--plan", tmp_path / "none.json", env=OFFICER)
    assert ran.code == 2
    assert "none.json" in ran.stderr
    assert "terminal" not in ran.stderr


def test_a_plan_of_a_closed_round_is_not_kept(
    start_portal: Callable[..., MockPortal], workspace: Path, tmp_path: Path
) -> None:
    url = start_portal(workspace, closed=frozenset({"9m"})).url
    command = ("-C", workspace, "plan", "--round", "9m", "--portal-url", url, "-o", tmp_path / "plan.json")
    assert run_bot(*command, "--exit-code", env=OFFICER).code == 9
    assert not (tmp_path / "plan.json").exists()


def test_with_no_round_open_there_is_nothing_to_plan(bot: Bot, tmp_path: Path) -> None:
    ran = bot("plan", "--today", "2027-02-10", "-o", "plan.json", "--exit-code", "--json")
    assert (ran.code, ran.json["outcome"]) == (0, "no-round-open")
    assert not (tmp_path / "plan.json").exists()


def test_a_file_that_is_no_plan_is_not_written_over(bot: Bot, portal: MockPortal, tmp_path: Path) -> None:
    other = tmp_path / "รายงาน.docx"
    other.write_text("ของเดิม", encoding="utf-8")
    for _ in range(2):
        ran = bot("plan", "--round", "9m", "-o", other.name)
        assert ran.code == 2, ran.stderr
        assert "is no plan" in ran.stderr
        assert other.read_text(encoding="utf-8") == "ของเดิม"
    assert portal.is_untouched(), "it is known before the portal is asked"


# submit --plan


def test_the_plan_decides_round_act_and_conflicts(bot: Bot, portal: MockPortal, tmp_path: Path) -> None:
    portal.edit("3m", "1.1", performance="ของผู้อื่น")
    made = bot("plan", "--round", "3m", "--draft", "--take", "theirs", "1.1", "-o", "plan.json")
    assert made.code == 0, made.stderr
    assert read_plan(tmp_path / "plan.json").take == {"1.1": "theirs"}
    ran = bot("submit", "--yes", "--json", ESAR_BOT_PLAN="plan.json")
    assert ran.code == 0, ran.stderr
    assert (ran.json["round"], ran.json["mode"], ran.json["outcome"]) == ("3m", "draft", "draft")
    state = portal.state()["rounds"]["3m"]
    assert state["status"] == "draft"
    assert state["cards"]["1.1"]["fields"]["performance"] == "ของผู้อื่น"
    assert state["cards"]["1.1"]["fields"]["supporting_factors"]


def test_a_dry_run_says_whether_the_plan_holds(
    bot: Bot, made: Path, portal: MockPortal, workspace: Path
) -> None:
    command = ("submit", "--plan", made.name, "--dry-run")
    holds = bot(*command)
    assert holds.code == 0, holds.stderr
    assert "the plan still holds" in holds.stderr
    card = workspace / "9m" / "1.1.yaml"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("86.75", "87.10"), encoding="utf-8")
    stale = bot(*command, "--json")
    assert (stale.code, stale.json["error"]["kind"]) == (6, "StalePlan")
    assert "indicator 1.1 in the folder: result, score" in stale.stderr
    card.write_text(text, encoding="utf-8")
    assert bot("submit", "--plan", made.name, "--yes").code == 0
    done = bot(*command)
    assert done.code == 0, done.stderr
    assert "nothing of the plan is left to do" in done.stderr
    assert not any(card["saves"] > 1 for card in portal.state()["rounds"]["9m"]["cards"].values())


def test_a_plan_is_no_yes(bot: Bot, made: Path, portal: MockPortal) -> None:
    before = portal.posts()
    ran = bot("submit", "--plan", made.name)
    assert ran.code == 2, ran.stderr
    assert "--yes" in ran.stderr
    assert portal.posts() == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--round", "6m"], "--round 6m"),
        (["--draft"], "--draft"),
        (["--take", "ours", "1.1"], "--take"),
        (["--profile", "other.toml"], "--profile other.toml"),
    ],
    ids=["round", "draft", "take", "profile"],
)
def test_what_says_otherwise_than_the_plan_is_a_usage_error(
    bot: Bot, made: Path, portal: MockPortal, options: list[str], named: str
) -> None:
    before = portal.posts()
    ran = bot("submit", "--plan", made.name, "--yes", *options)
    assert ran.code == 2, ran.stderr
    assert f"{named} contradicts the plan" in ran.stderr
    assert portal.posts() == before


def test_what_says_the_same_as_the_plan_is_none(bot: Bot, made: Path) -> None:
    ran = bot("submit", "--plan", made.name, "--dry-run", "--round", "9m", "--profile", "mock")
    assert ran.code == 0, ran.stderr


def test_the_address_is_named_by_whoever_runs_it_never_by_the_plan(
    bot: Bot, made: Path, portal: MockPortal, start_portal: Callable[..., MockPortal], workspace: Path
) -> None:
    other = start_portal(workspace)
    damage(made, portal=other.url)
    before = portal.posts()
    ran = bot("submit", "--plan", made.name, "--yes")
    assert ran.code == 2, ran.stderr
    assert f"the plan is for {other.url}, not for {portal.url}" in ran.stderr
    assert portal.posts() == before
    assert other.is_untouched()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"act": "delete"}, "no plan of esar-bot, or it is damaged"),
        ({"schema_version": 2}, "a newer esar-bot"),
    ],
    ids=["damaged", "newer"],
)
def test_a_plan_that_cannot_be_read(bot: Bot, made: Path, changes: dict[str, object], words: str) -> None:
    damage(made, **changes)
    ran = bot("submit", "--plan", made.name, "--yes", **NO_BROWSER)
    assert ran.code == 2, ran.stderr
    assert words in ran.stderr
    assert ran.stderr.count("✗") == 1


def test_a_plan_that_is_not_there(bot: Bot, portal: MockPortal) -> None:
    ran = bot("submit", "--plan", "none.json", "--yes")
    assert ran.code == 2, ran.stderr
    assert "none.json" in ran.stderr
    assert "esar-bot plan" in ran.stderr
    assert portal.is_untouched()


def test_a_profile_file_is_found_from_the_workspace_wherever_the_plan_is_used(
    bot: Bot, tmp_path: Path, workspace: Path
) -> None:
    mock = Path(__file__).parents[2] / "flows" / "profiles" / "mock.toml"
    (tmp_path / "ours.toml").write_text(mock.read_text(encoding="utf-8"), encoding="utf-8")
    made = bot("plan", "--round", "9m", "--profile", "ours.toml", "-o", "plan.json")
    assert made.code == 0, made.stderr
    assert read_plan(tmp_path / "plan.json").profile == "../ours.toml"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plan = (tmp_path / "plan.json").rename(elsewhere / "plan.json")
    ran = bot("submit", "--plan", str(plan), "--dry-run")
    assert ran.code == 0, ran.stderr
