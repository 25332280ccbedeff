"""Pictures for the receipt: whole pages, and none that is waited for without end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from esar_bot.errors import PersonNeeded, PortalChanged, Rejected, Unavailable
from flows.picture import SCALE, Camera

WIDE = """<style>body {margin: 0; height: 3000px} @font-face {font-family: late; src: url(/font)}
p {font-family: late; margin: 0}</style><p>ก</p>"""


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height from a JPEG's frame header (ISO 10918-1, B.2.2)."""
    frame = next(at for at in (jpeg.find(mark) for mark in (b"\xff\xc0", b"\xff\xc2")) if at > 0)
    return int.from_bytes(jpeg[frame + 7 : frame + 9]), int.from_bytes(jpeg[frame + 5 : frame + 7])


def test_the_whole_page_is_in_it_also_when_a_font_never_comes(pages, in_browser, monkeypatch):
    monkeypatch.setattr("flows.picture.FONT_SECONDS", 0.2)
    pages.html["/long"] = WIDE
    pages.delays["/font"] = 3

    async def photograph(session):
        camera = Camera()
        async with session.page() as page:
            await page.goto(f"{pages.url}/long", wait_until="domcontentloaded")
            pictures = await camera.picture_of(page), await camera.picture_of(page)
            return pictures, await page.evaluate("document.fonts.status")

    pictures, fonts = in_browser(photograph)
    assert fonts == "loading", "it was done without"
    for picture in pictures:
        assert size_of(picture) == (1280 * SCALE, 3000 * SCALE)


SHOWING = {
    "text": "<p>รหัส <b>canary</b>-secret</p>",
    "capitals": "<p style='text-transform: uppercase'>canary-secret</p>",
    "field": "<input value=canary-secret>",
    "password": "<input type=password value=canary-secret>",
    "text area": "<textarea>canary-secret</textarea>",
    "choice": "<select><option value=canary-secret>หนึ่ง</select>",
    "placeholder": "<input placeholder=canary-secret>",
    "frame": "<iframe srcdoc='canary-secret'></iframe>",
    "shadow": "<p id=s></p><script>s.attachShadow({mode: 'open'}).innerHTML = '<p>canary-secret'</script>",
    "after the first look": """<p id=late></p><script>Object.defineProperty(document.fonts, "ready",
        {get: () => late.innerText = "canary-secret"})</script>""",
}
NOT_SHOWING = {
    "script": "<script>'canary-secret'</script>",
    "hidden": "<input type=hidden value=canary-secret>",
}


@pytest.mark.parametrize("where", [*SHOWING, *NOT_SHOWING])
def test_a_page_that_shows_a_secret_is_not_photographed(pages, in_browser, monkeypatch, where):
    monkeypatch.setattr("esar_bot.redact._secrets", {"canary-secret"})
    pages.html["/"] = (SHOWING | NOT_SHOWING)[where]

    async def photograph(session):
        async with session.page() as page:
            await page.goto(pages.url)
            return await Camera().picture_of(page)

    assert (in_browser(photograph) is None) == (where in SHOWING)


@pytest.mark.parametrize("kind", [PortalChanged, PersonNeeded, Rejected, Unavailable])
def test_a_problem_that_the_page_explains_takes_its_picture_along(pages, in_browser, kind):
    pages.html["/"] = "<p>ปัญหา</p>"

    async def fail(session):
        async with session.page() as page:
            await page.goto(pages.url)
            raise kind("problem")

    with pytest.raises(kind) as caught:
        in_browser(fail)
    if kind is Unavailable:
        assert caught.value.picture is None
    else:
        assert size_of(caught.value.picture)[0] == 1280 * SCALE


def test_a_picture_that_cannot_be_had_hides_no_problem(pages, in_browser, monkeypatch):
    monkeypatch.setattr("flows.session.PICTURE_SECONDS", 0.5)
    pages.html["/busy"] = "busy"

    async def fail(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/busy")
            with suppress(TimeoutError):
                await asyncio.wait_for(page.evaluate("while (true);"), 0.3)
            raise PortalChanged("problem")

    with pytest.raises(PortalChanged, match="problem") as caught:
        in_browser(fail)
    assert caught.value.picture is None


def test_a_page_that_never_rests_is_given_up(pages, in_browser, monkeypatch):
    monkeypatch.setattr("flows.picture.SECONDS", 1)
    pages.html["/busy"] = "busy"

    async def photograph(session):
        async with session.page() as page:
            await page.goto(f"{pages.url}/busy")
            with suppress(TimeoutError):
                await asyncio.wait_for(page.evaluate("while (true);"), 0.3)
            await Camera().picture_of(page)

    with pytest.raises(Unavailable, match="ถ่ายภาพหน้าจอไม่ได้ภายใน 1 วินาที"):
        in_browser(photograph)
