"""P9: the check tells every problem at once, offline and without a browser; a rule that crashes is no pass.

Guards: `esar_bot.precheck.check.check_subject` (it runs all rules, whatever one of them says) and `_run`
there (a crash is an error of the report). Let the former stop at the first rule that finds something, or the
latter swallow a crash, and the tests fail; so they do once `check` asks the network or starts a program.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from esar_bot.precheck import RULES
from fixtures.make_broken_agency import write_large_file
from tests.rehearsal import Ran, run_bot
from tests.trust.between import Between
from tests.trust.conftest import ROUND

BROKEN = Path(__file__).parents[2] / "fixtures" / "broken_agency"
IN_THE_WINDOW = ("--today", "2027-07-05")
OF_A_WHOLE_FILE = {"card-missing", "evidence-unlisted"}

# What stands on the line that is named; a text of many lines is named by its key.
STANDS_THERE = {
    "weights-not-100": "indicators:",
    "equal-thresholds": "[40, 50, 60, 60, 70]",
    "card-unknown": '"7.7"',
    "card-inactive": '"1.6"',
    "card-indicator-mismatch": '"1.4"',
    "card-twice": '"1.4"',
    "wrong-round": "6m",
    "wrong-year": "2569",
    "result-missing": "fiscal_year:",  # there is no such key: the card's first line
    "result-decimals": "87.43215",
    "result-out-of-range": "result: 7",
    "score-differs": "score:",
    "score-too-high": "score: 5.5",
    "score-missing": "fiscal_year:",
    "text-missing": "performance:",
    "text-too-long": "performance:",
    "broken-pdf-text": "performance:",
    "placeholder-text": "performance:",
    "personal-citizen-id": "performance:",
    "personal-phone": "performance:",
    "personal-email": "performance:",
    "evidence-required": "evidence:",
    "evidence-missing-file": "3.1/หายไป.pdf",
    "evidence-empty-file": "3.1/empty.pdf",
    "evidence-too-large": "3.1/ภาพถ่ายแผนที่ขนาดใหญ่.pdf",
    "evidence-type-refused": "3.1/setup.exe",
    "evidence-wrong-bytes": "3.1/photo.pdf",
    "evidence-duplicate": "3.1/minutes-copy.pdf",
    "evidence-encrypted-pdf": "3.1/locked.pdf",
    "evidence-name-too-long": "3.2/รายงานผลการดำเนินงานตามคำรับรอง",
    "evidence-name-refused": "3.2/report #1.pdf",
    "evidence-number": "number: 3.",
}

# Whatever Python would ask of a network or start as a program is refused, by name or by address.
CUT_OFF = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.exec",
                 "os.posix_spawn", "os.system"}:
        raise AssertionError(f"CUT OFF: {event} {arguments}")
sys.addaudithook(refuse)
"""

# Rules are spoilt before the program reads its command; each crash holds a text that nobody may see.
SPOILT = """
import os
from dataclasses import replace
import esar_bot.precheck.check as checking

wanted = os.environ["SPOILT_RULES"].split()

def spoilt(rule):
    def at_once(subject):
        raise RuntimeError("เนื้อความลับ")
    def in_the_middle(subject):
        yield from rule.check(subject)
        raise RuntimeError("เนื้อความลับ")
    return replace(rule, check=at_once if os.environ["SPOILT_HOW"] == "at once" else in_the_middle)

checking.RULES = tuple(spoilt(rule) if rule.key in wanted else rule for rule in checking.RULES)
"""


def planted() -> list[dict[str, str]]:
    """The faults of the broken agency's 9-month round."""
    faults = tomllib.loads((BROKEN / "FAULTS.toml").read_text(encoding="utf-8"))["fault"]
    return [fault for fault in faults if fault["round"] == "9m"]


def customised(folder: Path, script: str, **env: str) -> dict[str, str]:
    """An environment in which Python runs a script before anything else."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(script, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "ESAR_BOT_BROWSER": "/nowhere", **env}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The broken agency, complete with the file that is too large for git."""
    folder = tmp_path / "broken"
    shutil.copytree(BROKEN, folder)
    write_large_file(folder)
    return folder


@pytest.fixture
def cut_off(tmp_path: Path) -> dict[str, str]:
    """An environment without network, browser or any other program."""
    return customised(tmp_path / "cut off", CUT_OFF)


def test_every_planted_fault_comes_in_one_run_with_its_line_offline(
    broken: Path, cut_off: dict[str, str]
) -> None:
    check = ("-C", broken, "check", "--round", "9m", *IN_THE_WINDOW)
    ran = run_bot(*check, "--json", env=cut_off)
    assert ran.code == 3, ran.stderr
    assert len(planted()) > 30
    told = ran.stderr.splitlines()
    for fault in planted():
        rule, level, file = fault["rule"], fault["level"], fault["file"]
        found = [
            item
            for item in ran.json["findings"]
            if (item["rule"], item["level"], item["file"], item["indicator"])
            == (rule, level, file, fault["indicator"])
        ]
        assert found, fault
        for item in found:
            line = item["line"]
            if rule in OF_A_WHOLE_FILE:
                assert line == 0, item
            else:
                written = (broken / file).read_text(encoding="utf-8").splitlines()[line - 1]
                assert line > 0, item
                assert STANDS_THERE[rule] in written, item
            place = f"{file}:{line}" if line else file
            mark = "✗" if level == "error" else "!"
            assert any(shown.startswith(f"{mark} {place}  ") for shown in told), item


def test_what_is_cut_off_would_be_noticed(cut_off: dict[str, str]) -> None:
    started = run_bot("setup", env={**cut_off, "ESAR_BOT_BROWSER": ""})
    assert "CUT OFF: " in started.stderr


@pytest.mark.parametrize("how", ["at once", "in the middle"])
def test_a_crashed_rule_is_named_and_the_check_fails(workspace: Path, tmp_path: Path, how: str) -> None:
    check = ("-C", workspace, "check", "--round", ROUND, "--today", "2027-10-04", "--json")
    assert run_bot(*check).code == 0
    env = customised(tmp_path / "spoilt", SPOILT, SPOILT_RULES="weights-not-100", SPOILT_HOW=how)
    ran = run_bot(*check, env=env)
    assert ran.code == 3, ran.stderr
    assert [item["rule"] for item in ran.json["findings"] if item["level"] == "error"] == ["weights-not-100"]
    assert "this rule crashed, so it judged nothing (RuntimeError" in ran.stderr
    assert "[weights-not-100]" in ran.stderr
    assert "report this message" in ran.stderr
    assert "เนื้อความลับ" not in ran.stderr + ran.stdout
    assert f"{len(RULES)} rules: 1 errors" in ran.stderr, "the other rules were run"


def test_every_rule_that_crashes_is_named_in_one_run(broken: Path, tmp_path: Path) -> None:
    keys = [rule.key for rule in RULES]
    env = customised(tmp_path / "spoilt", SPOILT, SPOILT_RULES=" ".join(keys), SPOILT_HOW="in the middle")
    ran = run_bot("-C", broken, "check", "--round", "9m", "--json", *IN_THE_WINDOW, env=env)
    assert ran.code == 3, ran.stderr
    crashed = {item["rule"] for item in ran.json["findings"] if "this rule crashed" in item["what"]}
    assert crashed == set(keys)
    reported = {(item["rule"], item["file"]) for item in ran.json["findings"]}
    missing = {(fault["rule"], fault["file"]) for fault in planted()} - reported
    assert missing == set(), "what a rule had found before it crashed is told, too"


def test_a_crashed_rule_stops_a_submission_before_the_portal_is_asked(
    submit_12m: Callable[..., Ran], between: Between, tmp_path: Path
) -> None:
    env = customised(tmp_path / "spoilt", SPOILT, SPOILT_RULES="weights-not-100", SPOILT_HOW="at once")
    ran = submit_12m("--yes", env={**env, "ESAR_BOT_BROWSER": ""})
    assert ran.code == 3, ran.stderr
    assert "[weights-not-100]" in ran.stderr
    assert between.seen == []
