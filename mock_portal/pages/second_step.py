"""The second step of a login: a code from the officer's phone, or the confirmation in the ThaID app."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mock_portal import sessions
from mock_portal.accounts import DEMO_ACCOUNTS
from mock_portal.guards import check_csrf, form_of, known_session, text_of
from mock_portal.pages.login import count_wrong, enter, locked_out
from mock_portal.portal import portal_of
from mock_portal.rendering import page
from mock_portal.second_step import CODE_DIGITS, SecondStep, Waiting, same, waiting_for
from mock_portal.sessions import Session

FIRST_STEP = "/login"


async def ask_code(request: Request) -> Response:
    """The page that asks for the code."""
    found = _waiting(request, "otp")
    return _code_page(request, found[0]) if found else RedirectResponse(FIRST_STEP, 303)


async def check_code(request: Request) -> Response:
    """Sign in with the right code; a wrong one counts as a wrong password does."""
    found = _waiting(request, "otp")
    if found is None:
        return RedirectResponse(FIRST_STEP, 303)
    session, waiting = found
    portal = portal_of(request)
    async with form_of(request) as form:
        check_csrf(session, form)
        right = same(text_of(form, "otp").strip(), portal.code)
    now = portal.clock()
    with portal.store.transaction() as db:
        minutes = sessions.locked_minutes(db, waiting.username, now)
        if minutes:
            error = locked_out(minutes)
        else:
            error = "" if right else count_wrong(db, waiting.username, now, "รหัส OTP ")
    if error:
        return _code_page(request, session, 401, error)
    return enter(request, session, waiting.username, waiting.target)


async def await_app(request: Request) -> Response:
    """The page that waits for the app, with the rehearsal's stand-in for the phone."""
    found = _waiting(request, "thaid")
    return _app_page(request, found[0]) if found else RedirectResponse(FIRST_STEP, 303)


async def app_confirmed(request: Request) -> Response:
    """Sign in whom the stand-in for the phone names."""
    found = _waiting(request, "thaid")
    if found is None:
        return RedirectResponse(FIRST_STEP, 303)
    session, waiting = found
    async with form_of(request) as form:
        check_csrf(session, form)
        username = text_of(form, "account")
    if username not in {account.username for account in DEMO_ACCOUNTS}:
        return _app_page(request, session, 422, "กรุณาเลือกบัญชีที่ใช้ซ้อม")
    return enter(request, session, username, waiting.target)


def _waiting(request: Request, step: SecondStep) -> tuple[Session, Waiting] | None:
    """The login that waits for this step; a portal that does not ask for it has no such page."""
    portal = portal_of(request)
    if portal.second_step != step:
        raise HTTPException(404)
    session = known_session(request)
    if session is None:
        return None
    with portal.store.transaction() as db:
        waiting = waiting_for(db, session.token_hash)
    return None if waiting is None else (session, waiting)


def _code_page(request: Request, session: Session, status: int = 200, error: str = "") -> Response:
    values = {"csrf": session.csrf, "error": error, "digits": CODE_DIGITS}
    return page(request, "login_otp.html", status, session=None, **values)


def _app_page(request: Request, session: Session, status: int = 200, error: str = "") -> Response:
    values = {"csrf": session.csrf, "error": error, "accounts": DEMO_ACCOUNTS}
    return page(request, "login_thaid.html", status, session=None, **values)
