"""The read-only guard (P1): refused by the session itself, whatever a page's script tries."""

from __future__ import annotations

import asyncio

import pytest

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
}
LEAVING = "addEventListener('pagehide', () => fetch('/w', {method: 'POST', body: 'x', keepalive: true}))"
SHARED = """(() => {const code = `fetch('${location.origin}/w', {method: 'POST'})`;
    new SharedWorker(URL.createObjectURL(new Blob([code])))})()"""


async def attempt(session, pages, script):
    """Run a script on a page and wait until the browser has sent its request, or refused to."""
    settled = asyncio.Event()

    def settle(request):
        if request.url.endswith("/w"):
            settled.set()

    session.context.on("requestfinished", settle)
    session.context.on("requestfailed", settle)
    async with session.page() as page:
        await page.goto(f"{pages.url}/start")
        await page.evaluate(script)
        await asyncio.wait_for(settled.wait(), timeout=10)


def written(pages):
    return [seen for seen in pages.seen if seen[1] == "/w"]


@pytest.fixture(autouse=True)
def start_page(pages):
    pages.html.update({"/start": "<body>", "/next": "<body>", "/w": "written"})


@pytest.mark.parametrize("way", ATTEMPTS)
def test_no_way_of_writing_gets_out(pages, in_guarded_browser, way):
    in_guarded_browser(lambda session: attempt(session, pages, ATTEMPTS[way]))
    assert written(pages) == []


def test_a_page_that_is_left_sends_nothing_behind_the_guard(pages, in_guarded_browser):
    async def leave(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            await page.evaluate(LEAVING)
            for _ in range(3):
                await page.goto(f"{pages.url}/next")

    in_guarded_browser(leave)
    assert written(pages) == []


def test_a_shared_worker_is_not_to_be_had(pages, in_guarded_browser):
    async def share(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            return await page.evaluate("typeof SharedWorker")

    assert in_guarded_browser(share) == "undefined"


def test_the_attempts_would_write_without_the_guard(pages, in_browser):
    async def unguarded(session):
        for script in ATTEMPTS.values():
            pages.seen.clear()
            await attempt(session, pages, script)
            assert written(pages), script

    in_browser(unguarded)


def test_what_a_page_began_behind_the_guard_does_not_outlive_it(pages, in_guarded_browser):
    async def autosave(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/start")
            await page.evaluate("void setInterval(() => fetch('/w', {method: 'POST'}).catch(() => 0), 20)")
        await session.allow_writes()
        async with session.page() as page:
            await page.goto(f"{pages.url}/next")
            await page.goto(f"{pages.url}/next")

    in_guarded_browser(autosave)
    assert written(pages) == []
