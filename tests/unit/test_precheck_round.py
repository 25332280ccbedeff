"""The round's window, in days of Bangkok and working days."""

from datetime import date

import pytest

from esar_bot.workspace import Level, Place

CALENDAR = """\
year = 2570
[[rounds]]
title = "รอบ 9 เดือน"
key = "9m"  # extended
opens = 2027-07-01
due = 2027-08-16
"""


@pytest.mark.parametrize(
    ("today", "level", "words"),
    [
        ("2027-06-30", Level.WARNING, "1 กรกฎาคม 2570"),
        ("2027-07-01", None, ""),
        ("2027-07-26", None, ""),
        ("2027-07-27", Level.WARNING, "เหลือ 3 วันทำการ"),
        ("2027-07-30", Level.WARNING, "เหลือ 1 วันทำการ"),
        ("2027-07-31", Level.WARNING, "เหลือ 0 วันทำการ"),
        ("2027-08-01", Level.ERROR, "calendar.toml"),
    ],
)
def test_round_window(agency, today, level, words):
    found = agency.found("round-window", today=date.fromisoformat(today))
    assert [finding.level for finding in found] == ([level] if level else [])
    assert all(words in finding.what + finding.next_step for finding in found)
    assert all(finding.place == Place("9m") for finding in found)


def test_a_passed_deadline_is_no_obstacle_in_a_rehearsal(agency):
    result = agency.check(today=date(2028, 1, 1), rehearsal=True)
    assert not result.errors
    assert [finding.rule for finding in result.warnings] == ["round-window"]


def test_an_extended_deadline_in_the_workspace_settles_it(agency):
    agency.write("calendar.toml", CALENDAR)
    assert not agency.found("round-window", today=date(2027, 8, 1))
    (finding,) = agency.found("round-window", today=date(2027, 8, 17))
    assert finding.place == Place("calendar.toml", 4)
