"""Another person at the portal, who knows nothing of the bot: behind the pages, where no fault meets them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mock_portal import reports
from mock_portal.portal import Portal
from mock_portal.reports import CardKey, Evidence
from tests.chaos.judge import EVIDENCE, Theirs
from tests.chaos.scenario import Somebody
from tests.rehearsal import MockPortal
from tests.trust.conftest import ROUND

NAME = "บุคคลอื่น"
TEXT = "ข้อความที่ผู้อื่นเขียนไว้ในระบบ"
BYTES = b"%PDF-1.4 somebody else's\n"


def leave(somebody: Somebody, portal: MockPortal, stored: Portal) -> Iterator[Theirs]:
    """Put on the card what the person has for it, and tell what that is."""
    if somebody.field:
        portal.edit(ROUND, somebody.number, **{somebody.field: TEXT})
        yield Theirs(somebody.number, somebody.field, TEXT)
    if somebody.file:
        sha256 = hashlib.sha256(BYTES).hexdigest()
        (stored.store.evidence_folder / sha256).write_bytes(BYTES)
        now = stored.clock().isoformat()
        with stored.store.transaction() as db:
            key = CardKey(stored.fiscal_year, ROUND, somebody.number)
            reports.add_evidence(db, key, Evidence(0, somebody.file, len(BYTES), sha256, sha256, now), NAME)
        yield Theirs(somebody.number, EVIDENCE, sha256, somebody.file)
