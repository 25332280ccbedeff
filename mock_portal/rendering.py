"""Turns templates into answers, and refusals into pages that a person understands."""

import logging
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mock_portal import thai
from mock_portal.accounts import ROLE_TEXT
from mock_portal.faults.shown import scripts
from mock_portal.guards import NeedsLogin, PageError
from mock_portal.portal import portal_of
from mock_portal.reports import STATUS_TEXT
from mock_portal.rounds import WINDOW_TEXT
from mock_portal.scores import four_places, plain

SAVED = "บันทึกร่างเรียบร้อยแล้ว"
ERROR_PAGES = {
    400: ("คำขอไม่ถูกต้อง", "ระบบไม่สามารถอ่านข้อมูลที่ส่งมาได้ กรุณาลองใหม่อีกครั้ง"),
    404: ("ไม่พบหน้าที่ต้องการ", "ไม่พบหน้าที่ท่านต้องการ กรุณาตรวจสอบที่อยู่ของหน้าอีกครั้ง"),
    405: ("ไม่รองรับคำขอนี้", "หน้านี้ไม่รองรับวิธีการเรียกที่ใช้"),
    413: ("ข้อมูลมีขนาดใหญ่เกินกำหนด", "ข้อมูลที่ส่งมีขนาดรวมใหญ่เกินกว่าที่ระบบรับได้ กรุณาลดจำนวนหรือขนาดไฟล์"),
    500: ("ระบบขัดข้อง", "เกิดข้อผิดพลาดภายในระบบ กรุณาลองใหม่ภายหลัง"),
}
log = logging.getLogger(__name__)


def _exact(text: str) -> Markup:
    """Text to the character: a bare CR would reach the browser as LF."""
    return Markup(escape(text).replace("\r", Markup("&#13;")))  # noqa: S704  escaped


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(
        long_date=thai.long_date,
        short_date=thai.short_date,
        moment=thai.moment,
        formal_moment=thai.formal_moment,
        human_size=thai.human_size,
        four_places=four_places,
        plain=plain,
        exact=_exact,
    )
    env.globals.update(STATUS_TEXT=STATUS_TEXT, WINDOW_TEXT=WINDOW_TEXT, ROLE_TEXT=ROLE_TEXT, SAVED=SAVED)
    return env


_TEMPLATES = _environment()


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of the portal, with the header of whoever is signed in."""
    portal = portal_of(request)
    values.setdefault("session", getattr(request.state, "session", None))
    values.setdefault("flash", getattr(request.state, "flash", ""))
    values.setdefault("crumbs", [])
    values.setdefault("agency", portal.agreements[portal.fiscal_year].agency)
    values["scripts"] = scripts(request, template)
    html = _TEMPLATES.get_template(template).render(**values)
    return HTMLResponse(html, status_code=status)


def refusal(request: Request, error: Exception) -> Response:
    """The page for a refused request."""
    if not isinstance(error, PageError):
        raise error
    return page(
        request,
        "error.html",
        error.status,
        title=error.title,
        message=error.message,
        testid=error.testid,
        confirmation=error.confirmation,
    )


def to_login(_request: Request, error: Exception) -> Response:
    """The way to the login page."""
    if not isinstance(error, NeedsLogin):
        raise error
    return RedirectResponse(error.location, 303)


def http_error(request: Request, error: Exception) -> Response:
    """The Thai page for a plain HTTP error."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    title, message = ERROR_PAGES.get(status, ERROR_PAGES[400])
    answer = page(
        request, "error.html", status, title=title, message=message, testid="error", confirmation=""
    )
    answer.headers.update(headers or {})
    return answer


def gone(_request: Request, error: Exception) -> Response:
    """Nobody reads this: the browser closed the connection in the middle of a form."""
    log.info("the browser went away: %s", type(error).__name__)
    return Response(status_code=400)


EXCEPTION_HANDLERS = {
    PageError: refusal,
    NeedsLogin: to_login,
    HTTPException: http_error,
    ClientDisconnect: gone,
    500: http_error,
}
