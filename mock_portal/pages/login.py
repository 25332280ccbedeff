"""Signing in and out."""

import re
from datetime import datetime
from sqlite3 import Connection

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_portal import accounts, audit, sessions
from mock_portal.guards import NeedsLogin, check_csrf, known_session, posted, text_of
from mock_portal.portal import portal_of
from mock_portal.rendering import page

MAX_NAME = 150
MAX_PASSWORD = 1000
# A path of this portal: never a second slash, which would name another host.
OWN_ADDRESS = re.compile(r"/([A-Za-z0-9._~%-][A-Za-z0-9._~%/-]*)?(\?[A-Za-z0-9._~%&=/-]*)?")


async def show(request: Request) -> Response:
    """The login form."""
    session = known_session(request)
    if session and session.username:
        return RedirectResponse(local(request.query_params.get("next", "")), 303)
    notice = ""
    if "expired" in request.query_params:
        notice = "หมดเวลาการใช้งาน กรุณาเข้าสู่ระบบใหม่"
    elif "bye" in request.query_params:
        notice = "ออกจากระบบเรียบร้อยแล้ว"
    return _form(request, session, notice=notice)


async def sign_in(request: Request) -> Response:
    """Check name and password, and open a session."""
    session = known_session(request)
    if session is None and sessions.COOKIE in request.cookies:
        raise NeedsLogin("/login?expired=1")
    portal = portal_of(request)
    async with request.form() as form:
        check_csrf(session, form)
        username, password = text_of(form, "username").strip()[:MAX_NAME], text_of(form, "password")
        target = local(text_of(form, "next") or request.query_params.get("next", ""))
    now = portal.clock()
    with portal.store.transaction() as db:
        error = _check(db, username, password[:MAX_PASSWORD], now)
        if not error:
            if session:
                sessions.end(db, session.token_hash)
            token, _ = sessions.start(db, now, username)
    if error:
        return _form(request, session, 401, error=error, username=username)
    answer = RedirectResponse(target, 303)
    answer.set_cookie(sessions.COOKIE, token, httponly=True, samesite="lax")
    return answer


async def sign_out(request: Request) -> Response:
    """Close the session."""
    async with posted(request) as (session, _form_data):
        portal = portal_of(request)
        with portal.store.transaction() as db:
            sessions.end(db, session.token_hash)
            audit.note(db, portal.clock(), session.username, "ออกจากระบบ")
    answer = RedirectResponse("/login?bye=1", 303)
    answer.delete_cookie(sessions.COOKIE, httponly=True, samesite="lax")
    return answer


def local(target: str) -> str:
    """The address to go on to, but only one of this portal."""
    return target if OWN_ADDRESS.fullmatch(target) else "/"


def _check(db: Connection, username: str, password: str, now: datetime) -> str:
    minutes = sessions.locked_minutes(db, username, now)
    if not minutes and accounts.verify(db, username, password):
        sessions.forget_failures(db, username)
        audit.note(db, now, username, "เข้าสู่ระบบ")
        return ""
    if not minutes:
        left = sessions.count_failure(db, username, now)
        audit.note(db, now, username or "-", "เข้าสู่ระบบไม่สำเร็จ", detail=f"เหลืออีก {left} ครั้ง")
        if left:
            return f"ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง ท่านสามารถลองได้อีก {left} ครั้ง"
        minutes = int(sessions.LOCK_OUT.total_seconds() // 60)
        audit.note(db, now, username or "-", "ระงับบัญชีชั่วคราว", detail=f"{minutes} นาที")
    return f"บัญชีถูกระงับชั่วคราว เนื่องจากระบุรหัสผ่านไม่ถูกต้องเกินจำนวนที่กำหนด กรุณาลองใหม่ในอีก {minutes} นาที"


def _form(
    request: Request,
    session: sessions.Session | None,
    status: int = 200,
    *,
    notice: str = "",
    error: str = "",
    username: str = "",
) -> Response:
    portal = portal_of(request)
    token = ""
    if session is None:
        with portal.store.transaction() as db:
            token, session = sessions.start(db, portal.clock())
    answer = page(
        request,
        "login.html",
        status,
        session=None,
        csrf=session.csrf,
        next=request.query_params.get("next", ""),
        notice=notice,
        error=error,
        username=username,
    )
    if token:
        answer.set_cookie(sessions.COOKIE, token, httponly=True, samesite="lax")
    return answer
