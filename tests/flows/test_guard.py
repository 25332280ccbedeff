"""The read-only guard (P1): refused by the session itself, whatever a page's script tries."""

from __future__ import annotations

import asyncio

import pytest

from flows import guard

ATTEMPTS = {
    "form": "(()=>{const f=document.createElement('form');f.method='post';f.action='/w';"
    "document.body.append(f);f.submit()})()",
    "fetch": "fetch('/w',{method:'POST',body:'x'}).catch(()=>0)",
    "put": "fetch('/w',{method:'PUT',body:'x'}).catch(()=>0)",
    "delete": "fetch('/w',{method:'DELETE'}).catch(()=>0)",
    "beacon": "void navigator.sendBeacon('/w','x')",
    "xhr": "(()=>{const x=new XMLHttpRequest();x.open('POST','/w');x.send('x')})()",
    "frame": "(()=>{const f=document.createElement('iframe');f.srcdoc='<form method=post action=/w></form>'"
    "+'<scr'+'ipt>document.forms[0].submit()</scr'+'ipt>';document.body.append(f)})()",
}


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


@pytest.mark.parametrize("way", ATTEMPTS)
def test_no_way_of_writing_gets_out(pages, in_browser, way):
    pages.html.update({"/start": "<body>", "/w": "written"})

    async def guarded(session):
        async with guard.read_only(session.context, session.profile):
            await attempt(session, pages, ATTEMPTS[way])

    in_browser(guarded)
    assert [seen for seen in pages.seen if seen[1] == "/w"] == []


def test_the_attempts_would_write_without_the_guard(pages, in_browser):
    pages.html.update({"/start": "<body>", "/w": "written"})

    async def unguarded(session):
        for script in ATTEMPTS.values():
            pages.seen.clear()
            await attempt(session, pages, script)
            assert any(path == "/w" for _method, path in pages.seen), script

    in_browser(unguarded)


def test_only_the_portals_own_login_post_passes(profile):
    login = f"{profile.base_url}/login"
    assert guard.may_pass("POST", login, profile)
    assert guard.may_pass("GET", f"{profile.base_url}/anything", profile)
    assert not guard.may_pass("PUT", login, profile)
    assert not guard.may_pass("POST", f"{profile.base_url}/login/../2570/9m/submit", profile)
    assert not guard.may_pass("POST", "http://127.0.0.1:1/login", profile)
    assert not guard.may_pass("post", f"{profile.base_url}/2570/9m/submit", profile)


def test_writing_is_possible_again_after_the_block(pages, in_browser):
    pages.html.update({"/start": "<body>", "/w": "written"})

    async def work(session):
        async with guard.read_only(session.context, session.profile):
            await asyncio.sleep(0)
        await attempt(session, pages, ATTEMPTS["fetch"])

    in_browser(work)
    assert pages.posts() == ["/w"]
