"""Finding things on a page as a person would: by what is written there, however it is spelt."""

from __future__ import annotations

import asyncio
import random
from importlib import resources
from typing import get_args

import pytest
from structlog.testing import capture_logs

from esar_bot.errors import PortalChanged, Unavailable
from esar_bot.text import canonical
from flows.in_page import ask
from flows.locate import Within, signs_on, the_one
from flows.look import RowsOf, look
from flows.profile import Locate, Role
from tests.thai_text import ZERO_WIDTH

WANTED = {
    "a label": ("<label for=x>น้ำหนัก</label><input id=x>", {"label": "น้ำหนัก"}),
    "sara am in two parts": ("<label for=x>น\u0e4d\u0e49\u0e32หนัก</label><input id=x>", {"label": "น้ำหนัก"}),
    "zero-width space": ("<label for=x>ค่า\u200bคะแนน</label><input id=x>", {"label": "ค่าคะแนน"}),
    "spaces and lines": ("<label for=x> ค่าคะแนน\n  ที่ได้ </label><input id=x>", {"label": "ค่าคะแนน ที่ได้"}),
    "a label around it": ("<label>ผล<textarea id=x>ข้อความ</textarea></label>", {"label": "ผล"}),
    "aria-label": ("<input id=x aria-label=ผล>", {"label": "ผล"}),
    "aria-labelledby": (
        "<b id=a>ค่า</b><b id=b>คะแนน</b><input id=x aria-labelledby='a b'>",
        {"label": "ค่า คะแนน"},
    ),
    "a button's text": ("<button id=x><i>บันทึก</i>ร่าง</button>", {"role": "button", "name": "บันทึกร่าง"}),
    "a button's value": ("<input id=x type=submit value=ส่ง>", {"role": "button", "name": "ส่ง"}),
    "a picture's words": ("<input id=x type=image alt=ส่ง>", {"role": "button", "name": "ส่ง"}),
    "a picture inside": ("<a id=x href=/><img alt=แก้ไข></a>", {"role": "link", "name": "แก้ไข"}),
    "a role that is given": ("<div id=x role=button>ส่ง</div>", {"role": "button", "name": "ส่ง"}),
    "a role without a name": ("<p id=x role=alert>ผิดพลาด", {"role": "alert"}),
    "the one that is seen": (
        "<button hidden>ส่ง</button><button id=x>ส่ง</button>",
        {"role": "button", "name": "ส่ง"},
    ),
    "a title": ("<input id=x title='แนบ ไฟล์'>", {"title": "แนบ ไฟล์"}),
    "a placeholder": ("<input id=x placeholder=ผล>", {"placeholder": "ผล"}),
    "a test id": ("<p id=x data-testid='a\"b'>", {"test_id": 'a"b'}),
    "css": ("<p id=x class=saved>", {"css": ".saved"}),
}
ABSENT = {
    "another word": ("<label for=x>ค่าคะแนนที่ได้</label><input id=x>", {"label": "ค่าคะแนน"}),
    "a missing tone mark": ("<label for=x>คา</label><input id=x>", {"label": "ค่า"}),
    "another role": ("<button role=link>ส่ง</button>", {"role": "button", "name": "ส่ง"}),
    "a hidden button": ("<button hidden>ส่ง</button>", {"role": "button", "name": "ส่ง"}),
    "two of them": ("<input aria-label=ผล><input aria-label=ผล>", {"label": "ผล"}),
}


@pytest.fixture
def on_page(pages, in_browser):
    """Runs a coroutine function with a page that shows this HTML."""

    def run(html, work):
        async def on(session):
            async with session.page() as page:
                pages.html["/"] = html
                await page.goto(pages.url)
                return await work(page)

        return in_browser(on)

    return run


def test_what_is_written_there_is_found(on_page):
    async def all_of_them(page):
        found = {}
        for name, (html, where) in WANTED.items():
            await page.set_content(html)
            found[name] = await (await the_one(Locate(**where), page, name)).get_attribute("id")
        return found

    assert on_page("", all_of_them) == dict.fromkeys(WANTED, "x")


def test_every_role_that_a_profile_may_name_is_known(on_page):
    finder = resources.files("flows.in_page").joinpath("find.js").read_text(encoding="utf-8")
    known = on_page("", lambda page: page.evaluate(f"() => {{{finder}; return Object.keys(ROLES)}}"))
    assert sorted(known) == sorted(get_args(Role))


MARKS = [chr(code) for code in range(0x0E01, 0x0E5C) if chr(code).isprintable()]
AMONG_THEM = [*ZERO_WIDTH, *" \u00a0\n\r\ta1๑“²ﬁ\u0301\u0323", "\u0e4d", "\u0e32", "\u0e33", "\u0e49"]


def random_texts(count):
    """Thai text as no person would write it: letters, marks and invisible characters in any order."""
    chance = random.Random(2570)  # noqa: S311 - the same texts each time
    return ["".join(chance.choices(MARKS + AMONG_THEM * 2, k=chance.randrange(24))) for _ in range(count)]


def test_labels_are_compared_in_pages_as_texts_are_elsewhere(on_page):
    texts = random_texts(5000)
    finder = resources.files("flows.in_page").joinpath("find.js").read_text(encoding="utf-8")
    code = f"texts => {{{finder}; return texts.map(normal)}}"
    in_page = on_page("", lambda page: page.evaluate(code, texts))
    wrong = {
        text: (one, other)
        for text, one in zip(texts, in_page, strict=True)
        if one != (other := " ".join(canonical(text).split()))
    }
    assert wrong == {}


def test_what_is_not_exactly_that_is_not_taken_for_it(on_page):
    async def all_of_them(page):
        for name, (html, where) in ABSENT.items():
            await page.set_content(html)
            with pytest.raises(PortalChanged, match=name):
                await the_one(Locate(**where), page, name)

    on_page("", all_of_them)


def test_the_part_of_a_page_must_be_the_only_one_too(on_page):
    html = "<li data-key=1><button>ลบ</button></li><li data-key=2><button>ลบ</button></li>"
    button = Locate(role="button", name="ลบ")

    async def within(page):
        row = Within(Locate(css="li"), "data-key", "2")
        assert (
            await (await the_one(button, page, "delete", row)).evaluate("b => b.parentNode.dataset.key")
            == "2"
        )
        with pytest.raises(PortalChanged, match="2"):
            await the_one(button, page, "delete", Within(Locate(css="li")))
        with pytest.raises(PortalChanged):
            await the_one(button, page, "delete", Within(Locate(css="li"), "data-key", "3"))

    on_page(html, within)


def test_a_row_whose_part_is_missing_is_no_row(on_page):
    rows = RowsOf(Locate(css="li"), "data-key", Locate(css="a"))

    async def rows_of(page):
        seen = await look(page, "test", {}, rows)
        await page.evaluate("document.querySelector('a').remove()")
        with pytest.raises(PortalChanged, match="1"):
            await look(page, "test", {}, rows)
        return seen.rows

    (one, two) = on_page("<li data-key=1><a href=/f>หนึ่ง</a><li data-key=2><a>สอง</a>", rows_of)
    assert (one.key, one.part, one.link) == ("1", "หนึ่ง", "/f")
    assert (two.key, two.part, two.link) == ("2", "สอง", "")


def test_using_an_alternate_is_told(on_page):
    where = Locate(label="ผลการดำเนินงาน", alternates=(Locate(css="b"),))
    with capture_logs() as told:
        seen = on_page("<b>1</b>", lambda page: look(page, "test", {"result": where}))
    assert seen.shown == {"result": "1"}
    assert [entry["alternate"] for entry in told if entry["event"] == "located by an alternate"] == [
        "css “b”"
    ]


def test_css_that_is_none_is_the_profiles_fault(on_page):
    with pytest.raises(PortalChanged, match="CSS"):
        on_page("", lambda page: look(page, "test", {"result": Locate(css="b[")}))


@pytest.mark.parametrize(
    "script",
    [
        "setTimeout(() => document.body.innerHTML = '<p role=alert>มาแล้ว', 100)",
        "setTimeout(() => document.querySelector('p').hidden = false, 100)",
        "setTimeout(() => location = '/next', 100)",
    ],
    ids=["added", "shown", "on the next page"],
)
def test_a_sign_is_waited_for(pages, on_page, script):
    pages.html["/next"] = "<p role=alert>มาแล้ว"
    signs = [Locate(css="i"), Locate(role="alert")]
    html = f"<p role=alert hidden>มาแล้ว<script>{script}</script>"
    assert on_page(html, lambda page: signs_on(page, signs, 10)) == [None, "มาแล้ว"]


def test_a_sign_that_does_not_come_is_none(on_page):
    assert on_page("<p hidden>ไม่", lambda page: signs_on(page, [Locate(css="p")], 0.3)) == [None]


def test_a_page_that_is_busy_for_ever_is_given_up(pages, in_browser):
    pages.html["/"] = "<script>setTimeout(() => { for (;;); }, 100)</script>"

    async def asked(session):
        async with session.page() as page:
            await page.goto(pages.url)
            await asyncio.sleep(0.3)
            await ask(page, "shown", seconds=1, attributes=[])

    with pytest.raises(Unavailable, match=r"1 วินาที"):
        in_browser(asked)
