"""P13: deadlines are counted in Bangkok's working days, and said before they pass.

Guards: `esar_bot.calendar.today_in_bangkok` (no other clock is asked for the day), `working_days_left`, and
`esar_bot.cli.output.show_deadline`, which check, preview and submit call.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal import Ran, run_bot
from tests.trust.conftest import ROUND

# The program with its clock stopped: each way of asking for the time answers as a system's clock would.
STOPPED_CLOCK = """
import datetime, os
import esar_bot.calendar as calendar

NOW = datetime.datetime.fromisoformat(os.environ["STOPPED_AT"])

class StoppedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz) if tz else NOW.astimezone().replace(tzinfo=None)
    today = utcnow = now

class StoppedDay(datetime.date):
    @classmethod
    def today(cls):
        return NOW.astimezone().date()

calendar.datetime, calendar.date = StoppedTime, StoppedDay
"""
TIME_ZONES = ["America/Los_Angeles", "Pacific/Kiritimati"]
needs_time_zones = pytest.mark.skipif(os.name == "nt", reason="Windows takes no time zone from TZ")


@pytest.fixture
def stopped(tmp_path: Path) -> Callable[[str, str], dict[str, str]]:
    """An environment of a machine in another time zone, at a moment told with its offset."""
    folder = tmp_path / "stopped clock"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(STOPPED_CLOCK, encoding="utf-8")
    return lambda moment, zone: {"PYTHONPATH": str(folder), "STOPPED_AT": moment, "TZ": zone}


@needs_time_zones
@pytest.mark.parametrize("zone", TIME_ZONES)
@pytest.mark.parametrize(
    ("moment", "today", "left", "said"),
    [
        ("2027-07-26T23:59:59+07:00", "2027-07-26", 4, "due 2027-07-31, working days left: 4"),
        ("2027-07-27T00:00:00+07:00", "2027-07-27", 3, "due 2027-07-31, working days left: 3"),
        ("2027-07-31T23:59:59+07:00", "2027-07-31", 0, "due 2027-07-31, working days left: 0"),
        ("2027-08-01T00:00:00+07:00", "2027-08-01", 0, "due 2027-07-31: that day has passed"),
    ],
)
def test_the_day_is_bangkoks_wherever_the_machine_is(
    workspace: Path,
    stopped: Callable[[str, str], dict[str, str]],
    zone: str,
    moment: str,
    today: str,
    left: int,
    said: str,
) -> None:
    env = stopped(moment, zone)
    status = run_bot("-C", workspace, "status", "--json", env=env)
    assert status.code == 0, status.stderr
    (nine,) = (item for item in status.json["rounds"] if item["round"] == "9m")
    assert (status.json["today"], nine["working_days_left"]) == (today, left)
    assert nine["open_today"] == ("2027-07-01" <= today <= "2027-07-31")

    check = run_bot("-C", workspace, "check", "--round", "9m", "--json", env=env)
    assert said in check.stderr
    warned = [item["level"] for item in check.json["findings"] if item["rule"] == "round-window"]
    assert warned == (["warning"] if left <= 3 else [])


@needs_time_zones
@pytest.mark.parametrize("zone", TIME_ZONES)
def test_the_round_that_is_open_is_bangkoks(
    workspace: Path, stopped: Callable[[str, str], dict[str, str]], zone: str
) -> None:
    last = run_bot("-C", workspace, "check", "--json", env=stopped("2027-07-31T23:59:59+07:00", zone))
    assert last.json["round"] == "9m"
    over = run_bot("-C", workspace, "check", "--json", env=stopped("2027-08-01T00:00:00+07:00", zone))
    assert over.json["round"] == "12m"
    closed = run_bot(
        *("-C", workspace, "submit", "--yes", "--json"), env=stopped("2027-08-01T00:00:00+07:00", zone)
    )
    assert (closed.code, closed.json["outcome"]) == (0, "no-round-open")


@pytest.mark.parametrize(
    ("day", "said", "warned"),
    [
        ("2027-10-04", "due 2027-10-31, working days left: 18; safe day 2027-10-29", False),
        ("2027-10-31", "due 2027-10-31, working days left: 0; safe day 2027-10-29", True),
    ],
)
def test_the_deadline_is_said_by_every_command_that_works_towards_it(
    submit_12m: Callable[..., Ran], workspace: Path, day: str, said: str, warned: bool
) -> None:
    of_the_round = ("--round", ROUND, "--today", day)
    for ran in (
        run_bot("-C", workspace, "check", *of_the_round),
        run_bot("-C", workspace, "preview", *of_the_round),
        submit_12m("--dry-run", "--today", day),
    ):
        assert ran.code == 0, ran.stderr
        assert said in ran.stderr
        assert ("[round-window]" in ran.stderr) == warned
    page = (workspace / "previews" / f"{ROUND}.html").read_text(encoding="utf-8")
    assert "ภายในวันที่ 31 ตุลาคม 2570" in page


def test_the_deadline_is_said_in_thai(workspace: Path) -> None:
    of_the_round = ("--round", ROUND, "--today", "2027-10-04")
    ran = run_bot("-C", workspace, "check", *of_the_round, env={"ESAR_BOT_LANG": "th"})
    assert "กำหนดส่ง 31 ตุลาคม 2570 เหลือ 18 วันทำการ ควรส่งภายใน 29 ตุลาคม 2570" in ran.stderr
