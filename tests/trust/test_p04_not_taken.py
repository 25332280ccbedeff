"""P4: what the portal says that it did not take is sent once more, and nothing is lost by signing in again.

Guards: `flows.press._believe` (the login page and the profile's `stale` signs are NotTaken; let them be
Doubtful and the runs below end with 7; let them be NotTaken on whatever page they come, and a save that was
stored before its session ended is sent again) and `esar_bot.run.card._took_nothing` (let it say so unread,
and the save that was stored behind a login page is sent again).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.rehearsal import MockPortal, Ran
from tests.trust.between import LOGIN, SAVE, SUBMISSION, Answer, Ask, Between, Exchange
from tests.trust.conftest import ROUND
from tests.trust.end_state import as_prepared, left_by, revise

FORM, DELETION, SUBMIT = r"/cards/1\.2/edit$", r"/cards/1\.2/evidence/\d+/delete$", r"/submit$"


@pytest.mark.parametrize("path", [FORM, DELETION, SUBMIT], ids=["save", "deletion", "submission"])
@pytest.mark.parametrize("kind", ["expire-session", "stale-csrf"])
def test_a_session_that_ends_in_the_middle_loses_nothing(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, kind: str, path: str
) -> None:
    if path == DELETION:
        assert submit_12m("--draft", "--yes").code == 0
        revise(workspace)
    fault = {"kind": kind, "method": "POST", "path": path}
    httpx.post(f"{portal.url}/__test__/faults", json=[fault]).raise_for_status()
    ran = submit_12m("--yes")
    assert ran.code == 0, ran.stderr
    met = httpx.get(f"{portal.url}/__test__/faults").raise_for_status().json()["met"]
    assert [item["kind"] for item in met] == [kind]
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)
    saves = {number: card["saves"] for number, card in portal.state()["rounds"][ROUND]["cards"].items()}
    assert set(saves.values()) == {2 if path == DELETION else 1}, "each save was stored once"


def test_a_save_that_was_stored_behind_a_login_page_is_not_repeated(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, between: Between
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The portal stores the card, and then asks to sign in."""
        answer = await ask(exchange)
        found = SAVE.search(exchange.path)
        if exchange.method == "POST" and found and found["number"] == "1.2":
            signed_out = b"esar_session=; Max-Age=0; Path=/"
            return Answer(303, [(b"location", b"/login?expired=1"), (b"set-cookie", signed_out)], b"")
        return answer

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 0, ran.stderr
    assert [path for path in between.posts(SAVE) if "/1.2/" in path] == [f"/2570/{ROUND}/cards/1.2/edit"]
    assert len(between.posts(SUBMISSION)) == 1
    assert len(between.posts(LOGIN)) > 1
    assert left_by(portal.state()["rounds"][ROUND]) == as_prepared(workspace)


def test_a_save_whose_session_ended_after_it_was_stored_is_not_repeated(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, between: Between
) -> None:
    """Reading cannot tell, while the file that was sent is scanned for viruses and not listed."""
    assert submit_12m("--draft", "--yes").code == 0
    report = workspace / ROUND / "1.2" / "report.pdf"
    report.write_bytes(report.read_bytes() + b"% revised\n")
    stored = {"kind": "scan", "seconds": 20, "silent": True, "count": 0}
    ended = {"kind": "expire-session", "method": "GET", "path": FORM, "skip": 1}
    httpx.post(f"{portal.url}/__test__/faults", json=[stored, ended]).raise_for_status()
    between.seen.clear()
    ran = submit_12m("--yes")
    met = httpx.get(f"{portal.url}/__test__/faults").raise_for_status().json()["met"]
    assert {item["kind"] for item in met} == {"scan", "expire-session"}
    assert len(between.posts(SAVE)) == 1
    assert ran.code == 7, ran.stderr
    assert "it is not known" in ran.stderr
    assert between.posts(SUBMISSION) == []
