"""esar.toml: the few settings of a workspace."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.models.quantities import FiscalYearNumber, Frozen
from esar_bot.workspace.folder import Workspace


class PortalSettings(Frozen):
    """Which portal: a profile's name or file, and its address where it differs from the profile's."""

    profile: str | None = None
    url: str | None = None


class Settings(Frozen):
    """The settings of one agency's fiscal year."""

    fiscal_year: FiscalYearNumber
    portal: PortalSettings = PortalSettings()


def load_settings(workspace: Workspace) -> Settings:
    """Read esar.toml.

    Raises:
        UsageError: it cannot be read; the message holds every fault.
    """
    where = workspace.settings.name
    try:
        data = tomllib.loads(workspace.settings.read_text(encoding="utf-8-sig"))
        return Settings.model_validate(data)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            say(f"รูปแบบ TOML ไม่ถูกต้อง: {error}", f"this is not valid TOML: {error}"), where=where
        ) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)
        )
        raise UsageError(
            say(f"ค่าตั้งไม่ถูกต้อง: {faults}", f"a setting is wrong: {faults}"),
            where=where,
            next_step=say("แก้ไขตามแบบใน docs/workspace.md", "mend it; docs/workspace.md shows the format"),
        ) from error
