"""Signing in and out."""

import re
from datetime import datetime
from sqlite3 import Connection

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_portal import accounts, audit, sessions
from mock_portal.guards import NeedsLogin, check_csrf, form_of, known_session, posted, text_of
from mock_portal.portal import portal_of
from mock_portal.rendering import page
from mock_portal.second_step import Waiting, draw, recognised, wait

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
    """Check name and password, and open a session or go on to the second step."""
    session = known_session(request)
    if session is None and sessions.COOKIE in request.cookies:
        raise NeedsLogin("/login?expired=1")
    portal = portal_of(request)
    async with form_of(request) as form:
        session = check_csrf(session, form)
        username, password = text_of(form, "username").strip()[:MAX_NAME], text_of(form, "password")
        target = local(text_of(form, "next") or request.query_params.get("next", ""))
        characters = text_of(form, "captcha")
    if portal.second_step == "thaid":
        return go_on(request, session, Waiting("", target))
    now = portal.clock()
    with portal.store.transaction() as db:
        if portal.second_step == "captcha" and not recognised(db, session.token_hash, characters):
            audit.note(db, now, username or "-", "เข้าสู่ระบบไม่สำเร็จ", detail="รหัสที่เห็นในภาพไม่ถูกต้อง")
            error = "รหัสที่เห็นในภาพไม่ถูกต้อง กรุณาระบุรหัสตามภาพใหม่"
        else:
            error = _check(db, username, password[:MAX_PASSWORD], now)
    if error:
        return _form(request, session, 401, error=error, username=username)
    if portal.second_step == "otp":
        return go_on(request, session, Waiting(username, target))
    return enter(request, session, username, target)


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


def go_on(request: Request, session: sessions.Session, waiting: Waiting) -> Response:
    """Lead to the page of the second step; nobody is signed in yet."""
    portal = portal_of(request)
    with portal.store.transaction() as db:
        wait(db, session.token_hash, waiting)
    return RedirectResponse(f"/login/{portal.second_step}", 303)


def enter(request: Request, session: sessions.Session, username: str, target: str) -> Response:
    """Open the session of somebody who has proved who they are, in place of the one they came with."""
    portal = portal_of(request)
    now = portal.clock()
    with portal.store.transaction() as db:
        sessions.forget_failures(db, username)
        audit.note(db, now, username, "เข้าสู่ระบบ")
        sessions.end(db, session.token_hash)
        token, _ = sessions.start(db, now, username)
    answer = RedirectResponse(target, 303)
    answer.set_cookie(sessions.COOKIE, token, httponly=True, samesite="lax")
    return answer


def locked_out(minutes: int) -> str:
    """What somebody reads whose name is locked out for so many minutes."""
    return f"บัญชีถูกระงับชั่วคราว เนื่องจากระบุรหัสผ่านหรือรหัส OTP ไม่ถูกต้องเกินจำนวนที่กำหนด กรุณาลองใหม่ในอีก {minutes} นาที"


def count_wrong(db: Connection, username: str, now: datetime, wrong: str) -> str:
    """Count a wrong password or code, which `wrong` names, and say how many tries are left."""
    left = sessions.count_failure(db, username, now)
    audit.note(db, now, username or "-", "เข้าสู่ระบบไม่สำเร็จ", detail=f"เหลืออีก {left} ครั้ง")
    if left:
        return f"{wrong}ไม่ถูกต้อง ท่านสามารถลองได้อีก {left} ครั้ง"
    minutes = int(sessions.LOCK_OUT.total_seconds() // 60)
    audit.note(db, now, username or "-", "ระงับบัญชีชั่วคราว", detail=f"{minutes} นาที")
    return locked_out(minutes)


def _check(db: Connection, username: str, password: str, now: datetime) -> str:
    minutes = sessions.locked_minutes(db, username, now)
    if minutes:
        return locked_out(minutes)
    if accounts.verify(db, username, password):
        return ""
    return count_wrong(db, username, now, "ชื่อผู้ใช้หรือรหัสผ่าน")


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
    token, captcha = "", None
    with portal.store.transaction() as db:
        if session is None:
            token, session = sessions.start(db, portal.clock())
        if portal.second_step == "captcha":
            captcha = draw(db, session.token_hash)
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
        captcha=captcha,
        by_app=portal.second_step == "thaid",
    )
    if token:
        answer.set_cookie(sessions.COOKIE, token, httponly=True, samesite="lax")
    return answer
