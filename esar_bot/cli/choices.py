"""What a command works on: the workspace, its settings, the portal's profile, the day and the round."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from esar_bot.calendar import load_fiscal_year, next_round, open_round
from esar_bot.cli import output
from esar_bot.cli.common import AUTO, ended_by_ctrl_c, rehearsal_day
from esar_bot.errors import ExitCode, UsageError
from esar_bot.language import say
from esar_bot.models import FiscalYear, Round, thai_date
from esar_bot.workspace import Settings, Workspace, find_workspace, load_settings
from flows.profile import Profile, bundled_profiles, load_profile

if TYPE_CHECKING:
    from playwright.async_api import StorageState

    from esar_bot.credentials import Credentials
    from esar_bot.saved_plan import SavedPlan
    from esar_bot.stored_session import StoredSession


@dataclass(frozen=True)
class Choice:
    """A workspace with its settings, the profile of its portal, and the day in Bangkok.

    `profile_name` is the profile's name, or its file as found from the workspace's folder.
    """

    workspace: Workspace
    settings: Settings
    profile: Profile
    profile_name: str
    day: date


def choose(
    directory: Path,
    profile: str | None,
    portal_url: str | None,
    today: str | None = None,
    saved: SavedPlan | None = None,
) -> Choice:
    """Read the workspace and decide on the portal: option or environment first, then esar.toml.

    A saved plan decides on the profile, never on the address: where a password is typed is named by whoever
    runs the command.

    Raises:
        UsageError: no workspace, a faulty setting, no portal named (the live portal is never a default) or
            another one than the saved plan's, or a pretended day that is none or not for this portal.
    """
    workspace = find_workspace(directory)
    settings = load_settings(workspace)
    name, beside = (profile, Path()) if profile else (settings.portal.profile, workspace.root)
    if saved is not None:
        if profile and _from_workspace(profile, beside, workspace) != saved.profile:
            raise contradiction([f"--profile {profile}"])
        name, beside = saved.profile, workspace.root
    if name is None:
        raise UsageError(
            say("ยังไม่ได้ระบุว่าจะใช้ระบบใด", "no portal is named"),
            where=workspace.settings.name,
            next_step=say(
                'ระบุ [portal] profile = "…" ใน esar.toml หรือใช้ --profile',
                'set [portal] profile = "…" in esar.toml, or use --profile',
            ),
        )
    loaded = load_profile(name, base_url=portal_url or settings.portal.url, beside=beside)
    if saved is not None and loaded.base_url != saved.portal:
        raise _other_portal(saved.portal, loaded.base_url)
    day = rehearsal_day(today, rehearsal=loaded.rehearsal)
    return Choice(workspace, settings, loaded, _from_workspace(name, beside, workspace), day)


def _from_workspace(name: str, beside: Path, workspace: Workspace) -> str:
    """A bundled profile by its name; a file by its way from the workspace, which other machines have, too."""
    if name in bundled_profiles():
        return name
    try:
        return Path(os.path.relpath(beside / name, workspace.root)).as_posix()
    except ValueError:  # on another drive there is no such way
        return str((beside / name).resolve())


def contradiction(options: Sequence[str]) -> UsageError:
    """Options that contradict the saved plan."""
    written = ", ".join(options)
    return UsageError(
        say(f"{written} ขัดกับแผน", f"{written} contradicts the plan"),
        where="--plan",
        next_step=say(
            "ลบตัวเลือกนี้ (หรือตัวแปร ESAR_BOT_…) เพราะแผนกำหนดไว้แล้ว หรือทำแผนใหม่",
            "leave it out (or its variable ESAR_BOT_…): the plan decides it; or make a new plan",
        ),
    )


def _other_portal(planned: str, chosen: str) -> UsageError:
    return UsageError(
        say(f"แผนนี้ทำไว้สำหรับ {planned} ไม่ใช่ {chosen}", f"the plan is for {planned}, not for {chosen}"),
        where="--plan",
        next_step=say(
            f"ระบุ --portal-url {planned} หากต้องการใช้ระบบนั้น หรือทำแผนใหม่",
            f"name it with --portal-url {planned} if that is the one you mean, or make a new plan",
        ),
    )


def round_to_report(choice: Choice, wanted: str) -> Round | None:
    """The round that was asked for; with "auto" the one open that day, or None when none is.

    Raises:
        UsageError: the fiscal year has no such round, or there is no calendar of it.
    """
    fiscal_year = calendar_of(choice)
    return open_round(fiscal_year, choice.day) if wanted == AUTO else named_round(wanted, fiscal_year)


def round_to_prepare(choice: Choice, wanted: str) -> Round | None:
    """As `round_to_report`, but with "auto" and none open the next one, or None after the last.

    Raises:
        UsageError: the fiscal year has no such round, or there is no calendar of it.
    """
    return round_to_report(choice, wanted) or next_round(calendar_of(choice), choice.day)


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


def reported_round(choice: Choice) -> Round:
    """The round that an officer would look at: the open one, else the next, else the year's last."""
    return round_to_prepare(choice, AUTO) or calendar_of(choice).rounds[-1]


def calendar_of(choice: Choice) -> FiscalYear:
    """The calendar of the workspace's fiscal year."""
    return load_fiscal_year(choice.settings.fiscal_year, choice.workspace.root)


def end_without_round(command: str, choice: Choice, *, as_json: bool) -> ExitCode:
    """Say that no round is open and when the next one will be: nothing to do."""
    coming = next_round(calendar_of(choice), choice.day)
    output.line(
        say("วันนี้ไม่มีรอบที่เปิดรับรายงาน", "no round is open today")
        if coming is None
        else say(
            f"วันนี้ไม่มีรอบที่เปิดรับรายงาน {coming.title} เปิดวันที่ {thai_date(coming.opens)}",
            f"no round is open today; round {coming.key} opens on {coming.opens}",
        )
    )
    if as_json:
        output.print_json(
            {"command": command, "exit_code": 0, "round": None, "outcome": "no-round-open", "findings": []}
        )
    return ExitCode.DONE


def resolver(profile: Profile, *, interactive: bool, stored_login: bool = False) -> Credentials:
    """Who finds the account: with a terminal it may ask; without one, or beside a stored login, never."""
    from esar_bot.credentials import BehindStoredLogin, Credentials, PromptingCredentials

    if stored_login:
        return BehindStoredLogin(profile.origin)
    if not interactive:
        return Credentials(profile.origin)

    import typer

    def ask(label: str, hidden: bool) -> str:
        with ended_by_ctrl_c():
            return str(typer.prompt(label, hide_input=hidden, err=True))

    return PromptingCredentials(profile.origin, ask)


def kept_state(stored: StoredSession | None) -> StorageState | None:
    """A stored login as a new context takes it."""
    return None if stored is None else cast("StorageState", stored.state.as_taken())
