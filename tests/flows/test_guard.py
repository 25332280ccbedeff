"""The read-only guard (P1): refused by the session itself, whatever a page's script tries."""

from __future__ import annotations

import asyncio
import operator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs
from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from esar_bot.errors import Unavailable

FORM = """(() => {const f = document.createElement('form'); f.method = 'post'; f.action = '/w';
    %s document.body.append(f); f.submit()})()"""
ATTEMPTS = {
    "form": FORM % "",
    "pop-up form": FORM % "f.target = '_blank';",
    "fetch": "void fetch('/w', {method: 'POST', body: 'x'}).catch(() => 0)",
    "keepalive": "void fetch('/w', {method: 'POST', body: 'x', keepalive: true}).catch(() => 0)",
    "put": "void fetch('/w', {method: 'PUT', body: 'x'}).catch(() => 0)",
    "delete": "void fetch('/w', {method: 'DELETE'}).catch(() => 0)",
    "beacon": "void navigator.sendBeacon('/w', 'x')",
    "xhr": "(() => {const x = new XMLHttpRequest(); x.open('POST', '/w'); x.send('x')})()",
    "frame": """(() => {const f = document.createElement('iframe');
        f.srcdoc = "<form method=post action=/w></form><scr" + "ipt>document.forms[0].submit()</scr" + "ipt>";
        document.body.append(f)})()""",
    "worker": """(() => {const code = `fetch('${location.origin}/w', {method: 'POST'})`;
        new Worker(URL.createObjectURL(new Blob([code])))})()""",
    "shared worker": """(() => {const code = `fetch('${location.origin}/w', {method: 'POST'})`;
        new SharedWorker(URL.createObjectURL(new Blob([code])))})()""",
}
LAST_FETCH = "fetch('/w', {method: 'POST', body: 'x', keepalive: true})"
ON_LEAVING = {
    "fetch at the end": f"addEventListener('pagehide', () => {LAST_FETCH})",
    "fetch when unloaded": f"addEventListener('unload', () => {LAST_FETCH})",
    "fetch when hidden": f"addEventListener('visibilitychange', () => {LAST_FETCH})",
    "beacon at the end": "addEventListener('pagehide', () => navigator.sendBeacon('/w', 'x'))",
    "fetch all the time": f"void setInterval(() => {LAST_FETCH}.catch(() => 0), 2)",
}
ALL_THE_TIME = "setInterval(() => fetch('/w', {method: 'POST'}).catch(() => 0), 5)"
SYNCHRONOUS = """(() => {const code = `while (true) {const x = new XMLHttpRequest();
    x.open('POST', '${location.origin}/w', false); try {x.send('x')} catch (e) {}}`;
    window.kept = new %s(URL.createObjectURL(new Blob([code])))})()"""
OUTLIVING = {
    "timer": f"void {ALL_THE_TIME}",
    "slow pop-up": "void window.open('/writer')",
    "pop-ups all the time": "void setInterval(() => window.open('/writer', '_blank', 'noopener'), 100)",
    "worker that never rests": SYNCHRONOUS % "Worker",
    "shared worker that never rests": SYNCHRONOUS % "SharedWorker",
}
CUT_SHORT = {"short fetch": "addEventListener('pagehide', () => fetch('/w', {method: 'POST'}))"}  # may arrive


def written(pages):
    return [seen for seen in pages.seen if seen[1] == "/w"]


until = AsyncRetrying(retry=retry_if_result(operator.not_), wait=wait_fixed(0.01), stop=stop_after_delay(10))


async def attempt(session, pages, script, refused=()):
    """Run a script on a page and wait until its request has arrived, or was refused."""

    def settled():
        return written(pages) or any(entry["event"] == "write refused" for entry in refused)

    async with session.page() as page:
        await page.goto(f"{pages.url}/start")
        await page.evaluate(script)
        await until(settled)


async def leave(session, pages, script):
    """Leave a page that means to write when it is left, and stay long enough for that to arrive."""
    async with session.page() as page:
        await page.goto(f"{pages.url}/start")
        await page.evaluate(script)
        for _ in range(3):
            await page.goto(f"{pages.url}/next")


@pytest.fixture(autouse=True)
def start_page(pages):
    pages.html.update({"/start": "<body>", "/next": "<body>", "/w": "written"})


@pytest.mark.parametrize("way", ATTEMPTS)
def test_no_way_of_writing_gets_out(pages, in_guarded_browser, way):
    with capture_logs() as refused:
        in_guarded_browser(lambda session: attempt(session, pages, ATTEMPTS[way], refused))
    assert written(pages) == []


@pytest.mark.parametrize("way", [*ON_LEAVING, "short fetch"])
def test_a_page_that_is_left_sends_nothing_behind_the_guard(pages, in_guarded_browser, way):
    in_guarded_browser(lambda session: leave(session, pages, (ON_LEAVING | CUT_SHORT)[way]))
    assert written(pages) == []


@pytest.mark.parametrize("way", ATTEMPTS)
def test_the_attempts_would_write_without_the_guard(pages, in_browser, way):
    in_browser(lambda session: attempt(session, pages, ATTEMPTS[way]))
    assert written(pages)


def test_leaving_would_write_without_the_guard(pages, in_browser):
    async def unguarded(session):
        for script in ON_LEAVING.values():
            pages.seen.clear()
            await leave(session, pages, script)
            await until(lambda: written(pages))

    in_browser(unguarded)


@pytest.mark.parametrize("way", OUTLIVING)
def test_what_began_behind_the_guard_does_not_outlive_it(pages, in_guarded_browser, way):
    pages.html["/writer"] = f"<script>{ALL_THE_TIME}</script>"
    pages.delays["/writer"] = 0.5

    async def autosave(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            await page.evaluate(OUTLIVING[way])
            await asyncio.sleep(0.2)
        await session.allow_writes()
        async with session.page() as page:
            await page.goto(f"{pages.url}/next")
            await asyncio.sleep(0.7)
            await page.goto(f"{pages.url}/next")

    in_guarded_browser(autosave)
    assert written(pages) == []


def test_a_new_context_takes_the_sign_in_over(pages, in_guarded_browser):
    async def remembered(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            await page.evaluate("document.cookie = 'session=1'; localStorage.setItem('token', '2')")
        await session.allow_writes()
        async with session.page() as page:
            await page.goto(f"{pages.url}/next")
            return await page.evaluate("[document.cookie, localStorage.getItem('token')]")

    assert in_guarded_browser(remembered) == ["session=1", "2"]
    assert [path for _, path in pages.seen] == ["/start", "/next"], "the portal was asked nothing more"


def test_a_page_that_never_rests_is_given_up_and_the_guard_stands(pages, in_guarded_browser):
    async def stuck(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            with suppress(TimeoutError):
                await asyncio.wait_for(page.evaluate("while (true);"), 0.3)
        with pytest.raises(Unavailable, match="ปิดหน้าเดิมไม่ทันเวลา"):
            await session.allow_writes()
        async with await session.context.new_page() as page:
            await page.goto(f"{pages.url}/start")
            await page.evaluate("fetch('/w', {method: 'POST'}).catch(() => 0)")

    in_guarded_browser(stuck)
    assert written(pages) == []
