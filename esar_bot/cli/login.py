"""`esar-bot login` and `logout`: sign in by hand where the portal asks for more than a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from esar_bot.cli.common import (
    PortalUrlOption,
    ProfileOption,
    TodayOption,
    guarded,
    is_terminal,
)
from esar_bot.language import say

if TYPE_CHECKING:
    from playwright.async_api import StorageState

WAIT_SECONDS = 600


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(
        "login",
        help=say(
            "เข้าสู่ระบบด้วยตนเองในหน้าต่างเบราว์เซอร์ (OTP, CAPTCHA, ThaID) แล้วเก็บไว้ใช้กับคำสั่งอื่น",
            "Sign in yourself in a browser's window (OTP, CAPTCHA, ThaID), for the other commands to use.",
        ),
    )(guarded(login))
    app.command(
        "logout",
        help=say("ลบข้อมูลการเข้าสู่ระบบที่เก็บไว้", "Forget the login that is stored on this machine."),
    )(guarded(logout))


def login(
    context: typer.Context,
    profile: ProfileOption = None,
    portal_url: PortalUrlOption = None,
    today: TodayOption = None,
) -> int:
    """Open a window, wait until a person has signed in, prove it on a page of its own, and store it."""
    import asyncio

    from esar_bot.cli import output
    from esar_bot.cli.choices import choose, reported_round
    from esar_bot.errors import ExitCode, PersonNeeded
    from esar_bot.stored_session import BrowserState, store_session
    from flows.browser import open_browser
    from flows.by_hand import prove, signed_in_by_hand

    if not is_terminal():
        raise PersonNeeded(
            say("คำสั่งนี้ต้องมีผู้เข้าสู่ระบบด้วยตนเอง", "somebody must sign in"),
            next_step=say("สั่ง esar-bot login จากหน้าต่างเทอร์มินัล", "run esar-bot login on a terminal"),
        )
    choice = choose(context.obj.directory, profile, portal_url, today)
    known = reported_round(choice)

    async def by_hand() -> StorageState:
        async with open_browser(headless=False) as browser:
            output.line(
                say(
                    f"เปิดหน้าต่าง {choice.profile.title} แล้ว กรุณาเข้าสู่ระบบด้วยตนเอง "
                    f"(รอไม่เกิน {WAIT_SECONDS // 60} นาที กด Ctrl-C เพื่อเลิก)",
                    f"a window of {choice.profile.title} is open: please sign in there yourself "
                    f"(it waits {WAIT_SECONDS // 60} minutes; Ctrl-C gives up)",
                )
            )
            state = await signed_in_by_hand(browser, choice.profile, WAIT_SECONDS)
            year = choice.settings.fiscal_year
            await prove(browser, choice.profile, state, fiscal_year=year, round=known.key)
            return state

    state = BrowserState.model_validate(asyncio.run(by_hand()))
    file = store_session(choice.profile.origin, state)
    output.line(
        say("✓ เข้าสู่ระบบแล้ว และเก็บไว้ใช้กับคำสั่งอื่น", "✓ signed in, and stored for the other commands"), "green"
    )
    output.line(
        say(
            f"  แฟ้ม {file} ใช้แทนรหัสผ่านได้จนกว่าการเข้าสู่ระบบจะหมดอายุ อย่าส่งต่อ ลบด้วย esar-bot logout",
            f"  {file} is as good as a password while the session lasts; esar-bot logout forgets it",
        )
    )
    return ExitCode.DONE


def logout(context: typer.Context, profile: ProfileOption = None, portal_url: PortalUrlOption = None) -> int:
    """Forget the stored login; on the portal itself the session ends when its time is over."""
    from esar_bot.cli import output
    from esar_bot.cli.choices import choose
    from esar_bot.errors import ExitCode
    from esar_bot.stored_session import forget_session

    found = forget_session(choose(context.obj.directory, profile, portal_url).profile.origin)
    output.line(
        say("✓ ลบข้อมูลการเข้าสู่ระบบแล้ว", "✓ forgotten")
        if found
        else say("ไม่มีการเข้าสู่ระบบที่เก็บไว้", "no login was stored")
    )
    return ExitCode.DONE
