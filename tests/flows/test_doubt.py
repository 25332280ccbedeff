"""Ambiguity stops (P10): nothing of a form is saved when an element is missing, doubled or unknown."""

from __future__ import annotations

from time import monotonic

import pytest

from esar_bot.errors import Doubtful, NotTaken, PersonNeeded, PortalChanged, Rejected
from esar_bot.portal import ObservedCard, State
from flows.locate import the_one
from flows.pages.card_address import CardAddress
from flows.pages.card_form import save_card
from flows.press import press
from flows.profile import Locate
from tests.flows.conftest import in_loop, session_on

FIELDS = {
    "result": "ผลการดำเนินงาน",
    "score": "ค่าคะแนนที่ได้",
    "performance": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
    "supporting_factors": "ปัจจัยสนับสนุนต่อการดำเนินงาน",
    "obstacles": "ปัญหา/อุปสรรคต่อการดำเนินงาน",
    "suggestions": "ข้อเสนอแนะ",
    "evidence_list": "รายการหลักฐานอ้างอิง",
}
FORM = "/2570/9m/cards/1.1/edit"
NOBODY = "http://127.0.0.1:9/"  # the port of "discard", where nobody answers


def form(extra: str = "", *, without: str = "", number: str = "1.1", action: str = FORM) -> str:
    inputs = "".join(
        f"<label for={name}>{label}</label><textarea id={name} name={name}></textarea>"
        for name, label in FIELDS.items()
        if name != without
    )
    return (
        f"<b data-testid=card-indicator>{number}</b><b data-testid=card-name>ร้อยละ</b>"
        f"<form data-testid=card-form method=post action='{action}'>{inputs}"
        f"<label for=e>แนบไฟล์หลักฐานอ้างอิง</label><input id=e name=evidence type=file multiple>{extra}"
        "<button>บันทึกร่าง</button></form>"
    )


def save(in_browser, **values):
    return in_browser(lambda session: save_on(session, **values))


async def save_on(session, **values):
    async with session.page() as page:
        card = CardAddress(2570, "9m", "1.1")
        seen = ObservedCard("1.1", State.EMPTY, {})
        await save_card(session, page, card, seen, values or {"result": "1"}, [], begin=lambda: None)


@pytest.mark.parametrize(
    ("html", "named"),
    [
        (form(without="obstacles"), "ไม่พบ “ปัญหา/อุปสรรคต่อการดำเนินงาน”"),
        (form("<label for=r2>ผลการดำเนินงาน</label><input id=r2 name=r2>"), "พบ “ผลการดำเนินงาน” 2 แห่ง"),
        (form("<label>ใหม่<input name=national_strategy required></label>"), "national_strategy"),
        (form("<button>บันทึกร่าง</button>"), "save"),
        (form(number="1.2"), "1.2"),
        ("<p>ปิดปรับปรุงระบบ</p>", "ready"),
    ],
    ids=["missing field", "two labels", "unknown required", "two buttons", "other indicator", "other page"],
)
def test_a_form_that_does_not_fit_is_not_saved(pages, in_browser, html, named):
    pages.html[FORM] = html
    with pytest.raises(PortalChanged) as caught:
        save(in_browser)
    assert named in str(caught.value)
    assert caught.value.where.startswith("แบบฟอร์มตัวชี้วัด 1.1")
    assert pages.posts() == []


def test_a_field_that_cuts_the_text_is_not_saved(pages, in_browser):
    pages.html[FORM] = form().replace("name=suggestions>", "name=suggestions maxlength=10>")
    with pytest.raises(PortalChanged, match="10"):
        save(in_browser, suggestions="ข้อเสนอแนะที่ยาวกว่าสิบตัวอักษร")
    assert pages.posts() == []


def test_an_unknown_question_is_cancelled_and_named(pages, in_browser):
    pages.html[FORM] = form("<script>document.forms[0].onsubmit=()=>confirm('ลบทั้งหมดหรือไม่')</script>")
    with pytest.raises(PortalChanged, match="ลบทั้งหมดหรือไม่"):
        save(in_browser)
    assert pages.posts() == []


LATER = "setTimeout(() => HTMLFormElement.prototype.submit.call(document.forms[0]), 300)"
BEACON = "addEventListener('pagehide', () => navigator.sendBeacon('/save', 'late'))"


@pytest.mark.parametrize("then", [LATER, BEACON], ids=["a moment later", "when it is left"])
def test_a_question_that_was_cancelled_and_sent_nevertheless_is_doubtful(pages, in_browser, then):
    asking = f"<script>document.forms[0].onsubmit=()=>{{confirm('ส่งเลยหรือไม่');{then};return false}}</script>"
    pages.html[FORM] = form(asking, action="/save")
    pages.html["/save"] = "<p data-testid=saved>บันทึกแล้ว</p>"
    with pytest.raises(Doubtful, match="ส่งเลยหรือไม่"):
        save(in_browser)
    assert pages.posts() == ["/save"]


def test_a_question_that_was_cancelled_is_not_followed_by_one_that_is_known(pages, in_browser):
    known = "ต้องการลบไฟล์หลักฐานนี้ใช่หรือไม่"
    asking = f"confirm('ส่งเลยหรือไม่');setTimeout(() => confirm('{known}') && document.forms[0].submit(), 100)"
    pages.html[FORM] = form(f"<script>document.forms[0].onsubmit=()=>{{{asking};return false}}</script>")
    with pytest.raises(PortalChanged, match="ส่งเลยหรือไม่") as caught:
        save(in_browser)
    assert caught.value.picture
    assert pages.posts() == []


def test_a_message_of_no_choice_leaves_the_save_in_doubt(pages, in_browser):
    telling = "<script>document.forms[0].onsubmit=()=>{alert('กำลังบันทึก')}</script>"
    pages.html[FORM] = form(telling, action="/save")
    pages.html["/save"] = "<p data-testid=saved>บันทึกแล้ว</p>"
    with pytest.raises(Doubtful, match="กำลังบันทึก"):
        save(in_browser)


def test_a_save_that_the_portal_refuses_is_said_in_its_words(pages, in_browser):
    pages.html[FORM] = form(action="/refused")
    pages.html["/refused"] = "<div role=alert data-testid=errors>กรุณาระบุ ข้อมูลให้ถูกต้อง</div>"
    pages.statuses["/refused"] = 422
    with pytest.raises(Rejected, match="กรุณาระบุ ข้อมูลให้ถูกต้อง"):
        save(in_browser)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_save_answered_by_a_fault_is_doubtful_and_sent_once(pages, in_browser, status):
    pages.html[FORM] = form(action="/fault")
    pages.html["/fault"] = "ขัดข้อง"
    pages.statuses["/fault"] = status
    with pytest.raises(Doubtful, match=str(status)):
        save(in_browser)
    assert pages.posts() == ["/fault"]


def test_a_save_without_a_known_answer_is_doubtful(pages, in_browser):
    pages.html[FORM] = form(action="/strange")
    pages.html["/strange"] = "<h1>ขอบคุณ</h1>"
    with pytest.raises(Doubtful):
        save(in_browser)
    assert pages.posts() == ["/strange"]


def test_a_save_that_is_answered_by_the_login_page_was_not_taken(pages, in_browser):
    pages.html[FORM] = form(action="/save")
    pages.html["/save"] = "<input type=password>"
    with pytest.raises(NotTaken, match="หมดอายุ"):
        save(in_browser)
    assert pages.posts() == ["/save"]


LOGIN_PAGE = "<input type=password>"
TOO_OLD = "<p role=alert data-testid=csrf-error>แบบฟอร์มหมดอายุ</p>"
ON = "<script>location.replace('/next')</script>"
AFTERWARDS = {
    "a redirect further": {"redirects": {"/save": "/next"}},
    "a redirect to a redirect to the login": {"redirects": {"/save": "/next", "/next": "/login"}},
    "a redirect that sends it on": {
        "redirects": {"/save": "/on", "/on": "/next"},
        "statuses": {"/save": 307},
    },
    "a script": {"html": {"/save": ON}},
    "a script on the login's own page": {"redirects": {"/save": "/login"}, "html": {"/login": ON}},
}


@pytest.mark.parametrize("shown", [LOGIN_PAGE, TOO_OLD], ids=["login", "too old"])
@pytest.mark.parametrize("way", AFTERWARDS)
def test_what_a_page_shows_that_came_after_the_answer_leaves_the_save_in_doubt(pages, in_browser, way, shown):
    pages.html.update({FORM: form(action="/save"), "/next": shown, "/login": shown})
    for name, values in AFTERWARDS[way].items():
        getattr(pages, name).update(values)
    with pytest.raises(Doubtful) as caught:
        save(in_browser)
    assert not isinstance(caught.value, NotTaken)
    assert set(pages.posts()) <= {"/save", "/on"}


@pytest.mark.parametrize("to", ["/login", "/login?expired=1&next=/"])
def test_a_save_that_is_led_to_the_login_was_not_taken(pages, in_browser, to):
    pages.html.update({FORM: form(action="/save"), "/login": LOGIN_PAGE})
    pages.redirects["/save"] = to
    with pytest.raises(NotTaken):
        save(in_browser)


def test_a_login_page_that_a_script_brings_after_two_writes_leaves_the_save_in_doubt(pages, in_browser):
    log = "<script>document.forms[0].onsubmit=()=>{navigator.sendBeacon('/log', 'x')}</script>"
    pages.html.update({FORM: form(log, action="/save"), "/log": "", "/login": LOGIN_PAGE})
    pages.redirects["/save"] = "/login"
    with pytest.raises(Doubtful) as caught:
        save(in_browser)
    assert not isinstance(caught.value, NotTaken)


def test_a_form_that_is_too_old_was_not_taken(pages, in_browser):
    pages.html[FORM] = form(action="/save")
    pages.html["/save"] = "<p role=alert data-testid=csrf-error>แบบฟอร์มหมดอายุ</p>"
    pages.statuses["/save"] = 403
    with pytest.raises(NotTaken, match="แบบฟอร์มหมดอายุ"):
        save(in_browser)
    assert pages.posts() == ["/save"]


@pytest.fixture
def patient(profile):
    """A profile that would wait for a save for longer than any test."""
    return profile.model_copy(update={"timeouts": profile.timeouts.model_copy(update={"save": 200.0})})


@pytest.mark.parametrize("status", [0, 500, 502])
def test_a_save_that_leads_nowhere_is_doubtful_at_once(pages, patient, status):
    pages.html[FORM] = form(action="/save")
    pages.redirects["/save"] = "/saved" if status else NOBODY
    pages.html["/saved"], pages.statuses["/saved"] = "ขัดข้อง", status

    async def work():
        async with session_on(patient) as session:
            await session.allow_writes()
            await save_on(session)

    started = monotonic()
    with pytest.raises(Doubtful, match=str(status) if status else NOBODY) as caught:
        in_loop(work())
    assert not isinstance(caught.value, NotTaken)
    assert pages.posts() == ["/save"]
    assert monotonic() - started < patient.timeouts.save / 2


def test_an_alternate_is_used_only_when_the_first_way_finds_nothing(pages, in_browser):
    pages.html["/"] = "<label for=a>ผลงาน</label><input id=a value=1>"

    async def work(session):
        async with session.page() as page:
            await page.goto(pages.url)
            where = Locate(label="ผลการดำเนินงาน", alternates=(Locate(css="#a"),))
            return await (await the_one(where, page, "result")).input_value()

    assert in_browser(work) == "1"


def test_a_sign_of_success_that_was_there_before_is_not_believed(pages, in_browser):
    pages.html[FORM] = "<p data-testid=saved>บันทึกร่างเรียบร้อยแล้ว</p>" + form()
    with pytest.raises(PortalChanged, match="ก่อนกดปุ่ม"):
        save(in_browser)
    assert pages.posts() == []


def test_a_card_that_a_person_changed_meanwhile_is_not_overwritten(pages, in_browser):
    pages.html[FORM] = form().replace("name=obstacles></textarea>", "name=obstacles>ของผู้อื่น</textarea>")
    with pytest.raises(PersonNeeded, match="ปัญหา/อุปสรรคต่อการดำเนินงาน"):
        save(in_browser)
    assert pages.posts() == []


def test_a_save_that_goes_out_by_a_pop_up_is_doubtful(pages, in_browser):
    pages.html[FORM] = form(action="/save").replace("<form ", "<form target=_blank ")
    pages.html["/save"] = "<h1>ขอบคุณ</h1>"
    with pytest.raises(Doubtful):
        save(in_browser)
    assert pages.posts() == ["/save"]


def test_a_page_whose_press_failed_is_never_used_again(pages, in_browser):
    pages.html["/"] = (
        "<button onclick=\"setTimeout(() => fetch('/late', {method: 'POST'}), 800)\">ส่ง</button>"
    )
    pages.html["/late"] = "late"

    async def press_too_briefly(session):
        async with session.page() as page:
            await page.goto(pages.url)
            button = await page.query_selector("button")
            await press(session, page, button, Locate(css="i"), what="here", seconds=0.3)

    async def work(session):
        with pytest.raises(PortalChanged):
            await press_too_briefly(session)
        async with session.page() as page:
            await page.goto(pages.url)
            await page.evaluate("new Promise(done => setTimeout(done, 1000))")

    in_browser(work)
    assert pages.posts() == []


def test_a_page_that_failed_on_its_way_elsewhere_is_never_used_again(pages, in_browser):
    pages.html.update({"/": "<form method=post action=/w></form>", "/w": "written"})

    async def fail_while_leaving(session, left):
        async with session.page() as page:
            left.append(page)
            await page.goto(pages.url)
            await page.evaluate("document.forms[0].submit()")
            raise Doubtful("no answer", where="here")

    async def work(session):
        left = []
        with pytest.raises(Doubtful):
            await fail_while_leaving(session, left)
        async with session.page() as page:
            await page.goto(pages.url)
            return page in left

    assert in_browser(work) is False


def test_a_button_that_cannot_be_pressed_sent_nothing(pages, in_browser):
    pages.html["/"] = "<button disabled>ส่งรายงาน</button>"

    async def work(session):
        async with session.page() as page:
            await page.goto(pages.url)
            await press(
                session,
                page,
                await page.query_selector("button"),
                Locate(css="i"),
                what="here",
                seconds=0.5,
            )

    with pytest.raises(PortalChanged):
        in_browser(work)
