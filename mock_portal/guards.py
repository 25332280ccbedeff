"""Who may do what: session, role, CSRF token, and which report or card an address means."""

import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from mock_portal import sessions
from mock_portal.accounts import Role
from mock_portal.agreement import Agreement, Indicator
from mock_portal.portal import portal_of
from mock_portal.reports import CardKey, RoundKey
from mock_portal.rounds import WINDOW_TEXT, Round, Window
from mock_portal.sessions import Session
from mock_portal.thai import long_date

MAX_FIELDS = 100
SURROGATE = re.compile("[\ud800-\udfff]")
# More than a card takes, so that too many files are answered by a message and not by a broken request.
MAX_PARTS = 60
ROLE_REFUSED: dict[Role, str] = {
    "officer": "เฉพาะผู้บันทึกเท่านั้นที่บันทึก แก้ไข หรือส่งรายงานได้",
    "assessor": "หน้านี้สำหรับผู้ประเมินเท่านั้น",
}


class PageError(Exception):
    """The request cannot be done; carries the page that says so."""

    def __init__(
        self, status: int, title: str, message: str, *, testid: str = "error", confirmation: str = ""
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.message = status, title, message
        self.testid, self.confirmation = testid, confirmation


class NeedsLogin(Exception):
    """Nobody is signed in; carries the login page's address."""

    def __init__(self, location: str) -> None:
        super().__init__("login needed")
        self.location = location


@dataclass(frozen=True)
class Place:
    """The report that an address means, and whether it can be written now."""

    agreement: Agreement
    round: Round
    window: Window

    @property
    def key(self) -> RoundKey:
        """The report's key in the database."""
        return RoundKey(self.agreement.fiscal_year, self.round.key)

    @property
    def path(self) -> str:
        """The address of the round's list."""
        return f"/{self.agreement.fiscal_year}/{self.round.key}"

    @property
    def name(self) -> str:
        """The report's name in sentences and in the audit log."""
        return f"{self.round.title} ปีงบประมาณ พ.ศ. {self.agreement.fiscal_year}"

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the active indicators."""
        return tuple(i.number for i in self.agreement.active(self.round.key))

    @property
    def window_message(self) -> str:
        """Why nothing can be written now, empty if it can."""
        if self.window == "open":
            return ""
        year = self.agreement.fiscal_year
        return (
            f"{WINDOW_TEXT[self.window]} {self.round.title} "
            f"(กำหนดรับรายงานวันที่ {long_date(self.round.opens(year))} ถึงวันที่ {long_date(self.round.due(year))})"
        )

    def card_key(self, indicator: Indicator) -> CardKey:
        """The card's key in the database."""
        return CardKey(*self.key, indicator.number)

    def must_be_open(self) -> None:
        """Refuse a write outside the round's window."""
        if self.window != "open":
            raise PageError(403, WINDOW_TEXT[self.window], self.window_message, testid="closed-notice")


def known_session(request: Request) -> Session | None:
    """The session of the request's cookie, signed in or not, with the message that waits for this page."""
    token = request.cookies.get(sessions.COOKIE)
    if token is None:
        return None
    portal = portal_of(request)
    with portal.store.transaction() as db:
        session = sessions.find(db, token, portal.clock())
        if session and request.method == "GET":
            request.state.flash = sessions.take_message(db, session, request.url.path)
    if session and session.username:
        request.state.session = session
    return session


def signed_in(request: Request, role: Role | None = None) -> Session:
    """The person who is signed in; without one the browser is sent to the login page."""
    session = known_session(request)
    if session is None or not session.username:
        expired = sessions.COOKIE in request.cookies and session is None
        raise NeedsLogin(_login_address(request, expired=expired))
    if role and session.role != role:
        raise PageError(403, "ไม่มีสิทธิ์ดำเนินการ", ROLE_REFUSED[role])
    return session


@asynccontextmanager
async def posted(request: Request, role: Role | None = None) -> AsyncIterator[tuple[Session, FormData]]:
    """A form posted by a signed-in person with the right role from a page of this portal."""
    session = signed_in(request, role)
    async with form_of(request) as form:
        check_csrf(session, form)
        yield session, form


@asynccontextmanager
async def form_of(request: Request) -> AsyncIterator[FormData]:
    """A posted form. One that its character set does not explain, or that spells no Unicode, is refused."""
    try:
        form = await request.form(max_files=MAX_PARTS, max_fields=MAX_FIELDS)
    except UnicodeError as error:
        raise HTTPException(400) from error
    try:
        for name, value in form.multi_items():
            text = value if isinstance(value, str) else value.filename or ""
            if SURROGATE.search(name + text):
                raise HTTPException(400)
        yield form
    finally:
        await form.close()


def check_csrf(session: Session | None, form: FormData) -> Session:
    """The session, if the form came from a page of it; any other form is refused."""
    token = text_of(form, "csrf_token")
    if session is None or not hmac.compare_digest(token.encode(), session.csrf.encode()):
        message = "แบบฟอร์มนี้ไม่ถูกต้องหรือหมดอายุ กรุณากลับไปยังหน้าก่อนหน้า โหลดหน้าใหม่ แล้วดำเนินการอีกครั้ง"
        raise PageError(403, "ไม่สามารถยืนยันความถูกต้องของแบบฟอร์ม", message, testid="csrf-error")
    return session


def text_of(form: FormData, name: str) -> str:
    """A posted text, empty if it is missing or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def place_of(request: Request) -> Place:
    """The report in the address."""
    portal = portal_of(request)
    years = {str(year): agreement for year, agreement in portal.agreements.items()}
    rounds = {r.key: r for r in portal.rounds}
    agreement = years.get(request.path_params["year"])
    if agreement is None:
        raise PageError(404, "ไม่พบปีงบประมาณ", "ไม่พบคำรับรองการปฏิบัติราชการของปีงบประมาณที่ระบุ")
    round_ = rounds.get(request.path_params["round"])
    if round_ is None:
        raise PageError(404, "ไม่พบรอบการรายงาน", "ไม่พบรอบการรายงานที่ระบุในปีงบประมาณนี้")
    return Place(agreement, round_, portal.window(agreement.fiscal_year, round_))


def card_of(request: Request) -> tuple[Place, Indicator]:
    """The report and the indicator in the address."""
    place = place_of(request)
    indicator = place.agreement.find(place.round.key, request.path_params["number"])
    if indicator is None:
        message = f"ไม่พบตัวชี้วัดที่ระบุ หรือตัวชี้วัดนี้ไม่มีการรายงานใน{place.round.title}"
        raise PageError(404, "ไม่พบตัวชี้วัด", message)
    return place, indicator


def _login_address(request: Request, *, expired: bool) -> str:
    wanted = request.url.path
    if request.url.query:
        wanted += f"?{request.url.query}"
    parts = ["expired=1"] if expired else []
    if request.method in {"GET", "HEAD"}:
        parts.append(f"next={quote(wanted, safe='/')}")
    return "/login" + ("?" + "&".join(parts) if parts else "")
