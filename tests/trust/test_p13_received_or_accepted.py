"""P13: "received by the portal" and "accepted by the assessor" are two things, and so is "returned".

Guards: `esar_bot.refusals.refuse_locked` (what was received is locked) and `refuse_unmended` (what was
returned is not sent again as it was), and the words of `esar_bot.cli.output`, the preview and the receipt,
each with its own for every state. Drop a guard, or let two states share their words, and a test fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.portal.person import Person
from tests.rehearsal import MockPortal, Ran, run_bot
from tests.trust.between import SAVE, SUBMISSION, Between
from tests.trust.conftest import ROUND
from tests.trust.end_state import change_text

REMARK = "โปรดอธิบายวิธีคำนวณ <ข้อ 2> ให้ชัดเจน"
RECEIVED = "received by the portal, not yet accepted by the assessor"
RETURNED = "returned by the assessor, to be mended"
ACCEPTED = "accepted by the assessor"


@pytest.fixture
def assessor(portal: MockPortal) -> Iterator[Person]:
    """Who returns and accepts reports."""
    person = Person(portal.url).sign_in("assessor", "assess-2570")
    yield person
    person.http.close()


def accept(assessor: Person) -> None:
    assert assessor.post(f"/assessor/2570/{ROUND}/accept").status_code == 303


def send_back(assessor: Person, number: str) -> None:
    """Return one card, with a remark."""
    back = assessor.post(f"/assessor/2570/{ROUND}/cards/{number}/return", {"remark": REMARK})
    assert back.status_code == 303


def status_of(workspace: Path) -> tuple[str | None, str]:
    """The state in which `status` says that the round was last seen, and all it says."""
    ran = run_bot("-C", workspace, "status", "--json")
    assert ran.code == 0, ran.stderr
    (state,) = (item["portal_state"] for item in ran.json["rounds"] if item["round"] == ROUND)
    return state, ran.stderr


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def receipt_page(ran: Ran) -> str:
    return Path(ran.json["receipt"]).with_name("receipt.html").read_text(encoding="utf-8")


def test_received_is_never_called_accepted(
    submit_12m: Callable[..., Ran], workspace: Path, assessor: Person, between: Between
) -> None:
    first = submit_12m("--yes")
    assert first.code == 0, first.stderr
    assert "submitted: the portal has received it" in first.stderr
    assert ACCEPTED not in first.stderr
    assert "ระบบออกเลขที่ยืนยันการรับ" in receipt_page(first)
    assert "“ระบบรับแล้ว” ไม่ได้หมายความว่า “ผู้ประเมินรับรองแล้ว”" in receipt_page(first)
    state, told = status_of(workspace)
    assert (state, ACCEPTED in told) == ("submitted", False)

    waiting = submit_12m("--yes")
    assert (waiting.code, waiting.json["plan"]["round_state"]) == (0, "submitted")
    assert f"on the portal: {RECEIVED}" in waiting.stderr
    assert "ผู้ประเมินยังไม่รับรอง" in read(waiting.json["preview"])
    assert "ระบบรับรายงานรอบนี้ไว้ก่อนการดำเนินการครั้งนี้แล้ว" in receipt_page(waiting)
    assert status_of(workspace)[0] == "submitted"

    accept(assessor)
    between.seen.clear()
    after = submit_12m("--yes")
    assert (after.code, after.json["outcome"]) == (0, "nothing-to-do")
    assert after.json["plan"]["round_state"] == "accepted"
    assert f"on the portal: {ACCEPTED}" in after.stderr
    assert RECEIVED not in after.stderr
    assert "ผู้ประเมินรับรองรายงานรอบนี้แล้ว" in read(after.json["preview"])
    assert json.loads(read(after.json["receipt"]))["state_before"] == "accepted"
    assert "ผู้ประเมินรับรองรายงานรอบนี้ก่อนการดำเนินการครั้งนี้แล้ว" in receipt_page(after)
    assert between.posts() == ["/login"]
    state, told = status_of(workspace)
    assert state == "accepted"
    assert f"{ACCEPTED} ({first.json['confirmation']['number']})" in " ".join(told.split())
    assert ACCEPTED in run_bot("-C", workspace, "receipts").stderr


def test_what_was_received_or_accepted_is_not_changed(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, assessor: Person, between: Between
) -> None:
    assert submit_12m("--yes").code == 0
    change_text(workspace, "1.1")
    before = portal.state()["rounds"]
    between.seen.clear()
    assert submit_12m("--yes").code == 9
    accept(assessor)
    accepted = portal.state()["rounds"]
    assert submit_12m("--yes").code == 9
    assert set(between.posts()) == {"/login", f"/assessor/2570/{ROUND}/accept"}
    assert before[ROUND]["cards"] == accepted[ROUND]["cards"] == portal.state()["rounds"][ROUND]["cards"]


def test_a_returned_round_is_mended_and_only_then_submitted_again(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, assessor: Person, between: Between
) -> None:
    first = submit_12m("--yes")
    assert first.code == 0, first.stderr
    send_back(assessor, "1.1")
    for how in ("--dry-run", "--yes"):
        between.seen.clear()
        stopped = submit_12m(how)
        assert stopped.code == 6, stopped.stderr
        assert f"on the portal: {RETURNED}" in stopped.stderr
        assert f"the assessor on 1.1: {REMARK}" in stopped.stderr
        assert "not submitted again" in stopped.stderr
        assert {card["indicator"]: card["remark"] for card in stopped.json["plan"]["cards"]} == {
            "1.1": REMARK,
            "1.2": "",
        }
        page = read(stopped.json["preview"])
        assert "ผู้ประเมินส่งคืนรายงานรอบนี้ให้แก้ไข" in page
        assert "โปรดอธิบายวิธีคำนวณ &lt;ข้อ 2&gt; ให้ชัดเจน" in page
        assert between.posts() == ["/login"]
    assert portal.state()["rounds"][ROUND]["status"] == "returned"

    change_text(workspace, "1.1")
    draft = submit_12m("--draft", "--yes")
    assert (draft.code, draft.json["outcome"]) == (0, "draft"), draft.stderr
    assert status_of(workspace)[0] == "returned"
    again = submit_12m("--yes")
    assert (again.code, again.json["outcome"]) == (0, "submitted"), again.stderr
    assert again.json["confirmation"]["number"] != first.json["confirmation"]["number"]
    assert [path for path in between.posts(SAVE) if "/1.2/" in path] == []
    assert status_of(workspace)[0] == "submitted"

    send_back(assessor, "1.2")
    between.seen.clear()
    assert submit_12m("--yes").code == 6, "what was mended for one return answers no other"
    assert between.posts() == ["/login"]


def test_what_was_not_returned_stays_as_it_was_received(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, assessor: Person, between: Between
) -> None:
    assert submit_12m("--yes").code == 0
    send_back(assessor, "1.1")
    received = portal.card(ROUND, "1.2")
    change_text(workspace, "1.1")
    change_text(workspace, "1.2")
    between.seen.clear()
    ran = submit_12m("--yes")
    assert ran.code == 5, ran.stderr
    assert "แก้ไขได้เฉพาะตัวชี้วัดที่ผู้ประเมินส่งคืนเท่านั้น" in ran.stderr
    assert {card["indicator"]: card["outcome"] for card in ran.json["cards"]} == {
        "1.1": "saved",
        "1.2": "failed",
    }
    assert between.posts(SUBMISSION) == []
    assert portal.card(ROUND, "1.2") == received
