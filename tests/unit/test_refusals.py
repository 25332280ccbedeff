"""What stops a submission before anything is written: how long it asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from esar_bot.errors import Unavailable
from esar_bot.plan import make_plan
from esar_bot.refusals import refuse_too_soon
from esar_bot.written import Sent, Written
from tests.unit.plan_parts import FIELDS, card, observed, ours, report, shown

NOW = datetime(2027, 7, 5, 9, 0, tzinfo=UTC)
FILE = ours("รายงาน.pdf", b"report")
LISTING_SECONDS = 120.0


@pytest.mark.parametrize(
    ("ago", "seconds"),
    [
        (timedelta(seconds=20), 100),
        (timedelta(seconds=119), 1),
        (timedelta(seconds=120), None),
        (-timedelta(days=1), 120),
    ],
    ids=["just sent", "nearly over", "over", "by a clock that was a day ahead"],
)
def test_files_just_sent_are_waited_for_no_longer_than_a_portal_takes(ago, seconds):
    plan = make_plan(report(card(files=(FILE,))), observed(shown()), FIELDS, Written())
    sent = {"1.1": Sent(NOW - ago, {}, frozenset({(FILE.name, FILE.sha256)}))}
    if seconds is None:
        refuse_too_soon(plan, sent, LISTING_SECONDS, NOW)
        return
    with pytest.raises(Unavailable, match=FILE.name) as caught:
        refuse_too_soon(plan, sent, LISTING_SECONDS, NOW)
    assert caught.value.retry_after == seconds
