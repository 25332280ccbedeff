"""Faults in the portal's state: what happens to sessions, rounds and cards before a request is handled."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import TypeVar

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_portal import audit, reports
from mock_portal.faults.door import AtTheDoor
from mock_portal.faults.fault import Fault, FieldName, Method
from mock_portal.guards import PageError, Place, card_of, place_of
from mock_portal.portal import Portal
from mock_portal.reports import CardKey

Meant = TypeVar("Meant")
SOMEBODY = "บุคคลอื่น"
ADMINISTRATOR = "ผู้ดูแลระบบ"
CARD = re.compile(r"/cards/")
ROUND_IN_ADDRESS = re.compile(r"^/(?:assessor/)?(?P<year>[0-9]+)/(?P<round>[^/]+)")
CARD_IN_ADDRESS = re.compile(ROUND_IN_ADDRESS.pattern + r"/cards/(?P<number>[^/]+)")


class Meanwhile(AtTheDoor):
    """Something that happens just before the portal handles a request."""

    def happen(self, portal: Portal, scope: Scope) -> None:
        """Change the portal's state."""
        raise NotImplementedError

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it happen, then let the portal answer."""
        self.happen(scope["app"].state.portal, scope)
        await app(scope, receive, send)


class ExpireSession(Meanwhile):
    """All sessions end: in the middle of a card, where no other address is named."""

    kind = "expire-session"
    path: re.Pattern[str] = CARD

    def happen(self, portal: Portal, scope: Scope) -> None:  # noqa: ARG002  whatever the request is
        """End them, as two idle hours would."""
        with portal.store.transaction() as db:
            db.execute("DELETE FROM sessions")
            db.execute("DELETE FROM flashes")


class StaleCsrf(Meanwhile):
    """The forms' tokens are changed, so that a form that was opened before is refused."""

    kind = "stale-csrf"
    method: Method = "POST"
    path: re.Pattern[str] = CARD

    def happen(self, portal: Portal, scope: Scope) -> None:  # noqa: ARG002  whatever the request is
        """Change the tokens of all sessions."""
        with portal.store.transaction() as db:
            for (token_hash,) in db.execute("SELECT token_hash FROM sessions").fetchall():
                token = secrets.token_urlsafe(32)
                db.execute("UPDATE sessions SET csrf = ? WHERE token_hash = ?", (token, token_hash))


class CloseRound(Meanwhile):
    """The round of the address takes no reports from now on."""

    kind = "close-round"

    def concerns(self, scope: Scope) -> bool:
        """Only addresses of a round that is not closed yet."""
        place = _meant(scope, ROUND_IN_ADDRESS, place_of)
        return place is not None and place.window != "closed"

    def happen(self, portal: Portal, scope: Scope) -> None:
        """Close it, as an administrator would."""
        if place := _meant(scope, ROUND_IN_ADDRESS, place_of):
            portal.closed_early.add(place.round.key)
            with portal.store.transaction() as db:
                audit.note(db, portal.clock(), ADMINISTRATOR, "ปิดรับรายงาน", place.name)


class Edit(Meanwhile):
    """Another person changes a field of the card of the address."""

    kind = "edit"
    field: FieldName = "obstacles"
    value: str = "บุคคลอื่นแก้ไขข้อความนี้"

    def concerns(self, scope: Scope) -> bool:
        """Only addresses of a card that is reported in its round."""
        return _meant(scope, CARD_IN_ADDRESS, card_of) is not None

    def happen(self, portal: Portal, scope: Scope) -> None:
        """Change it past every check of the form."""
        if meant := _meant(scope, CARD_IN_ADDRESS, card_of):
            place, indicator = meant
            edit_as_somebody(portal, place, indicator.number, {self.field: self.value})


def edit_as_somebody(portal: Portal, place: Place, number: str, fields: Mapping[str, str]) -> None:
    """Store fields of a card as another person would, past every check of the form."""
    with portal.store.transaction() as db:
        now = portal.clock()
        reports.store_fields(db, CardKey(*place.key, number), fields, SOMEBODY, now, saves=0)
        audit.note(db, now, SOMEBODY, "บันทึกร่าง", f"{place.name} ตัวชี้วัดที่ {number}", ", ".join(fields))


def _meant(scope: Scope, address: re.Pattern[str], find: Callable[[Request], Meant]) -> Meant | None:
    """What the address means, found before the portal has looked at it."""
    parts = address.match(scope["path"])
    if parts is None:
        return None
    try:
        return find(Request({**scope, "path_params": parts.groupdict()}))
    except PageError:
        return None


KINDS: tuple[type[Fault], ...] = (ExpireSession, StaleCsrf, CloseRound, Edit)
