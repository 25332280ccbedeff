"""Where an officer's account comes from: the environment, then the system's keyring, then a prompt.

Logs say where it came from, never what it is. Without a terminal nothing is ever asked.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import structlog

from esar_bot.errors import PersonNeeded
from esar_bot.language import say
from esar_bot.redact import protect, redact

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

USERNAME = "ESAR_BOT_USERNAME"
PASSWORD = "ESAR_BOT_PASSWORD"  # noqa: S105 - the name of a variable
KEYRING_SECONDS = 3.0
Answer = TypeVar("Answer")
log = structlog.get_logger()


class KeyringUnusable(PersonNeeded):
    """The system has no keyring, or it waits for somebody to unlock it."""


@dataclass(frozen=True)
class Account:
    """An officer's account on one portal. The password is in no representation of it."""

    username: str
    password: str = field(repr=False)
    source: str = ""


class Keyring:
    """The system's keyring for one portal; every call is bounded in time, since an unlock window may hang."""

    def __init__(self, origin: str) -> None:
        self.service = f"esar-bot {origin}"

    def read(self) -> Account | None:
        """The stored account, if there is one.

        Raises:
            KeyringUnusable: there is no keyring, or it did not answer within 3 seconds.
        """
        username = _bounded(lambda: _backend().get_password(self.service, "username"))
        password = _bounded(lambda: _backend().get_password(self.service, "password")) if username else None
        if not username or not password:
            return None
        protect(password)
        return Account(username, password, "keyring")

    def write(self, username: str, password: str) -> None:
        """Store an account.

        Raises:
            KeyringUnusable: there is no keyring, or it did not answer within 3 seconds.
        """
        protect(password)
        _bounded(lambda: _backend().set_password(self.service, "password", password))
        _bounded(lambda: _backend().set_password(self.service, "username", username))

    def delete(self) -> bool:
        """Forget the account; False if none was stored.

        Raises:
            KeyringUnusable: there is no keyring, or it did not answer within 3 seconds.
        """
        found = False
        for entry in ("username", "password"):
            if _bounded(lambda entry=entry: _backend().get_password(self.service, entry)) is not None:  # type: ignore[misc]
                _bounded(lambda entry=entry: _backend().delete_password(self.service, entry))  # type: ignore[misc]
                found = True
        return found


class Credentials:
    """Resolves the account without ever asking anybody: what scheduled jobs use."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.keyring = Keyring(origin)

    def resolve(self) -> Account:
        """The account: environment, keyring, prompt, in that order.

        Raises:
            PersonNeeded: none was found, and nobody can be asked.
        """
        account = self._from_environment() or self._from_keyring() or self.ask()
        log.info("account found", source=account.source, portal=self.origin)
        return account

    def ask(self) -> Account:
        """Nobody is there to be asked.

        Raises:
            PersonNeeded: always.
        """
        raise PersonNeeded(
            say("ไม่พบชื่อผู้ใช้และรหัสผ่านของระบบ", "no user name and password were found"),
            where=self.origin,
            next_step=say(
                f"ตั้งตัวแปร {USERNAME} และ {PASSWORD} หรือสั่ง esar-bot credentials set",
                f"set {USERNAME} and {PASSWORD}, or run esar-bot credentials set",
            ),
        )

    @staticmethod
    def _from_environment() -> Account | None:
        username, password = os.environ.get(USERNAME), os.environ.get(PASSWORD)
        if not username or not password:
            return None
        protect(password)
        return Account(username, password, "environment")

    def _from_keyring(self) -> Account | None:
        try:
            return self.keyring.read()
        except KeyringUnusable as error:
            log.warning("keyring not used", reason=error.what)
            return None


class BehindStoredLogin(Credentials):
    """Resolves the account where the portal no longer takes a stored login, which somebody did by hand."""

    def ask(self) -> Account:
        """Ask for another login by hand.

        Raises:
            PersonNeeded: always.
        """
        raise PersonNeeded(
            say("ระบบไม่รับการเข้าสู่ระบบที่เก็บไว้แล้ว", "the portal no longer takes the stored login"),
            where=self.origin,
            next_step=say(
                "สั่ง esar-bot login แล้วเข้าสู่ระบบด้วยตนเองอีกครั้ง", "run esar-bot login and sign in again yourself"
            ),
        )


class PromptingCredentials(Credentials):
    """Resolves the account and, as the last resort, asks the person at the terminal."""

    def __init__(self, origin: str, prompt: Callable[[str, bool], str]) -> None:
        super().__init__(origin)
        self._prompt = prompt

    def ask(self) -> Account:
        """Ask for user name and password; the password is not shown."""
        username = self._prompt(say(f"ชื่อผู้ใช้ของ {self.origin}", f"user name for {self.origin}"), False)  # noqa: FBT003
        password = self._prompt(say("รหัสผ่าน", "password"), True)  # noqa: FBT003
        protect(password)
        return Account(username, password, "prompt")


def _backend() -> KeyringBackend:
    """The system's backend; already looking for it may hang or fail, so it is called within the bound."""
    import keyring

    return keyring.get_keyring()


def _bounded(call: Callable[[], Answer]) -> Answer:
    """Run a keyring call in a thread that may hang without hanging us."""
    answers: list[Answer] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(call())
        except Exception as error:  # noqa: BLE001 - backends raise what they like; it is reported below
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if answers:
        return answers[0]
    reason = (
        redact(f"{type(failures[0]).__name__}: {failures[0]}") if failures else f"> {KEYRING_SECONDS:g} s"
    )
    raise KeyringUnusable(
        say(f"ใช้ที่เก็บรหัสผ่านของเครื่องไม่ได้ ({reason})", f"the system's keyring cannot be used ({reason})"),
        next_step=say(
            f"ใช้ตัวแปร {USERNAME} และ {PASSWORD} แทน", f"use the variables {USERNAME} and {PASSWORD} instead"
        ),
    )
