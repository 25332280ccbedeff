from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot.models import months, number_order, thai_date
from esar_bot.models.quantities import BUDDHIST_ERA, THAI_MONTHS, parse_date, parse_decimal, parse_whole

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("87.43", "87.43"),
        ("87.4300", "87.4300"),
        ("๑,๒๕๐.๕๐", "1250.50"),
        ("1,150.40", "1150.40"),
        ("1,234,567", "1234567"),
        (" 0.5 ", "0.5"),
        (".5", "0.5"),
        ("-3", "-3"),
        ("+3", "3"),
        (5, "5"),
    ],
)
def test_numbers_as_people_write_them(written, number):
    assert str(parse_decimal(written)) == number


@pytest.mark.parametrize(
    "written",
    ["1,25", "1250,50", "12,34,567", "1,2345", "", "N/A", "1e3", "NaN", "Infinity", "87.43%", "1 250", True],
)
def test_what_may_mean_two_things_is_no_number(written):
    with pytest.raises(ValueError, match="ไม่ใช่ตัวเลข"):
        parse_decimal(written)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_a_number_is_the_same_with_thai_digits_and_separators(number):
    for written in (f"{number:f}", f"{number:,f}"):
        assert parse_decimal(written) == parse_decimal(written.translate(THAI)) == number


def test_whole_numbers():
    assert parse_whole("๒๕๗๐") == 2570
    with pytest.raises(ValueError, match="ไม่ใช่จำนวนเต็ม"):
        parse_whole("2.5")


@pytest.mark.parametrize(
    "written",
    ["2027-07-31", "2570-07-31", "31/7/2570", "31-07-2027", "31 ก.ค. 2570", "31ก.ค.2570", "๓๑ กรกฎาคม ๒๕๗๐"],
)
def test_dates_of_either_era(written):
    assert parse_date(written) == date(2027, 7, 31)


@pytest.mark.parametrize("written", ["29 ก.พ. 2567", "29/2/2567", "2567-02-29", "2024-02-29"])
def test_leap_day_is_judged_in_the_common_era(written):
    assert parse_date(written) == date(2024, 2, 29)


@pytest.mark.parametrize(
    "written", ["31/7/66", "1 ม.ค. 66", "29 ก.พ. 2570", "31/6/2570", "31 กค 2570", "2570", "", "07/31/2570"]
)
def test_what_is_no_date_or_has_a_year_of_two_digits(written):
    with pytest.raises(ValueError, match="ไม่ใช่วันที่"):
        parse_date(written)


@given(st.dates(date(1960, 1, 1), date(2150, 12, 31)))
def test_every_day_is_read_back_from_every_spelling(day):
    year = day.year + BUDDHIST_ERA
    assert parse_date(thai_date(day)) == parse_date(thai_date(day).translate(THAI)) == day
    assert (
        parse_date(f"{day.day}/{day.month}/{year}") == parse_date(day.isoformat()) == parse_date(day) == day
    )


def test_names_of_months_and_order_of_numbers():
    assert (len(THAI_MONTHS), THAI_MONTHS[0], THAI_MONTHS[11]) == (12, "มกราคม", "ธันวาคม")
    assert sorted(["1.10", "1.2", "1", "1.2.1"], key=number_order) == ["1", "1.2", "1.2.1", "1.10"]
    assert [months(key) for key in ("3m", "12m")] == [3, 12]


def test_decimals_arrive_exactly():
    assert parse_decimal("0.1") + parse_decimal("0.2") == Decimal("0.3")
