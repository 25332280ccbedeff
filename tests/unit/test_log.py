"""Logs are pretty for people and JSON lines for machines; neither shows a secret."""

from __future__ import annotations

import json
import sys

import pytest
import structlog

from esar_bot import redact
from esar_bot.log import LEVELS, configure_logs
from esar_bot.redact import protect

SECRET = 'canary "ลับ" \\word'


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(redact, "_secrets", set())
    yield
    structlog.reset_defaults()


def lines(capsys):
    """The log lines; nothing may be on standard output."""
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_json_is_one_object_a_line_with_thai_as_it_is(capsys):
    configure_logs("json", "info")
    log = structlog.get_logger()
    log.info("account found", portal="ระบบ e-SAR จำลอง", note="สอง\nบรรทัด")
    log.warning("located by an alternate", what="ผลการดำเนินงาน")
    written = lines(capsys)
    assert len(written) == 2
    assert "ระบบ e-SAR จำลอง" in written[0]
    first, second = map(json.loads, written)
    assert (first["event"], first["level"], first["note"]) == ("account found", "info", "สอง\nบรรทัด")
    assert first["timestamp"].endswith("Z")
    assert second["what"] == "ผลการดำเนินงาน"


def test_pretty_is_for_people(capsys):
    configure_logs("pretty", "info")
    structlog.get_logger().info("account found", portal="ระบบจำลอง")
    (line,) = lines(capsys)
    assert "account found" in line
    assert "ระบบจำลอง" in line
    assert "\x1b" not in line, "no colours where nobody looks"


@pytest.mark.parametrize(("ci", "as_json"), [("true", True), ("", False)])
def test_auto_is_json_in_a_job_and_pretty_elsewhere(capsys, monkeypatch, ci, as_json):
    monkeypatch.setenv("CI", ci)
    configure_logs("auto", "info")
    structlog.get_logger().info("x")
    (line,) = lines(capsys)
    assert line.startswith("{") is as_json


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_below_the_level_is_not_written(capsys, level):
    configure_logs("json", level)
    log = structlog.get_logger()
    for name in LEVELS:
        getattr(log, name)(name)
    expected = list(LEVELS)[list(LEVELS).index(level) :]
    assert [json.loads(line)["event"] for line in lines(capsys)] == expected


@pytest.mark.parametrize("log_format", ["json", "pretty"])
def test_a_secret_is_masked_in_whatever_is_logged(capsys, log_format):
    configure_logs(log_format, "debug")
    protect(SECRET)
    log = structlog.get_logger()
    event = f"typed {SECRET}"
    log.info(event, value=SECRET, nested={"password": [SECRET]}, raw=SECRET.encode())
    log.bind(kept=SECRET).warning("bound")
    with structlog.contextvars.bound_contextvars(context=SECRET):
        log.warning("in a context")
    written = "\n".join(lines(capsys))
    assert written.count("***") >= 5
    for spelt in (SECRET, json.dumps(SECRET)[1:-1], repr(SECRET)[1:-1]):
        assert spelt not in written


@pytest.mark.parametrize("log_format", ["json", "pretty"])
def test_a_secret_is_masked_in_exceptions(capsys, log_format):
    configure_logs(log_format, "debug")
    protect(SECRET)
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(f"fill {SECRET!r} failed") from error
    except RuntimeError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert "***" in written
    for spelt in (SECRET, json.dumps(SECRET)[1:-1], repr(SECRET)[1:-1], "canary"):
        assert spelt not in written


def test_a_json_line_with_a_masked_secret_is_still_json(capsys):
    configure_logs("json", "info")
    protect("a,b:c")
    structlog.get_logger().info("x", value="a,b:c", other=1)
    (line,) = lines(capsys)
    assert json.loads(line)["value"] == "***"


def test_logs_go_to_standard_error_of_now(capsys, monkeypatch):
    configure_logs("json", "info")
    assert structlog.get_config()["logger_factory"]()._file is sys.stderr
