"""Sessions on the server, their CSRF tokens and one-time messages, and the lock-out after wrong passwords."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from mock_portal.accounts import Role

COOKIE = "esar_session"
IDLE_SECONDS = 7200
MAX_TRIES = 5
LOCK_OUT = timedelta(minutes=15)


@dataclass(frozen=True)
class Session:
    """A browser that is known: signed in when it has a user name, else only on its way to the login."""

    token_hash: str
    csrf: str
    username: str
    display_name: str
    role: Role | None


def start(db: sqlite3.Connection, now: datetime, username: str | None = None) -> tuple[str, Session]:
    """Open a session and give the cookie's value; sessions nobody used any more are swept away."""
    db.execute("DELETE FROM sessions WHERE seen < ?", (now.timestamp() - IDLE_SECONDS,))
    db.execute("DELETE FROM flashes WHERE token_hash NOT IN (SELECT token_hash FROM sessions)")
    token = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO sessions (token_hash, csrf, username, seen) VALUES (?, ?, ?, ?)",
        (_digest(token), secrets.token_urlsafe(32), username, now.timestamp()),
    )
    session = find(db, token, now)
    if session is None:
        msg = "a session that was just opened is not there"
        raise RuntimeError(msg)
    return token, session


def find(db: sqlite3.Connection, token: str, now: datetime) -> Session | None:
    """The session of a cookie if it is still alive; being looked up keeps it alive."""
    row = db.execute(
        "SELECT s.token_hash, s.csrf, s.seen, s.username, a.display_name, a.role "
        "FROM sessions s LEFT JOIN accounts a USING (username) WHERE s.token_hash = ?",
        (_digest(token),),
    ).fetchone()
    if row is None:
        return None
    if now.timestamp() - row["seen"] > IDLE_SECONDS:
        end(db, row["token_hash"])
        return None
    db.execute("UPDATE sessions SET seen = ? WHERE token_hash = ?", (now.timestamp(), row["token_hash"]))
    return Session(
        row["token_hash"], row["csrf"], row["username"] or "", row["display_name"] or "", row["role"]
    )


def end(db: sqlite3.Connection, token_hash: str) -> None:
    """Close a session."""
    db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash,))
    db.execute("DELETE FROM flashes WHERE token_hash = ?", (token_hash,))


def leave_message(db: sqlite3.Connection, session: Session, path: str, message: str) -> None:
    """Keep a message for the next look at one page; another tab of the same session does not take it away."""
    db.execute("INSERT OR REPLACE INTO flashes VALUES (?, ?, ?)", (session.token_hash, path, message))


def take_message(db: sqlite3.Connection, session: Session, path: str) -> str:
    """The message that waits for this page, once."""
    where = (session.token_hash, path)
    row = db.execute("SELECT message FROM flashes WHERE token_hash = ? AND path = ?", where).fetchone()
    if row is None:
        return ""
    db.execute("DELETE FROM flashes WHERE token_hash = ? AND path = ?", where)
    return str(row["message"])


def locked_minutes(db: sqlite3.Connection, username: str, now: datetime) -> int:
    """How many minutes a name stays locked out, 0 if it is not."""
    row = db.execute("SELECT locked_until FROM failures WHERE username = ?", (username,)).fetchone()
    if row is None or row["locked_until"] is None:
        return 0
    left = row["locked_until"] - now.timestamp()
    if left <= 0:
        forget_failures(db, username)
        return 0
    return max(1, int(-(-left // 60)))


def count_failure(db: sqlite3.Connection, username: str, now: datetime) -> int:
    """Count a wrong password and say how many tries are left; at none left the name is locked out."""
    stale = now.timestamp() - LOCK_OUT.total_seconds()
    db.execute(
        "DELETE FROM failures WHERE last < ? AND coalesce(locked_until, 0) < ?", (stale, now.timestamp())
    )
    db.execute(
        "INSERT INTO failures (username, tries, last) VALUES (?, 1, ?) "
        "ON CONFLICT (username) DO UPDATE SET tries = tries + 1, last = excluded.last",
        (username, now.timestamp()),
    )
    tries: int = db.execute("SELECT tries FROM failures WHERE username = ?", (username,)).fetchone()["tries"]
    if tries >= MAX_TRIES:
        until = (now + LOCK_OUT).timestamp()
        db.execute("UPDATE failures SET locked_until = ? WHERE username = ?", (until, username))
    return max(0, MAX_TRIES - tries)


def forget_failures(db: sqlite3.Connection, username: str) -> None:
    """A right password, or a lock-out that is over, starts the count anew."""
    db.execute("DELETE FROM failures WHERE username = ?", (username,))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
