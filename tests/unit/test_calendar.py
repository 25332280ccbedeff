import re
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from esar_bot import calendar
from esar_bot.calendar import (
    is_working_day,
    load_fiscal_year,
    next_round,
    open_round,
    safe_day,
    today_in_bangkok,
    working_days_left,
)
from esar_bot.errors import UsageError
from esar_bot.models import FiscalYear

DOCS = Path(__file__).resolve().parents[2] / "docs" / "calendar.md"


@pytest.fixture(scope="module")
def year() -> FiscalYear:
    return load_fiscal_year(2570, Path("/nowhere"))


@pytest.mark.parametrize(
    ("due", "safe"),
    [
        ("2026-12-31", "2026-12-30"),
        ("2027-01-31", "2027-01-29"),
        ("2027-03-31", "2027-03-31"),
        ("2027-04-30", "2027-04-30"),
        ("2027-06-30", "2027-06-30"),
        ("2027-07-31", "2027-07-30"),
        ("2027-09-30", "2027-09-30"),
        ("2027-10-31", "2027-10-29"),
        ("2027-11-30", "2027-11-30"),
        ("2028-01-31", "2028-01-31"),
    ],
)
def test_safe_days(year, due, safe):
    assert safe_day(year, date.fromisoformat(due)) == date.fromisoformat(safe)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2027-07-30", 1),
        ("2027-07-29", 2),
        ("2027-07-27", 3),
        ("2027-07-26", 4),
        ("2027-07-25", 4),
        ("2027-07-31", 0),
        ("2027-08-09", 0),
    ],
)
def test_working_days_left_count_today_and_pass_over_holidays(year, today, left):
    assert working_days_left(year, date.fromisoformat(today), date(2027, 7, 31)) == left


def test_weekends_and_holidays_are_no_working_days(year):
    free = [date(2027, 7, 28), date(2027, 7, 31), date(2027, 8, 1), date(2027, 4, 13)]
    assert not any(is_working_day(year, day) for day in free)
    assert is_working_day(year, date(2027, 7, 30))


def test_the_steps_and_rounds_of_the_year(year):
    assert [step.n for step in year.steps] == list(range(1, 20))
    dues = {item.key: item.due for item in year.rounds}
    assert dues == {step.round: step.due for step in year.steps if step.esar}
    assert list(dues) == ["3m", "6m", "9m", "12m"]
    final = year.round("12m")
    assert final.evidence_required
    assert not final.allows_not_applicable
    assert "score" in final.required
    assert year.round("1m") is None


def test_open_and_next_round(year):
    assert open_round(year, date(2027, 7, 1)).key == open_round(year, date(2027, 7, 31)).key == "9m"
    assert open_round(year, date(2027, 6, 30)) is None
    assert next_round(year, date(2027, 6, 30)).key == "9m"
    assert next_round(year, date(2027, 7, 1)).key == "12m"
    assert next_round(year, date(2027, 10, 1)) is None


def test_days_are_those_of_bangkok(monkeypatch):
    class Late(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2027, 7, 31, 17, 30, tzinfo=timezone.utc).astimezone(tz)  # noqa: UP017

    monkeypatch.setattr(calendar, "datetime", Late)
    assert today_in_bangkok() == date(2027, 8, 1)


def test_a_year_without_calendar_says_what_to_write(tmp_path):
    with pytest.raises(UsageError) as raised:
        load_fiscal_year(2599, tmp_path)
    assert "calendar.toml" in raised.value.next_step


def minimal(**values: str) -> str:
    lines = {"key": '"9m"', "title": '"รอบ 9 เดือน"', "opens": "2027-07-01", "due": '"๑๕ ส.ค. ๒๕๗๐"', **values}
    return "year = 2570\n[[rounds]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_workspaces_own_calendar_replaces_the_carried_one(tmp_path, mark):
    (tmp_path / "calendar.toml").write_bytes(mark + minimal().encode())
    assert [item.due for item in load_fiscal_year(2570, tmp_path).rounds] == [date(2027, 8, 15)]


@pytest.mark.parametrize(
    "content",
    [
        minimal(due="2027-02-30").encode(),
        minimal(colour='"red"').encode(),
        minimal(required='["price"]').encode(),
        minimal().encode("cp874"),
        minimal().replace("2570", "2571", 1).encode(),
        b"year = 2570\n",
    ],
)
def test_an_unreadable_calendar_is_named(tmp_path, content):
    (tmp_path / "calendar.toml").write_bytes(content)
    with pytest.raises(UsageError, match="ปฏิทิน") as raised:
        load_fiscal_year(2570, tmp_path)
    assert raised.value.where.endswith("calendar.toml")


def test_the_documented_example_is_a_calendar(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "calendar.toml").write_text(example, encoding="utf-8")
    documented = load_fiscal_year(2570, tmp_path)
    assert documented.rounds
    assert documented.steps
    assert documented.holidays


def test_the_documentation_names_every_key():
    text = DOCS.read_text(encoding="utf-8")
    models = (
        FiscalYear,
        *(FiscalYear.model_fields[name].annotation.__args__[0] for name in ("rounds", "steps")),
    )
    missing = [key for model in models for key in model.model_fields if f"`{key}`" not in text]
    assert not missing
