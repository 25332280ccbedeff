"""Reading is tried again, for some time, and never sooner than the portal asks; refusals never are."""

from __future__ import annotations

import asyncio
import operator
from time import monotonic

import pytest
from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from esar_bot.errors import Doubtful, PersonNeeded, PortalChanged, Rejected, Unavailable
from flows.patience import READ_ATTEMPTS, retry_after
from flows.press import press
from flows.profile import Locate
from tests.flows.conftest import in_loop, session_on

ROUND = "/2570/9m"
READY = "<p data-testid=round-status>ร่าง</p>"
until = AsyncRetrying(retry=retry_if_result(operator.not_), wait=wait_fixed(0.01), stop=stop_after_delay(10))
CLOCK = "Sun, 11 Jul 2027 03:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12),
        ({"retry-after": "Sun, 11 Jul 2027 03:00:30 GMT", "date": CLOCK}, 30),
        ({"retry-after": "Sun, 11 Jul 2027 02:00:00 GMT", "date": CLOCK}, 0),
        ({"retry-after": "Fri, 01 Jan 2010 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "๑๒"}, None),
        ({"retry-after": "9" * 400}, 366 * 24 * 3600),
    ],
)
def test_what_an_answer_asks_for(headers, seconds):
    assert retry_after(headers) == seconds


async def read(session):
    async with session.page() as page:
        await session.open(page, session.profile.round, "round", fiscal_year=2570, round="9m")


def asked_at(pages, path=ROUND):
    return [moment for (_, seen), moment in zip(pages.seen, pages.seen_at, strict=True) if seen == path]


def test_a_fault_that_passes_is_tried_again(pages, in_browser):
    pages.html[ROUND], pages.faults[ROUND] = READY, [502, 500]
    in_browser(read)
    assert len(asked_at(pages)) == 3


def test_a_fault_that_stays_is_tried_a_few_times(pages, in_browser):
    pages.faults[ROUND] = [502] * 9
    with pytest.raises(Unavailable, match="HTTP 502"):
        in_browser(read)
    assert len(asked_at(pages)) == READ_ATTEMPTS


def test_no_try_begins_after_the_time_for_it(pages, profile):
    pages.faults[ROUND] = [502] * 9
    hasty = profile.model_copy(update={"timeouts": profile.timeouts.model_copy(update={"retrying": 0.001})})

    async def work():
        async with session_on(hasty) as session:
            await read(session)

    with pytest.raises(Unavailable):
        in_loop(work())
    assert len(asked_at(pages)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_the_portal_is_not_asked_before_it_allows_it_by_any_page(pages, profile, status):
    pages.html.update({ROUND: READY, "/other": "other"})
    pages.faults[ROUND], pages.headers[ROUND] = [status], {"Retry-After": "2"}

    async def other(session):
        async with session.page() as page:
            await until(lambda: session.patience.left > 0)
            await session.go(page, f"{pages.url}/other", "other page")

    async def work():
        async with session_on(profile.model_copy(update={"pages_at_once": 2})) as session:
            await asyncio.gather(read(session), other(session))

    in_loop(work())
    first, *later = pages.seen_at
    assert len(later) == 2
    assert min(later) - first >= 2


def test_a_wait_that_is_too_long_is_given_up_at_once_and_said(pages, in_browser):
    pages.html[ROUND] = READY
    pages.faults[ROUND], pages.headers[ROUND] = [503], {"Retry-After": "7200"}

    async def read_twice(session):
        with pytest.raises(Unavailable) as told:
            await read(session)
        with pytest.raises(Unavailable) as known:
            await read(session)
        return told.value, known.value

    started = monotonic()
    told, known = in_browser(read_twice)
    assert monotonic() - started < 60, "what the profile allows for trying again"
    assert len(pages.seen) == 1, "nor does another page ask"
    assert told.retry_after == 7200
    for error in (told, known):
        assert "ระบบขอให้รอถึงวันที่" in error.next_step


def test_what_a_save_is_told_holds_for_reading_and_the_save_is_sent_once(pages, in_browser):
    pages.html.update({"/": "<form method=post action=/save><button>ส่ง</button></form>", ROUND: READY})
    pages.faults["/save"], pages.headers["/save"] = [503], {"Retry-After": "2"}

    async def save(session):
        async with session.page() as page:
            await page.goto(pages.url)
            button = await page.query_selector("button")
            await press(session, page, button, Locate(css="i"), what="here", seconds=3)

    async def save_then_read(session):
        with pytest.raises(Doubtful, match="HTTP 503"):
            await save(session)
        await read(session)

    in_browser(save_then_read)
    assert pages.posts() == ["/save"]
    assert asked_at(pages)[0] - asked_at(pages, "/save")[0] >= 2


def test_a_page_of_maintenance_is_no_answer_whatever_its_status(pages, in_browser):
    pages.html[ROUND] = "<p data-testid=maintenance>ปิดปรับปรุงระบบถึงเวลา 22.00 น.</p>"
    with pytest.raises(Unavailable) as caught:
        in_browser(read)
    assert caught.value.what == "ระบบปิดปรับปรุงชั่วคราว (ข้อความของระบบ: ปิดปรับปรุงระบบถึงเวลา 22.00 น.)"
    assert caught.value.next_step.startswith("รอให้ระบบเปิด แล้วสั่งซ้ำ")
    assert len(asked_at(pages)) == READ_ATTEMPTS


@pytest.mark.parametrize(
    ("status", "told", "next_step"),
    [(429, "ระบบยังไม่รับคำขอในขณะนี้", "รอให้ระบบเปิด"), (502, "ติดต่อระบบ", "ตรวจเครือข่าย")],
)
def test_who_is_asked_to_wait_is_not_told_to_check_the_network(pages, in_browser, status, told, next_step):
    pages.faults[ROUND] = [status] * 9
    with pytest.raises(Unavailable, match=f"HTTP {status}") as caught:
        in_browser(read)
    assert caught.value.what.startswith(told)
    assert caught.value.next_step.startswith(next_step)


def test_a_notice_of_maintenance_to_come_is_none(pages, in_browser):
    pages.html[ROUND] = f"<p data-testid=maintenance>จะปิดปรับปรุงพรุ่งนี้</p>{READY}"
    in_browser(read)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p data-testid=error>ไม่มีสิทธิ์</p>", Rejected),
        ("<p data-testid=otp-page>รหัส OTP</p>", PersonNeeded),
        ("<p>อื่น ๆ</p>", PortalChanged),
    ],
    ids=["refusal", "person", "another page"],
)
def test_what_is_no_fault_is_never_tried_again(pages, in_browser, html, kind):
    pages.html[ROUND] = html
    with pytest.raises(kind):
        in_browser(read)
    assert len(asked_at(pages)) == 1


def test_a_login_that_is_answered_by_a_fault_is_sent_once(pages, in_browser):
    pages.html["/login"] = (
        "<form method=post action=/enter><label for=u>ชื่อผู้ใช้</label><input id=u><label for=p>รหัสผ่าน</label>"
        "<input id=p type=password><button>เข้าสู่ระบบ</button></form>"
    )
    pages.redirects[ROUND] = "/login"
    pages.faults["/enter"] = [503] * 9

    async def read_twice(session):
        for _ in range(2):
            with pytest.raises(Unavailable, match="HTTP 503"):
                await read(session)

    in_browser(read_twice)
    assert pages.posts() == ["/enter"]
