"""P4: a message that comes between the button and the write is never taken for “nothing was sent”.

Guard: `flows.press._refuse_unknown`. Judge what was sent when the dialog comes, instead of in doubt, and the
rows below end with 8 and “nothing was sent” although the portal holds the save or the submission.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal import MockPortal, Ran
from tests.trust.between import SAVE, SUBMISSION, Answer, Ask, Between, Exchange
from tests.trust.conftest import ROUND
from tests.trust.end_state import as_prepared, left_by

SAYING = "กำลังดำเนินการ กรุณารอสักครู่"
TELLING = f"""<script>addEventListener("DOMContentLoaded", () => {{
  for (const form of document.forms) form.addEventListener("submit", () => {{ alert("{SAYING}") }});
}})</script>"""
SUMMARY = re.compile(r"/summary$")
SLOWLY_SECONDS = 6


def telling(page: re.Pattern[str], slowly: re.Pattern[str] | None = None) -> Callable[..., object]:
    """A portal that tells something when a form of such a page is sent; a slow one stores it later."""

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        if slowly is not None and exchange.method == "POST" and slowly.search(exchange.path):
            await asyncio.sleep(SLOWLY_SECONDS)
        answer = await ask(exchange)
        if exchange.method == "GET" and page.search(exchange.path) and answer.is_page:
            return answer.with_page(answer.body.decode().replace("<head>", f"<head>{TELLING}", 1))
        return answer

    return meddle


def assert_it_is_not_said_that_nothing_was_sent(ran: Ran) -> None:
    """What it came to is read, or not known; never that nothing was sent."""
    assert "nothing was sent" not in ran.stderr, ran.stderr
    assert ran.code in {0, 7}, ran.stderr


@pytest.mark.parametrize(
    ("page", "slowly"),
    [(SAVE, None), (SUMMARY, SUBMISSION)],
    ids=["save", "slow submission"],
)
def test_a_message_that_only_tells_leaves_the_write_in_doubt(
    submit_12m: Callable[..., Ran],
    workspace: Path,
    portal: MockPortal,
    between: Between,
    page: re.Pattern[str],
    slowly: re.Pattern[str] | None,
) -> None:
    between.meddle = telling(page, slowly)
    ran = submit_12m("--yes")
    assert_it_is_not_said_that_nothing_was_sent(ran)
    assert SAYING in ran.stderr
    if slowly is not None:
        assert (ran.code, ran.json["outcome"]) == (7, "unknown")
        time.sleep(SLOWLY_SECONDS + 1)
        was_sent = bool(between.posts(SUBMISSION))  # unless its page was left even before
        assert portal.state()["rounds"][ROUND]["status"] == ("submitted" if was_sent else "draft")
    assert len(between.posts(SUBMISSION)) <= 1

    between.meddle = telling(re.compile("$^"))
    ran = submit_12m("--yes")
    assert ran.code == 0, ran.stderr
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)
    assert len(between.posts(SUBMISSION)) == 1, "the next run reads before it writes"
