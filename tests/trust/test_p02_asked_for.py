"""P2: a portal is asked for, an uncalibrated profile only reads, a password is typed only where it belongs.

Guards: `esar_bot.cli.choices.choose` (no portal without a name), `BrowserPortal.allow_writes`,
`flows.fence.Fence` (without it the bot's browser opens the look-alikes below), and behind it
`flows.pages.login._refuse_elsewhere`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.profile import load_profile
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot, write_profile
from tests.trust.between import LOGIN, SAVE, Answer, Ask, Between, Exchange, portal_with_between


def uncalibrated(folder: Path, said: str) -> Path:
    """The mock portal's profile as of a portal that nobody compared it with."""
    return write_profile(folder / "uncalibrated.toml", "calibrated = true", said)


def test_a_profile_that_does_not_say_so_is_not_calibrated(tmp_path: Path) -> None:
    assert not load_profile(str(uncalibrated(tmp_path, ""))).calibrated


@pytest.mark.parametrize(
    "command",
    [
        ["submit", "--round", "12m", "--yes"],
        ["submit", "--round", "12m", "--dry-run"],
        ["credentials", "check"],
        ["check", "--round", "12m"],
    ],
    ids=" ".join,
)
def test_no_portal_is_a_default(workspace: Path, command: list[str]) -> None:
    (workspace / "esar.toml").write_text("fiscal_year = 2570\n", encoding="utf-8")
    ran = run_bot("-C", workspace, *command, env=OFFICER)
    assert ran.code == 2
    assert "no portal is named" in ran.stderr
    assert "--profile" in ran.stderr


def test_an_uncalibrated_profile_reads_and_does_not_write(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between, tmp_path: Path
) -> None:
    profile = uncalibrated(tmp_path, "calibrated = false")
    before = portal.state()["rounds"]

    dry = submit_12m("--dry-run", "--profile", profile)
    assert dry.code == 0, dry.stderr
    assert len(dry.json["plan"]["cards"]) == 2

    ran = submit_12m("--yes", "--profile", profile)
    assert ran.code == 6, ran.stderr
    assert "not calibrated" in ran.stderr
    assert set(between.posts()) == {"/login"}
    assert portal.state()["rounds"] == before


def test_no_password_is_typed_where_the_login_page_leads_elsewhere(
    submit_12m: Callable[..., Ran],
    workspace: Path,
    between: Between,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with portal_with_between(tmp_path_factory.mktemp("other"), workspace) as (elsewhere, other):

        async def away(exchange: Exchange, ask: Ask) -> Answer:
            """The login page leads to a look-alike, but only when it is opened by itself."""
            answer = await ask(exchange)
            if LOGIN.search(exchange.path) and not exchange.query:
                return replace(answer, status=303, headers=[(b"location", f"{elsewhere.url}/login".encode())])
            return answer

        between.meddle = away
        ran = submit_12m("--dry-run")
        assert ran.code == 8, ran.stderr
        assert "elsewhere" in ran.stderr
        assert between.posts() == []
        assert other.seen == [], "nor was the look-alike opened"


@pytest.mark.parametrize("status", [303, 307])
def test_a_save_is_not_followed_to_another_host(
    submit_12m: Callable[..., Ran],
    portal: MockPortal,
    workspace: Path,
    between: Between,
    tmp_path_factory: pytest.TempPathFactory,
    status: int,
) -> None:
    with portal_with_between(tmp_path_factory.mktemp("other"), workspace) as (elsewhere, other):

        async def away(exchange: Exchange, ask: Ask) -> Answer:
            """A save is taken, and the browser sent to another host: with 307, with all that it carried."""
            answer = await ask(exchange)
            if exchange.method == "POST" and SAVE.search(exchange.path):
                return replace(answer, status=status, headers=[(b"location", f"{elsewhere.url}/x".encode())])
            return answer.with_page(answer.body.decode()) if answer.is_page else answer  # forms may lead away

        between.meddle = away
        ran = submit_12m("--yes")
        assert other.seen == []
    assert ran.code == 0, ran.stderr
    assert [card["saves"] for card in portal.state()["rounds"]["12m"]["cards"].values()] == [1, 1]
