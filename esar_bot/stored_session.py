"""A login that a person did: what the browser kept of one portal then, for later runs (`esar-bot login`).

The file is as good as a password until the portal ends the session: its owner only can read it, and what it
holds is masked wherever it might be shown.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from esar_bot.private_files import write_private
from esar_bot.redact import protect_token

FOLDER_VARIABLE = "ESAR_BOT_SESSION_DIR"
log = structlog.get_logger()


class _Kept(BaseModel):
    """Something that the browser keeps, with whatever else it says of it."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Item(_Kept):
    """A cookie, or an entry of a page's storage."""

    name: str
    value: str


class Store(_Kept):
    """What pages of one origin stored."""

    origin: str
    localStorage: tuple[Item, ...] = ()  # noqa: N815 - as Playwright names it


class BrowserState(BaseModel):
    """Cookies and storage, as Playwright writes and takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cookies: tuple[Item, ...]
    origins: tuple[Store, ...] = ()

    def protect(self) -> None:
        """Have every value masked that may be a session's key."""
        for item in (*self.cookies, *(entry for store in self.origins for entry in store.localStorage)):
            protect_token(item.value)

    def as_taken(self) -> dict[str, Any]:
        """As Playwright takes it."""
        return self.model_dump(mode="json")


class StoredSession(BaseModel):
    """A login on one portal, and when it was stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str
    saved_at: datetime
    state: BrowserState


def session_file(origin: str) -> Path:
    """Where the login of a portal is kept."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        folder = Path(named)
    else:
        from platformdirs import user_state_path

        folder = user_state_path("esar-bot", appauthor=False)
    return folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', origin)}.json"


def load_session(origin: str) -> StoredSession | None:
    """The login that is stored for a portal. It is not known whether the portal still takes it.

    A file that cannot be used is logged and passed over: signing in mends it.
    """
    file = session_file(origin)
    try:
        found = StoredSession.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:  # whose words would show what the file holds
        log.warning("stored login not used", file=str(file), reason=type(error).__name__)
        return None
    if found.origin != origin:
        log.warning("stored login not used", file=str(file), reason="it is another portal's")
        return None
    found.state.protect()
    log.info("stored login found", saved_at=found.saved_at.isoformat(), portal=origin)
    return found


def store_session(origin: str, state: BrowserState) -> Path:
    """Store a login, for its owner only.

    Raises:
        OSError: it cannot be written.
    """
    state.protect()
    file = session_file(origin)
    session = StoredSession(origin=origin, saved_at=datetime.now(UTC), state=state)
    write_private(file, session.model_dump_json().encode())
    return file


def forget_session(origin: str) -> bool:
    """Forget the login of a portal; False if none was stored.

    Raises:
        OSError: it cannot be removed.
    """
    try:
        session_file(origin).unlink()
    except FileNotFoundError:
        return False
    return True
