"""When two values of a field are the same one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot.portal import NUMBER_FIELDS, same_value

FIGURES = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("87.4300", "87.43"),
        ("๘๗.๔๓", "87.43"),
        (" 87.43\n", "87.43"),
        ("1,250.50", "1250.5"),
        ("0", "0.0000"),
        ("-0", "0"),
        ("N/A", "N/A "),
        ("", " "),
    ],
)
def test_figures_are_the_same_by_value(one, other):
    for name in NUMBER_FIELDS:
        assert same_value(name, one, other)
        assert same_value(name, other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("87.43", "87.44"),
        ("87.43", "-87.43"),
        ("87.43", ""),
        ("0", ""),
        ("N/A", ""),
        ("N/A", "0"),
        ("NaN", "0"),
        ("87.43", "87.43%"),
    ],
)
def test_figures_that_differ(one, other):
    assert not same_value("result", one, other)
    assert not same_value("result", other, one)


def test_what_is_no_figure_is_compared_as_a_text():
    assert same_value("result", "NaN", "NaN")
    assert same_value("result", "N/A\u200b", "N/A")


@given(FIGURES)
def test_a_figure_is_the_same_in_thai_digits_and_with_thousands(figure):
    assert same_value("score", f"{figure:f}", f"{figure:f}".translate(TO_THAI))
    assert same_value("score", f"{figure:f}", f"{figure:,f}")


@given(FIGURES, FIGURES)
def test_figures_are_the_same_only_if_equal(one, other):
    assert same_value("result", f"{one:f}", f"{other:f}") is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("น้ำ", "น\u0e49\u0e4d\u0e32"),
        ("หน่วย\u200bงาน", "หน่วยงาน"),
        ("หนึ่ง\r\nสอง", "หนึ่ง\nสอง"),
        ("หนึ่ง ", "หนึ่ง"),
        ("ก\u00a0ข", "ก ข"),
    ],
)
def test_texts_are_the_same_when_no_reader_can_tell(one, other):
    assert same_value("performance", one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("น้ำ", "นำ"),
        ("87.4300", "87.43"),
        ("๘๗", "87"),
        ("หนึ่ง\nสอง", "หนึ่ง สอง"),
        ("ก ข", "กข"),
        ("ก  ข", "ก ข"),
    ],
)
def test_texts_that_a_reader_can_tell_apart(one, other):
    assert not same_value("performance", one, other)
