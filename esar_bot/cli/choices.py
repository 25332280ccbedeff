"""What a command works on: the workspace, its settings, the portal's profile and the round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from esar_bot.calendar import load_fiscal_year, next_round, open_round
from esar_bot.cli.common import AUTO, ended_by_ctrl_c
from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.models import FiscalYear, Round, thai_date
from esar_bot.workspace import Settings, Workspace, find_workspace, load_settings
from flows.profile import Profile, load_profile

if TYPE_CHECKING:
    from esar_bot.credentials import Credentials


@dataclass(frozen=True)
class Choice:
    """A workspace with its settings and the profile of its portal."""

    workspace: Workspace
    settings: Settings
    profile: Profile


def choose(directory: Path, profile: str | None, portal_url: str | None) -> Choice:
    """Read the workspace and decide on the portal: option or environment first, then esar.toml.

    Raises:
        UsageError: no workspace, a faulty setting, or no portal named: the live portal is never a default.
    """
    workspace = find_workspace(directory)
    settings = load_settings(workspace)
    name = profile or settings.portal.profile
    if name is None:
        raise UsageError(
            say("ยังไม่ได้ระบุว่าจะใช้ระบบใด", "no portal is named"),
            where=workspace.settings.name,
            next_step=say(
                'ระบุ [portal] profile = "…" ใน esar.toml หรือใช้ --profile',
                'set [portal] profile = "…" in esar.toml, or use --profile',
            ),
        )
    beside = Path() if profile else workspace.root
    return Choice(
        workspace, settings, load_profile(name, base_url=portal_url or settings.portal.url, beside=beside)
    )


def choose_round(wanted: str, fiscal_year: FiscalYear, today: date) -> Round | None:
    """The round that was asked for; with "auto" the one open today, or None when none is.

    Raises:
        UsageError: the fiscal year has no such round.
    """
    return open_round(fiscal_year, today) if wanted == AUTO else named_round(wanted, fiscal_year)


def named_round(wanted: str, fiscal_year: FiscalYear) -> Round:
    """The round of that key.

    Raises:
        UsageError: the fiscal year has no such round.
    """
    found = fiscal_year.round(wanted)
    if found is None:
        known = ", ".join(item.key for item in fiscal_year.rounds)
        raise UsageError(
            say(f"ไม่มีรอบ “{wanted}”", f"there is no round “{wanted}”"),
            where="--round",
            next_step=say(f"ใช้ {known} หรือ auto", f"use {known} or auto"),
        )
    return found


def calendar_of(choice: Choice) -> FiscalYear:
    """The calendar of the workspace's fiscal year."""
    return load_fiscal_year(choice.settings.fiscal_year, choice.workspace.root)


def none_open(fiscal_year: FiscalYear, today: date) -> str:
    """What to say when no round is open."""
    coming = next_round(fiscal_year, today)
    if coming is None:
        return say("วันนี้ไม่มีรอบที่เปิดรับรายงาน", "no round is open today")
    return say(
        f"วันนี้ไม่มีรอบที่เปิดรับรายงาน {coming.title} เปิดวันที่ {thai_date(coming.opens)}",
        f"no round is open today; round {coming.key} opens on {coming.opens}",
    )


def resolver(profile: Profile, *, interactive: bool) -> Credentials:
    """Who finds the account: with a terminal it may ask, without one it never does."""
    from esar_bot.credentials import Credentials, PromptingCredentials

    if not interactive:
        return Credentials(profile.origin)

    import typer

    def ask(label: str, hidden: bool) -> str:
        with ended_by_ctrl_c():
            return str(typer.prompt(label, hide_input=hidden, err=True))

    return PromptingCredentials(profile.origin, ask)
