from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot.models import Agreement, Anchored, Card, Composite, Criteria, Indicator, Levels, Milestones
from esar_bot.scoring import (
    anchored_score,
    composite_score,
    figure_score,
    level_score,
    milestone_score,
    rounded,
    score_of,
    total_score,
    weighted_score,
)

RISING = Levels(kind="levels", levels=["80", "82.5", "85", "87.5", "90"])
FALLING = Levels(kind="levels", levels=["20", "17.5", "15", "12.5", "10"])
SIXTY = {"kind": "levels", "levels": ["60", "70", "80", "90", "100"]}
STEPS = Milestones(kind="milestones", steps=["1", "2", "3", "4", "5"])
PARTS = Composite(
    kind="composite",
    parts=[
        {"number": str(n), "name": "ก", "weight": weight, "criteria": SIXTY}
        for n, weight in enumerate(("0.5", "0.3", "0.2"), start=1)
    ],
)
PERCENT = Anchored(kind="anchored", anchors={"50": "98.72", "75": "98.84", "100": "98.90"})

figures = st.decimals(-1000, 1000, places=4, allow_nan=False)


def shown(criteria: Criteria, figure: str) -> str:
    return str(rounded(figure_score(criteria, Decimal(figure))))


def agreement(weights: dict[str, str], criteria: dict | Criteria = SIXTY, scale: int = 5) -> Agreement:
    kinds = (
        criteria
        if isinstance(criteria, dict) and "kind" not in criteria
        else dict.fromkeys(weights, criteria)
    )
    return Agreement(
        fiscal_year=2570,
        agency={"name": "ก", "ministry": "ข"},
        scale=scale,
        indicators=[
            {
                "number": number,
                "name": "ก",
                "dimension": "ข",
                "unit": "ค",
                "weight": weight,
                "target": "ง",
                "criteria": kinds[number],
                "supervisor": {"position": "ก", "name": "ข"},
                "collectors": [{"name": "ค", "scorer": True}],
            }
            for number, weight in weights.items()
        ],
    )


def card(**values) -> Card:
    return Card(fiscal_year=2570, round="12m", indicator="1", **values)


@pytest.mark.parametrize(
    ("criteria", "figure", "score"),
    [
        (RISING, "87.43", "3.9720"),
        (RISING, "93.5", "5.0000"),
        (RISING, "78", "1.0000"),
        (RISING, "80", "1.0000"),
        (RISING, "90", "5.0000"),
        (FALLING, "16.2", "2.5200"),
        (FALLING, "12.4", "4.0400"),
        (FALLING, "25", "1.0000"),
        (FALLING, "9", "5.0000"),
        (PERCENT, "98.94", "100.0000"),
        (PERCENT, "98.86", "83.3333"),
        (PERCENT, "98.80", "66.6667"),
        (PERCENT, "98.72", "50.0000"),
        (PERCENT, "98.70", "0.0000"),
    ],
)
def test_worked_examples(criteria, figure, score):
    assert shown(criteria, figure) == score


def test_worked_composite():
    parts = {"1": Decimal(92), "2": Decimal(75), "3": Decimal(100)}
    assert rounded(composite_score(PARTS, parts)) == Decimal("3.8500")


def test_worked_agreement():
    weights = {"1": "40", "2": "25", "3": "20", "4": "15"}
    signed = agreement(weights, {"1": RISING, "2": FALLING, "3": STEPS, "4": PARTS})
    scores = {"1": "3.9720", "2": "2.5200", "3": "4", "4": "3.8500"}
    weighted = [
        rounded(weighted_score(signed, "12m", number, Decimal(score))) for number, score in scores.items()
    ]
    assert list(map(str, weighted)) == ["1.5888", "0.6300", "0.8000", "0.5775"]
    total = total_score(signed, "12m", [(number, Decimal(score)) for number, score in scores.items()])
    assert str(rounded(total)) == "3.5963"


def test_equal_thresholds_give_the_highest_level_reached():
    degenerate = Levels(kind="levels", levels=["40", "50", "60", "60", "70"])
    assert shown(degenerate, "60") == "4.0000"
    assert shown(degenerate, "59.9999") == "3.0000"
    assert degenerate.equal_neighbours == (3,)


@pytest.mark.parametrize(
    ("by", "scores", "weighted", "group"),
    [
        ("self", ("5.0000", "2.0000", "1.0000"), ("0.2000", "0.0600", "0.0300"), "2.9000"),
        ("committee", ("4.8000", "1.6000", "4.0000"), ("0.1920", "0.0480", "0.1200"), "3.6000"),
    ],
)
def test_published_table_of_2561(by, scores, weighted, group):
    """Annual report 2561 of สำนักงานคณะกรรมการส่งเสริมการศึกษาเอกชน, p. 84: 4, 3 and 3 of 100, group of 10."""
    whole = agreement({"2.1": "4", "2.2": "3", "2.3": "3", "1": "90"})
    pairs = list(zip(("2.1", "2.2", "2.3"), map(Decimal, scores), strict=True))
    assert [str(rounded(weighted_score(whole, "12m", n, score))) for n, score in pairs] == list(weighted)
    alone = agreement({"2.1": "4", "2.2": "3", "2.3": "3"})
    assert str(rounded(total_score(alone, "12m", pairs))) == group


def test_published_table_of_2567():
    """Annual report 2567 of กรมการค้าภายใน, p. 65: anchors at 50, 70 and 100; 70 + 29.94 = 99.94."""
    rows = [(("98.72", "98.84", "98.90"), "98.94"), (("1,150.40", "1,202.17", "1,256.27"), "1,259.86")]
    for anchors, result in rows:
        criteria = Anchored(kind="anchored", anchors=dict(zip(("50", "70", "100"), anchors, strict=True)))
        assert rounded(score_of(criteria, card(result=result))) == 100
        assert anchored_score(criteria, criteria.anchors[1].figure) == 70
    signed = agreement({"1": "70", "2": "30"}, PERCENT, scale=100)
    total = total_score(signed, "12m", [("1", Decimal(100)), ("2", Decimal("99.8"))])
    assert str(rounded(total)) == "99.9400"


@st.composite
def thresholds(draw, *, strict=False):
    levels = sorted(draw(st.lists(figures, min_size=5, max_size=5, unique=strict)))
    if levels[0] == levels[-1]:
        levels[-1] += 1
    return levels[::-1] if draw(st.booleans()) else levels


@st.composite
def level_criteria(draw):
    return Levels(kind="levels", levels=draw(thresholds()), floor=draw(st.sampled_from([0, 1])))


@given(level_criteria(), figures, figures)
def test_a_better_result_never_scores_less(criteria, one, other):
    better = max if criteria.levels[-1] > criteria.levels[0] else min
    best = better(one, other)
    worst = one if best == other else other
    assert level_score(criteria, worst) <= level_score(criteria, best)


@given(level_criteria(), figures)
def test_a_score_stays_between_the_floor_and_five(criteria, figure):
    assert criteria.floor <= level_score(criteria, figure) <= 5


@given(level_criteria(), figures)
def test_both_directions_are_symmetrical(criteria, figure):
    mirrored = Levels(kind="levels", levels=[-level for level in criteria.levels], floor=criteria.floor)
    assert level_score(mirrored, -figure) == level_score(criteria, figure)


@given(thresholds(strict=True))
def test_each_threshold_earns_its_level_and_the_middle_the_half(levels):
    criteria = Levels(kind="levels", levels=levels)
    assert [level_score(criteria, level) for level in levels] == [1, 2, 3, 4, 5]
    middles = [level_score(criteria, (low + high) / 2) for low, high in pairwise(levels)]
    assert middles == [n + Fraction(1, 2) for n in (1, 2, 3, 4)]


@given(thresholds(strict=True), figures, figures)
def test_percentages_are_monotonic_bounded_and_symmetrical(levels, one, other):
    criteria = Anchored(kind="anchored", anchors=dict(zip((50, 60, 70, 80, 100), levels, strict=True)))
    mirrored = Anchored(
        kind="anchored", anchors=dict(zip((50, 60, 70, 80, 100), [-n for n in levels], strict=True))
    )
    low, high = sorted((one, other), reverse=levels[0] > levels[-1])
    assert 0 <= anchored_score(criteria, low) <= anchored_score(criteria, high) <= 100
    assert anchored_score(mirrored, -one) == anchored_score(criteria, one)


@given(st.decimals(60, 100, places=2), st.decimals(60, 100, places=2), st.decimals(60, 100, places=2))
def test_a_composite_lies_between_its_parts(one, two, three):
    scores = [level_score(Levels(**SIXTY), figure) for figure in (one, two, three)]
    score = composite_score(PARTS, {"1": one, "2": two, "3": three})
    assert min(scores) <= score <= max(scores)


@given(st.fractions(-100, 100))
def test_rounding_is_half_away_from_zero_to_four_places(value):
    typed = rounded(value)
    assert abs(Fraction(typed) - value) <= Fraction(1, 20000)
    assert typed.as_tuple().exponent == -4
    assert rounded(-value) == -typed


def test_halves_are_rounded_up_not_to_even():
    assert [str(rounded(Decimal(v))) for v in ("0.00005", "0.00015", "2.34565")] == [
        "0.0001",
        "0.0002",
        "2.3457",
    ]


def test_milestones():
    assert [milestone_score(STEPS, Decimal(n)) for n in range(6)] == [1, 1, 2, 3, 4, 5]
    assert milestone_score(Milestones(kind="milestones", steps=list("กขคงจ"), floor=0), Decimal(0)) == 0
    for figure in ("6", "-1", "2.5"):
        with pytest.raises(ValueError, match="not a step"):
            milestone_score(STEPS, Decimal(figure))


def test_what_has_no_result_has_no_score():
    assert score_of(RISING, card(result="N/A")) is None
    assert score_of(RISING, card()) is None
    assert score_of(PARTS, card()) is None
    assert score_of(PARTS, card(result="N/A")) is None


@pytest.mark.parametrize("parts", [{"1": "92"}, {"1": "92", "2": "75", "3": "100", "4": "1"}, {}])
def test_a_composite_needs_exactly_its_parts(parts):
    with pytest.raises(ValueError, match="expected"):
        score_of(PARTS, card(result="3.85", parts=parts))


def test_weights_are_relative_to_the_active_ones_and_cancelled_ones_have_none():
    signed = agreement({"1": "40", "2": "40"})
    assert weighted_score(signed, "12m", "1", 5) == Fraction(5, 2)
    cancelled = [signed.indicators[0], Indicator(**{**dict(signed.indicators[1]), "cancelled_at": "12m"})]
    half = Agreement(fiscal_year=2570, agency=signed.agency, indicators=cancelled)
    assert weighted_score(half, "12m", "1", 5) == 5
    with pytest.raises(KeyError):
        weighted_score(half, "12m", "2", 5)


def test_a_percentage_counts_on_the_agreements_scale():
    signed = agreement({"1": "100"}, PERCENT)
    assert weighted_score(signed, "12m", "1", 50) == Fraction(5, 2)


def test_weights_of_nothing_give_nothing():
    assert weighted_score(agreement({"1": "0"}), "12m", "1", 5) == 0
