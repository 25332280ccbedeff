"""A stored login: its owner's only, one per portal, and never in the way when it cannot be used."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from esar_bot import redact
from esar_bot.stored_session import (
    BrowserState,
    forget_session,
    load_session,
    session_file,
    store_session,
)

ORIGIN = "https://esar.example.go.th:443"
TOKEN = "0123456789abcdef-token"
STATE = BrowserState.model_validate(
    {
        "cookies": [
            {"name": "session", "value": TOKEN, "domain": "esar.example.go.th", "path": "/", "expires": -1},
            {"name": "lang", "value": "th-TH", "domain": "esar.example.go.th", "path": "/", "expires": -1},
        ],
        "origins": [{"origin": ORIGIN, "localStorage": [{"name": "key", "value": f"{TOKEN}-kept"}]}],
    }
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ESAR_BOT_SESSION_DIR", str(tmp_path / "sessions"))
    monkeypatch.setattr(redact, "_secrets", set())
    return tmp_path / "sessions"


def test_what_is_stored_is_what_is_found(folder: Path) -> None:
    assert load_session(ORIGIN) is None
    file = store_session(ORIGIN, STATE)
    assert file.parent == folder
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
    found = load_session(ORIGIN)
    assert found is not None
    assert found.state.as_taken() == STATE.as_taken()
    assert found.state.as_taken()["cookies"][0]["domain"] == "esar.example.go.th", "whole, as it was given"


def test_each_portal_has_its_own() -> None:
    store_session(ORIGIN, STATE)
    assert load_session("https://other.example.go.th:443") is None
    assert load_session("http://esar.example.go.th:443") is None


def test_without_the_variable_it_lies_in_the_users_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESAR_BOT_SESSION_DIR")
    assert "esar-bot" in session_file(ORIGIN).parts


def test_it_is_forgotten_once() -> None:
    store_session(ORIGIN, STATE)
    assert forget_session(ORIGIN)
    assert not forget_session(ORIGIN)
    assert load_session(ORIGIN) is None


@pytest.mark.parametrize("way", ["storing", "loading"])
def test_its_keys_are_masked_and_words_are_not(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store_session(ORIGIN, STATE)
    if way == "loading":
        monkeypatch.setattr(redact, "_secrets", set())
        load_session(ORIGIN)
    assert (
        redact.redact(f"session={TOKEN}; lang=th-TH; key={TOKEN}-kept") == "session=***; lang=th-TH; key=***"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        json.dumps(
            {"origin": ORIGIN, "saved_at": "2027-07-11T03:00:00Z", "state": {"cookies": TOKEN}}
        ).encode(),
        json.dumps(
            {"origin": "https://x.go.th:443", "saved_at": "2027-07-11T03:00:00Z", "state": {"cookies": []}}
        ).encode(),
    ],
    ids=["empty", "cut", "no text", "a list", "no cookies", "another portal's"],
)
def test_a_file_that_cannot_be_used_is_logged_without_what_it_holds(content: bytes) -> None:
    file = session_file(ORIGIN)
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with capture_logs() as told:
        assert load_session(ORIGIN) is None
    assert [entry["event"] for entry in told] == ["stored login not used"]
    assert TOKEN not in str(told)


def test_a_folder_in_its_place_is_no_reason_to_stop() -> None:
    session_file(ORIGIN).mkdir(parents=True)
    assert load_session(ORIGIN) is None
