"""The fence (P2): pages, frames and pop-ups come from the portal's own hosts, while a session lasts."""

from __future__ import annotations

import operator

import pytest
from structlog.testing import capture_logs
from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from esar_bot.errors import Doubtful, PortalChanged
from flows.press import press
from flows.profile import Locate
from tests.flows.conftest import in_loop, served, session_on

ADDED = "(() => {const e = document.createElement('%s'); e.%s = '%%s'; document.body.append(e); %s})()"
AWAY = {
    "address": "void (location.href = '%s')",
    "link": ADDED % ("a", "href", "e.click()"),
    "form": ADDED % ("form", "action", "e.submit()"),
    "frame": ADDED % ("iframe", "src", ""),
    "object": ADDED % ("object", "data", ""),
    "embed": ADDED % ("embed", "src", ""),
    "pop-up": "void window.open('%s')",
    "pop-up without an opener": "void window.open('%s', '_blank', 'noopener')",
    "refresh": """(() => {const m = document.createElement('meta'); m.httpEquiv = 'refresh';
        m.content = '0; url=%s'; document.head.append(m)})()""",
}
until = AsyncRetrying(retry=retry_if_result(operator.not_), wait=wait_fixed(0.01), stop=stop_after_delay(10))


@pytest.fixture
def elsewhere():
    with served() as other:
        other.html["/there"] = "elsewhere"
        yield other


async def go_away(pages, elsewhere, profile, target, *, lifted=False):
    """Try every way of going elsewhere, and say how each ended: it arrived there, or was refused."""
    ended = {}
    async with session_on(profile) as session:
        if lifted:
            await session.allow_writes()
        for way, script in AWAY.items():
            elsewhere.seen.clear()
            with capture_logs() as told:
                async with await session.context.new_page() as page:
                    await page.goto(f"{pages.url}/start")
                    await page.evaluate(script % target)
                    await until(lambda: elsewhere.seen or "document refused" in [e["event"] for e in told])
            ended[way] = "arrived" if elsewhere.seen else "refused"
    return ended


@pytest.fixture(autouse=True)
def start_page(pages):
    pages.html["/start"] = "<head></head><body>"


@pytest.mark.parametrize("hops", [0, 2], ids=["direct", "after two redirects"])
@pytest.mark.parametrize("lifted", [False, True], ids=["read-only", "writing"])
def test_no_document_comes_from_elsewhere(pages, elsewhere, profile, lifted, hops):
    pages.redirects.update({"/hop": "/hop2", "/hop2": f"{elsewhere.url}/there"})
    target = f"{pages.url}/hop" if hops else f"{elsewhere.url}/there"
    ended = in_loop(go_away(pages, elsewhere, profile, target, lifted=lifted))
    assert ended == dict.fromkeys(AWAY, "refused")


def test_a_host_that_the_profile_declares_is_the_portals_own(pages, elsewhere, profile):
    declared = profile.model_copy(update={"hosts": (elsewhere.url,)})
    ended = in_loop(go_away(pages, elsewhere, declared, f"{elsewhere.url}/there"))
    assert ended == dict.fromkeys(AWAY, "arrived")


@pytest.mark.parametrize("lifted", [False, True], ids=["read-only", "writing"])
def test_a_page_that_leads_elsewhere_is_named_and_not_tried_again(
    pages, elsewhere, in_browser, in_guarded_browser, lifted
):
    pages.redirects["/2570/9m"] = f"{elsewhere.url}/there"

    async def read(session):
        async with session.page() as page:
            await session.open(page, session.profile.round, "round", fiscal_year=2570, round="9m")

    with pytest.raises(PortalChanged, match=f"{elsewhere.url}/there"):
        (in_browser if lifted else in_guarded_browser)(read)
    assert [path for _, path in pages.seen] == ["/2570/9m"]
    assert elsewhere.seen == []


def press_button(in_browser, pages):
    async def work(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/form")
            button = await page.query_selector("button")
            await press(session, page, button, Locate(css="i"), what="here", seconds=200)

    return in_browser(work)


def test_a_save_that_is_sent_on_elsewhere_is_doubtful_at_once(pages, elsewhere, in_browser):
    pages.html["/form"] = "<form method=post action=/save><button>ส่ง</button></form>"
    pages.redirects["/save"] = f"{elsewhere.url}/there"
    with pytest.raises(Doubtful, match=elsewhere.url):
        press_button(in_browser, pages)
    assert pages.posts() == ["/save"]
    assert elsewhere.seen == []


def test_a_save_that_would_go_elsewhere_is_not_sent(pages, elsewhere, in_browser):
    pages.html["/form"] = f"<form method=post action={elsewhere.url}/save><button>ส่ง</button></form>"
    with pytest.raises(PortalChanged, match=elsewhere.url):
        press_button(in_browser, pages)
    assert elsewhere.seen == []


@pytest.mark.parametrize("lifted", [False, True], ids=["read-only", "writing"])
def test_the_browsers_cache_is_still_used(pages, profile, lifted):
    pages.html.update(dict.fromkeys(("/styled", "/again"), "<link rel=stylesheet href=/style>ก"))
    pages.html["/style"], pages.headers["/style"] = "b {}", {"Cache-Control": "max-age=600"}

    async def look_twice():
        async with session_on(profile) as session:
            if lifted:
                await session.allow_writes()
            async with session.page() as page:
                for path in ("/styled", "/again"):
                    await page.goto(f"{pages.url}{path}", wait_until="load")

    in_loop(look_twice())
    assert [path for _, path in pages.seen] == ["/styled", "/style", "/again"]


def test_no_page_is_read_from_the_browsers_cache(pages, in_guarded_browser):
    pages.headers["/2570/9m"] = {"Cache-Control": "max-age=3600"}
    pages.html.update({"/2570/9m": "round", "/": "home"})

    async def read_twice(session):
        async with session.page() as page:
            for address in ("/2570/9m", "/", "/2570/9m"):
                await page.goto(f"{pages.url}{address}")

    in_guarded_browser(read_twice)
    assert [path for _, path in pages.seen] == ["/2570/9m", "/", "/2570/9m"]
