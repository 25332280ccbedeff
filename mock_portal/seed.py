"""Fills the database at start: accounts, the agreement of the workspace, and its rounds.

Reports are never touched here: an agreement that changed since the last start changes what is shown
beside them.
"""

import json
import sqlite3
from pathlib import Path

from mock_portal import accounts
from mock_portal.agreement import Agreement, build, read_source
from mock_portal.rounds import Round


def seed(db: sqlite3.Connection, workspace: Path, rounds: tuple[Round, ...]) -> Agreement:
    """Bring the database up to the workspace's agreement, and give that agreement."""
    order = tuple(r.key for r in rounds)
    source = read_source(workspace / "agreement.yaml")
    agreement = build(source, order)
    accounts.add_missing(db)
    db.execute(
        "INSERT OR REPLACE INTO agreements (fiscal_year, source) VALUES (?, ?)",
        (agreement.fiscal_year, json.dumps(source, ensure_ascii=False)),
    )
    for key in order:
        db.execute("INSERT OR IGNORE INTO reports VALUES (?, ?, 'draft')", (agreement.fiscal_year, key))
    return agreement


def agreements(db: sqlite3.Connection, rounds: tuple[Round, ...]) -> dict[int, Agreement]:
    """Every agreement that the portal holds, newest fiscal year first."""
    order = tuple(r.key for r in rounds)
    rows = db.execute("SELECT fiscal_year, source FROM agreements ORDER BY fiscal_year DESC")
    return {row["fiscal_year"]: build(json.loads(row["source"]), order) for row in rows}
