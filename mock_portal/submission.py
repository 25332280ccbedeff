"""Submitting a report, returning a card and accepting a report: the moves between the states."""

import secrets
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from mock_portal import reports
from mock_portal.reports import CardKey, RoundKey

# No 0/O, 1/I/L: the number is read out on the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_LETTERS = 6


def submit(
    db: sqlite3.Connection, key: RoundKey, months: int, numbers: Iterable[str], by: str, at: datetime
) -> str:
    """Lock the report and all its cards, and give the confirmation number."""
    confirmation = _new_number(db, key, months)
    db.execute(
        "INSERT INTO submissions (year, round, confirmation, at, by) VALUES (?, ?, ?, ?, ?)",
        (*key, confirmation, at.isoformat(), by),
    )
    _move_all(db, key, numbers, "submitted")
    return confirmation


def send_back(db: sqlite3.Connection, key: CardKey, remark: str) -> None:
    """Return one card, and so the report, to the officer."""
    reports.set_card_state(db, key, "returned", remark)
    reports.set_status(db, RoundKey(key.year, key.round), "returned")


def accept(db: sqlite3.Connection, key: RoundKey, numbers: Iterable[str]) -> None:
    """Certify the report; nothing changes after that."""
    _move_all(db, key, numbers, "accepted")


def _move_all(db: sqlite3.Connection, key: RoundKey, numbers: Iterable[str], state: str) -> None:
    for number in numbers:
        reports.set_card_state(db, CardKey(*key, number), state)
    reports.set_status(db, key, state)


def _new_number(db: sqlite3.Connection, key: RoundKey, months: int) -> str:
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))
        confirmation = f"ESAR-{key.year}-{months:02}M-{letters}"
        taken = db.execute("SELECT 1 FROM submissions WHERE confirmation = ?", (confirmation,)).fetchone()
        if taken is None:
            return confirmation
