"""The audit log: who did what, where and when. Entries are only ever added."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

PAGE_SIZE = 50


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: str
    who: str
    what: str
    place: str
    detail: str


def note(
    db: sqlite3.Connection, at: datetime, who: str, what: str, place: str = "", detail: str = ""
) -> None:
    """Add a line."""
    db.execute(
        "INSERT INTO audit (at, who, what, place, detail) VALUES (?, ?, ?, ?, ?)",
        (at.isoformat(), who, what, place, detail),
    )


def pages(db: sqlite3.Connection) -> int:
    """How many pages the log fills, at least one."""
    count: int = db.execute("SELECT count(*) FROM audit").fetchone()[0]
    return max(1, -(-count // PAGE_SIZE))


def page(db: sqlite3.Connection, number: int) -> list[Entry]:
    """One page of the log, newest line first."""
    rows = db.execute(
        "SELECT at, who, what, place, detail FROM audit ORDER BY id DESC LIMIT ? OFFSET ?",
        (PAGE_SIZE, (number - 1) * PAGE_SIZE),
    )
    return [Entry(**dict(row)) for row in rows]
