from decimal import Decimal

import pytest
from pydantic import ValidationError

from esar_bot import models
from esar_bot.models import Agreement, Anchored, Card, Composite, Evidence, Frozen, Indicator, Levels, Limits
from esar_bot.workspace.located_yaml import read_located
from tests.unit.small_agency import AGREEMENT


@pytest.fixture
def signed(tmp_path) -> Agreement:
    (tmp_path / "agreement.yaml").write_text(AGREEMENT, encoding="utf-8")
    return Agreement.model_validate(read_located(tmp_path / "agreement.yaml").data)


def changed(indicator: Indicator, **values) -> Indicator:
    return Indicator.model_validate({**indicator.model_dump(), **values})


def test_no_model_can_be_changed_or_takes_unknown_keys():
    every = [
        value for value in vars(models).values() if isinstance(value, type) and issubclass(value, Frozen)
    ]
    assert len(every) > 12
    for model in every:
        assert model.model_config["frozen"], model
        assert model.model_config["extra"] == "forbid", model


def test_a_card_is_frozen_and_refuses_a_misspelt_key():
    card = Card(fiscal_year="๒๕๗๐", round="9M", indicator="๑.๑")
    assert (card.fiscal_year, card.round, card.indicator) == (2570, "9m", "1.1")
    with pytest.raises(ValidationError, match="frozen"):
        card.score = Decimal(5)
    with pytest.raises(ValidationError, match="performence"):
        Card(fiscal_year=2570, round="9m", indicator="1.1", performence="ก")


@pytest.mark.parametrize("number", ["1", "1.10", "1.1.1.1.1.1.1"])
def test_indicator_numbers_are_text_of_up_to_seven_levels(number):
    assert Card(fiscal_year=2570, round="9m", indicator=number).indicator == number


@pytest.mark.parametrize("number", ["1.1.1.1.1.1.1.1", "1.", ".1", "1-1", "ก.1", ""])
def test_what_is_no_indicator_number(number):
    with pytest.raises(ValidationError, match="เลขตัวชี้วัด"):
        Card(fiscal_year=2570, round="9m", indicator=number)


@pytest.mark.parametrize(
    "values", [{"round": "ninth"}, {"round": "9"}, {"fiscal_year": 2027}, {"fiscal_year": "70"}]
)
def test_what_is_no_round_or_fiscal_year(values):
    with pytest.raises(ValidationError):
        Card(**{"fiscal_year": 2570, "round": "9m", "indicator": "1", **values})


@pytest.mark.parametrize(
    ("written", "result"), [("87.4300", Decimal("87.4300")), ("n/a", "N/A"), ("N/A", "N/A"), (None, None)]
)
def test_results(written, result):
    card = Card(fiscal_year=2570, round="9m", indicator="1", result=written)
    assert str(card.result) == str(result)


def test_texts_keep_every_character_but_line_breaks_and_outer_space():
    card = Card(
        fiscal_year=2570, round="9m", indicator="1", performance="\n น้ำ\u200b \r\nท่วม\n", obstacles=None
    )
    assert (card.performance, card.obstacles) == ("น้ำ\u200b \nท่วม", "")


def test_evidence_numbers_may_use_thai_digits():
    assert Evidence(number="๑.๑-๒", title="ก", file="ข.pdf").number == "1.1-2"


def test_when_an_indicator_is_reported(signed):
    late = changed(signed.indicators[0], starts_at="9m", cancelled_at="12m")
    assert [late.is_active_in(key) for key in ("3m", "6m", "9m", "12m")] == [False, False, True, False]
    assert [item.number for item in signed.active_in("9m")] == ["1.1", "1.2", "1.10", "2.1"]
    assert [item.number for item in signed.active_in("12m")] == ["1.1", "1.2", "1.10", "2.1", "2.2"]


def test_weights_of_a_round(signed):
    assert [signed.indicators[0].weight_in(key) for key in ("9m", "12m")] == [40, 30]
    for key in ("9m", "12m"):
        assert sum(item.weight_in(key) for item in signed.active_in(key)) == 100


@pytest.mark.parametrize("weight", ["-1", "100.01", "สิบ"])
def test_what_is_no_weight(signed, weight):
    with pytest.raises(ValidationError):
        changed(signed.indicators[0], weight=weight)


def test_one_and_ten_hundredths_are_two_indicators(signed):
    assert signed.indicator("1.1") is not signed.indicator("1.10") is not None
    assert signed.indicator("1.100") is None
    with pytest.raises(ValidationError, match=r"1\.1$|ซ้ำกัน: 1\.1"):
        Agreement(fiscal_year=2570, agency=signed.agency, indicators=[signed.indicators[0]] * 2)


@pytest.mark.parametrize("scorers", [(), ("true", "true"), ("false",)])
def test_exactly_one_collector_enters_the_score(signed, scorers):
    collectors = [{"name": "ก", "scorer": scorer} for scorer in scorers] or [{"name": "ก"}]
    with pytest.raises(ValidationError, match="ผู้บันทึกคะแนน"):
        changed(signed.indicators[0], collectors=collectors)


@pytest.mark.parametrize("levels", [[1, 2, 3, 2, 5], [1, 1, 1, 1, 1], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6]])
def test_levels_are_five_in_one_direction(levels):
    with pytest.raises(ValidationError):
        Levels(kind="levels", levels=levels)


@pytest.mark.parametrize(
    "anchors",
    [{50: 1}, {50: 1, 75: 1}, {50: 1, 75: 3, 100: 2}, {75: 1, 50: 2}, {50: 1, 101: 2}, {-50: 1, 0: 2}],
)
def test_anchors_rise_to_at_most_a_hundred(anchors):
    with pytest.raises(ValidationError):
        Anchored(kind="anchored", anchors=anchors)


def test_parts_are_numbered_once():
    part = {
        "number": "1",
        "name": "ก",
        "weight": 1,
        "criteria": {"kind": "levels", "levels": [1, 2, 3, 4, 5]},
    }
    with pytest.raises(ValidationError, match="ซ้ำกัน"):
        Composite(kind="composite", parts=[part, part])


def test_the_highest_score_of_each_kind(signed):
    assert [item.criteria.maximum for item in signed.indicators] == [5, 5, 5, 5, 100]
    assert Anchored(kind="anchored", anchors={50: 1, 90: 2}).maximum == 90


def test_limits_are_positive():
    with pytest.raises(ValidationError):
        Limits(text_lengths={"performance": 0})
    assert Limits().file_bytes is None
