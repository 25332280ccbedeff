"""Reports, cards and evidence as stored: what the pages read and what a save changes."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

STATUS_TEXT = {
    "empty": "ยังไม่บันทึก",
    "draft": "ร่าง",
    "submitted": "ส่งแล้ว",
    "returned": "ส่งคืนแก้ไข",
    "accepted": "รับรองแล้ว",
}


class RoundKey(NamedTuple):
    """Which report: the fiscal year (B.E.) and the round."""

    year: int
    round: str


class CardKey(NamedTuple):
    """Which card: the report and the indicator's number."""

    year: int
    round: str
    number: str


@dataclass(frozen=True)
class Evidence:
    """One uploaded file."""

    id: int
    name: str
    bytes: int
    sha256: str
    file: str
    attached_at: str


@dataclass(frozen=True)
class Card:
    """One card with everything that was typed and uploaded for it."""

    number: str
    state: str
    remark: str
    saves: int
    saved_at: str
    saved_by: str
    fields: Mapping[str, str]
    evidence: tuple[Evidence, ...]
    scanning: int = 0

    @property
    def status(self) -> str:
        """The card's state, where a draft in which nothing stands yet is called empty."""
        untouched = self.state == "draft" and not self.evidence and not any(self.fields.values())
        return "empty" if untouched else self.state


@dataclass(frozen=True)
class Submission:
    """One time that a report was submitted."""

    confirmation: str
    at: str
    by: str


def status(db: sqlite3.Connection, key: RoundKey) -> str:
    """The state of a report."""
    row = db.execute("SELECT status FROM reports WHERE year = ? AND round = ?", key).fetchone()
    return row["status"] if row else "draft"


def set_status(db: sqlite3.Connection, key: RoundKey, value: str) -> None:
    """Move a report to another state."""
    db.execute("INSERT OR REPLACE INTO reports (year, round, status) VALUES (?, ?, ?)", (*key, value))


def cards(
    db: sqlite3.Connection, key: RoundKey, numbers: Iterable[str], names: tuple[str, ...]
) -> dict[str, Card]:
    """The cards of a round; one that nobody opened yet is a draft with empty fields."""
    found = db.execute("SELECT * FROM cards WHERE year = ? AND round = ?", key)
    rows = {r["number"]: r for r in found}
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for r in db.execute("SELECT number, name, value FROM card_fields WHERE year = ? AND round = ?", key):
        values[r["number"]][r["name"]] = r["value"]
    files: dict[str, list[Evidence]] = defaultdict(list)
    for r in db.execute("SELECT * FROM evidence WHERE year = ? AND round = ? ORDER BY id", key):
        files[r["number"]].append(
            Evidence(r["id"], r["name"], r["bytes"], r["sha256"], r["file"], r["attached_at"])
        )
    return {
        n: _card(n, rows.get(n), {name: values[n].get(name, "") for name in names}, files[n]) for n in numbers
    }


def card(db: sqlite3.Connection, key: CardKey, names: tuple[str, ...]) -> Card:
    """One card."""
    return cards(db, RoundKey(key.year, key.round), [key.number], names)[key.number]


def _card(number: str, row: sqlite3.Row | None, fields: dict[str, str], files: list[Evidence]) -> Card:
    if row is None:
        return Card(number, "draft", "", 0, "", "", fields, tuple(files))
    at, by = row["saved_at"] or "", row["saved_by"] or ""
    return Card(number, row["state"], row["remark"], row["saves"], at, by, fields, tuple(files))


def submissions(db: sqlite3.Connection, key: RoundKey) -> list[Submission]:
    """Every submission of a report, newest first."""
    rows = db.execute(
        "SELECT confirmation, at, by FROM submissions WHERE year = ? AND round = ? ORDER BY id DESC", key
    )
    return [Submission(**dict(row)) for row in rows]


def editable(report_status: str, card_state: str) -> bool:
    """Whether an officer may change the card: any of a draft, only the returned ones of a returned report."""
    return report_status == "draft" or (report_status == "returned" and card_state == "returned")


def store_fields(
    db: sqlite3.Connection, key: CardKey, fields: Mapping[str, str], by: str, at: datetime, *, saves: int = 1
) -> None:
    """Write the given fields and note who did so."""
    for name, value in fields.items():
        db.execute("INSERT OR REPLACE INTO card_fields VALUES (?, ?, ?, ?, ?)", (*key, name, value))
    db.execute(
        "INSERT INTO cards (year, round, number, state, saves, saved_at, saved_by) "
        "VALUES (?, ?, ?, 'draft', ?, ?, ?) ON CONFLICT (year, round, number) DO UPDATE "
        "SET saves = saves + excluded.saves, saved_at = excluded.saved_at, saved_by = excluded.saved_by",
        (*key, saves, at.isoformat(), by),
    )


def add_evidence(db: sqlite3.Connection, key: CardKey, evidence: Evidence, by: str) -> None:
    """Attach a file to a card; its id is given by the database."""
    db.execute(
        "INSERT INTO evidence (year, round, number, name, bytes, sha256, file, attached_at, attached_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, evidence.name, evidence.bytes, evidence.sha256, evidence.file, evidence.attached_at, by),
    )


def drop_evidence(db: sqlite3.Connection, evidence_id: int) -> None:
    """Take a file off its card."""
    db.execute("DELETE FROM evidence WHERE id = ?", (evidence_id,))


def set_card_state(db: sqlite3.Connection, key: CardKey, state: str, remark: str = "") -> None:
    """Move one card to another state."""
    db.execute(
        "INSERT INTO cards (year, round, number, state, remark) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (year, round, number) DO UPDATE SET state = excluded.state, remark = excluded.remark",
        (*key, state, remark),
    )


def clear(db: sqlite3.Connection) -> list[str]:
    """Forget every report, log line and session; gives the evidence files that nothing points to any more."""
    files = [row["file"] for row in db.execute("SELECT file FROM evidence")]
    db.execute("DELETE FROM evidence")
    db.execute("DELETE FROM card_fields")
    db.execute("DELETE FROM cards")
    db.execute("DELETE FROM submissions")
    db.execute("DELETE FROM audit")
    db.execute("DELETE FROM sessions")
    db.execute("DELETE FROM flashes")
    db.execute("DELETE FROM captchas")
    db.execute("DELETE FROM waiting")
    db.execute("DELETE FROM failures")
    db.execute("UPDATE reports SET status = 'draft'")
    return files
