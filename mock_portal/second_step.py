"""What the login may ask besides a password: a picture's characters, a code sent to the phone, or ThaID.

All three are stand-ins for a rehearsal. What counts here they have in common with real ones: no bot passes
them without a person.
"""

import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

SecondStep = Literal["otp", "captcha", "thaid"]
SECOND_STEPS: tuple[SecondStep, ...] = ("otp", "captcha", "thaid")
# Nothing that people take for one another: no 0/O, 1/I/L, 2/Z, 5/S, 8/B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CHARACTERS = 5
CODE_DIGITS = 6
# The picture's own measures: 200 x 64 units, a character every 34 of them.
PITCH, FIRST_X, BASE_Y = 34, 32, 45


@dataclass(frozen=True)
class Glyph:
    """One character of the picture: where it stands and how far it leans, in degrees."""

    character: str
    x: int
    y: int
    lean: int


@dataclass(frozen=True)
class Waiting:
    """A login that still lacks its second step: whose it is, and where it leads."""

    username: str
    target: str


def new_code() -> str:
    """A one-time password."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def draw(db: sqlite3.Connection, token_hash: str) -> list[Glyph]:
    """Characters for the next try of a session; those of the last one count no more."""
    characters = [secrets.choice(ALPHABET) for _ in range(CHARACTERS)]
    _sweep(db)
    db.execute("INSERT OR REPLACE INTO captchas VALUES (?, ?)", (token_hash, "".join(characters)))
    return [
        Glyph(c, FIRST_X + PITCH * n, BASE_Y + secrets.randbelow(13) - 6, secrets.randbelow(51) - 25)
        for n, c in enumerate(characters)
    ]


def recognised(db: sqlite3.Connection, token_hash: str, typed: str) -> bool:
    """Whether these are the characters of the session's picture, capital or small."""
    row = db.execute("SELECT characters FROM captchas WHERE token_hash = ?", (token_hash,)).fetchone()
    return row is not None and same(typed.strip().upper(), row["characters"])


def wait(db: sqlite3.Connection, token_hash: str, waiting: Waiting) -> None:
    """Remember that a session has done its first step."""
    _sweep(db)
    db.execute(
        "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", (token_hash, waiting.username, waiting.target)
    )


def waiting_for(db: sqlite3.Connection, token_hash: str) -> Waiting | None:
    """The login that waits for its second step."""
    row = db.execute("SELECT username, target FROM waiting WHERE token_hash = ?", (token_hash,)).fetchone()
    return None if row is None else Waiting(row["username"], row["target"])


def same(typed: str, expected: str) -> bool:
    """Compare without telling by the time it takes where the first difference is."""
    return hmac.compare_digest(typed.encode(), expected.encode())


def _sweep(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM captchas WHERE token_hash NOT IN (SELECT token_hash FROM sessions)")
    db.execute("DELETE FROM waiting WHERE token_hash NOT IN (SELECT token_hash FROM sessions)")
