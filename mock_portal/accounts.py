"""Who may log in to the rehearsal portal, and how their passwords are kept."""

import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

Role = Literal["officer", "assessor"]
ROLE_TEXT: dict[Role, str] = {"officer": "ผู้บันทึก", "assessor": "ผู้ประเมิน"}


@dataclass(frozen=True)
class Account:
    """A demonstration account; the password is public because nothing real is behind it."""

    username: str
    password: str
    role: Role
    display_name: str


DEMO_ACCOUNTS: tuple[Account, ...] = (
    Account("officer", "rehearse-2570", "officer", "นางสาวตัวอย่าง ละเอียดงาน"),
    Account("assessor", "assess-2570", "assessor", "นายสมมติ ตรวจทานดี"),
)


def add_missing(db: sqlite3.Connection) -> None:
    """Put the demonstration accounts into the database once."""
    for account in DEMO_ACCOUNTS:
        known = db.execute("SELECT 1 FROM accounts WHERE username = ?", (account.username,)).fetchone()
        if known is None:
            salt = secrets.token_bytes(16)
            db.execute(
                "INSERT INTO accounts (username, display_name, role, salt, password) VALUES (?, ?, ?, ?, ?)",
                (account.username, account.display_name, account.role, salt, _hash(account.password, salt)),
            )


def verify(db: sqlite3.Connection, username: str, password: str) -> bool:
    """Whether the password is right; an unknown name costs the same time as a wrong password."""
    row = db.execute("SELECT salt, password FROM accounts WHERE username = ?", (username,)).fetchone()
    salt, expected = (row["salt"], row["password"]) if row else (b"nobody", b"")
    return hmac.compare_digest(_hash(password, salt), expected)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
