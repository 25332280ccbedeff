"""The portal's database file: its tables, and transactions on it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY, display_name TEXT NOT NULL, role TEXT NOT NULL,
    salt BLOB NOT NULL, password BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS agreements (fiscal_year INTEGER PRIMARY KEY, source TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    token_hash TEXT PRIMARY KEY, csrf TEXT NOT NULL, username TEXT, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS flashes (
    token_hash TEXT NOT NULL, path TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (token_hash, path));
CREATE TABLE IF NOT EXISTS captchas (token_hash TEXT PRIMARY KEY, characters TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS waiting (
    token_hash TEXT PRIMARY KEY, username TEXT NOT NULL, target TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failures (
    username TEXT PRIMARY KEY, tries INTEGER NOT NULL, locked_until REAL, last REAL NOT NULL);
CREATE TABLE IF NOT EXISTS reports (
    year INTEGER NOT NULL, round TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (year, round));
CREATE TABLE IF NOT EXISTS cards (
    year INTEGER NOT NULL, round TEXT NOT NULL, number TEXT NOT NULL, state TEXT NOT NULL,
    remark TEXT NOT NULL DEFAULT '', saves INTEGER NOT NULL DEFAULT 0, saved_at TEXT, saved_by TEXT,
    PRIMARY KEY (year, round, number));
CREATE TABLE IF NOT EXISTS card_fields (
    year INTEGER NOT NULL, round TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (year, round, number, name));
CREATE TABLE IF NOT EXISTS evidence (
    id INTEGER PRIMARY KEY AUTOINCREMENT, year INTEGER NOT NULL, round TEXT NOT NULL, number TEXT NOT NULL,
    name TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, file TEXT NOT NULL UNIQUE,
    attached_at TEXT NOT NULL, attached_by TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS evidence_of_card ON evidence (year, round, number);
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, year INTEGER NOT NULL, round TEXT NOT NULL,
    confirmation TEXT NOT NULL UNIQUE, at TEXT NOT NULL, by TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    place TEXT NOT NULL, detail TEXT NOT NULL);
"""


class Store:
    """One SQLite file and the folder of uploaded evidence beside it.

    The connection is opened when first needed and closed with the server, so an app can be served,
    stopped and served again. A transaction never waits for the network: it holds no `await`.
    """

    def __init__(self, data: Path) -> None:
        self.evidence_folder = data / "evidence"
        self.evidence_folder.mkdir(parents=True, exist_ok=True)
        self._path = data / "portal.sqlite"
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        with self.transaction() as db:
            for statement in SCHEMA.split(";"):
                db.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what is done inside, or nothing of it."""
        with self._lock:
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the database file."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            db = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=10)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            self._open = db
        return self._open
