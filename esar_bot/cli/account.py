"""`esar-bot credentials`: keep an officer's account in the system's keyring, check it, forget it."""

from __future__ import annotations

import typer

from esar_bot.cli.common import PortalUrlOption, ProfileOption, guarded, is_terminal
from esar_bot.language import say

app = typer.Typer(
    help=say("บัญชีผู้ใช้ของระบบ", "The account on the portal."),
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("set", help=say("บันทึกบัญชีในที่เก็บรหัสผ่านของเครื่อง", "Store the account in the system's keyring."))
@guarded
def set_account(
    context: typer.Context, profile: ProfileOption = None, portal_url: PortalUrlOption = None
) -> int:
    """Ask for user name and password and store them."""
    from esar_bot.cli import output
    from esar_bot.cli.choices import choose
    from esar_bot.credentials import PASSWORD, USERNAME, Keyring
    from esar_bot.errors import ExitCode, PersonNeeded

    origin = choose(context.obj.directory, profile, portal_url).profile.origin
    if not is_terminal():
        raise PersonNeeded(
            say("คำสั่งนี้ต้องมีผู้กรอกรหัสผ่าน", "somebody must type the password"),
            next_step=say(
                f"สั่งจากหน้าต่างเทอร์มินัล หรือตั้งตัวแปร {USERNAME} และ {PASSWORD}",
                f"run it on a terminal, or set {USERNAME} and {PASSWORD}",
            ),
        )
    keyring = Keyring(origin)
    keyring.read()  # one that cannot be used is said before anybody types anything
    username = typer.prompt(say(f"ชื่อผู้ใช้ของ {origin}", f"user name for {origin}"), err=True)
    password = typer.prompt(say("รหัสผ่าน", "password"), hide_input=True, err=True)
    keyring.write(username, password)
    output.line(say("✓ บันทึกบัญชีแล้ว", "✓ stored"), "green")
    return ExitCode.DONE


@app.command(
    "check", help=say("เข้าสู่ระบบเพื่อทดสอบบัญชี โดยไม่เขียนสิ่งใด", "Sign in to prove the account; writes nothing.")
)
@guarded
def check_account(
    context: typer.Context, profile: ProfileOption = None, portal_url: PortalUrlOption = None
) -> int:
    """Sign in behind the read-only guard."""
    import asyncio
    from functools import cache

    from esar_bot.cli import output
    from esar_bot.cli.choices import choose, kept_state, reported_round, resolver
    from esar_bot.errors import ExitCode
    from esar_bot.stored_session import load_session
    from flows.browser import open_browser
    from flows.pages.login import Credentials
    from flows.session import open_session

    choice = choose(context.obj.directory, profile, portal_url)
    stored = load_session(choice.profile.origin)
    whose = resolver(choice.profile, interactive=is_terminal(), stored_login=stored is not None)
    account = cache(whose.resolve)
    if not stored:
        account()  # before a browser is started for it
    known = reported_round(choice) if stored else None

    def typed() -> Credentials:
        return Credentials(account().username, account().password)

    async def prove() -> None:
        async with (
            open_browser(headless=True) as browser,
            open_session(browser, choice.profile, typed, kept_state(stored)) as session,
            session.page() as page,
        ):
            if known is None:
                await session.sign_in(page)
                return
            values = {"fiscal_year": choice.settings.fiscal_year, "round": known.key}
            await session.open(page, choice.profile.round, known.title, **values)

    asyncio.run(prove())
    source = account().source if account.cache_info().currsize else "esar-bot login"
    output.line(
        say(f"✓ เข้าสู่ระบบได้ (บัญชีจาก {source})", f"✓ signed in (the account came from: {source})"), "green"
    )
    return ExitCode.DONE


@app.command(
    "delete", help=say("ลบบัญชีออกจากที่เก็บรหัสผ่านของเครื่อง", "Forget the account in the system's keyring.")
)
@guarded
def delete_account(
    context: typer.Context, profile: ProfileOption = None, portal_url: PortalUrlOption = None
) -> int:
    """Delete the stored account."""
    from esar_bot.cli import output
    from esar_bot.cli.choices import choose
    from esar_bot.credentials import Keyring
    from esar_bot.errors import ExitCode

    found = Keyring(choose(context.obj.directory, profile, portal_url).profile.origin).delete()
    output.line(say("✓ ลบแล้ว", "✓ deleted") if found else say("ไม่มีบัญชีที่บันทึกไว้", "no account was stored"))
    return ExitCode.DONE
