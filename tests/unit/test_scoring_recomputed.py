"""Scores against a computation of their own: whole fractions, no interval looked for, nothing rounded."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot.models import Anchored, Card, Composite, Levels, Milestones
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
from tests.unit.test_scoring import agreement

figures = st.decimals(-1000, 1000, places=4, allow_nan=False)
weights = st.decimals(0, 100, places=2, allow_nan=False)
steps = st.integers(0, 5).map(Decimal)


def climbed(figure, thresholds):
    """How many of the intervals lie behind a figure, the one that it stands in by its share."""
    if thresholds[0] > thresholds[-1]:
        figure, thresholds = -figure, [-threshold for threshold in thresholds]
    shares = []
    for low, high in pairwise(map(Fraction, thresholds)):
        reached = Fraction(figure) >= low
        whole = high - low
        shares.append(
            min((Fraction(figure) - low) / whole, Fraction(1)) if reached and whole else Fraction(reached)
        )
    return shares


def is_below(figure, thresholds):
    return figure < thresholds[0] if thresholds[0] < thresholds[-1] else figure > thresholds[0]


@st.composite
def ordered(draw, count, *, strict=False):
    """Thresholds that rise or fall; some may be equal unless `strict`."""
    found = sorted(draw(st.lists(figures, min_size=count, max_size=count, unique=strict)))
    if found[0] == found[-1]:
        found[-1] += 1
    return found[::-1] if draw(st.booleans()) else found


@st.composite
def levels(draw):
    return Levels(kind="levels", levels=draw(ordered(5)), floor=draw(st.sampled_from([0, 1])))


@st.composite
def anchored(draw):
    percents = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True)))
    return Anchored(kind="anchored", anchors=dict(zip(percents, draw(ordered(3, strict=True)), strict=True)))


@st.composite
def near(draw, thresholds):
    """A figure anywhere, or one of the thresholds, or a hair beside it."""
    beside = st.builds(lambda at, by: at + by, st.sampled_from(thresholds), st.sampled_from(HAIRS))
    return draw(st.one_of(figures, beside))


HAIRS = [Decimal(0), Decimal("0.0001"), Decimal("-0.0001")]


@given(levels(), st.data())
def test_a_level_is_the_sum_of_the_intervals_behind_it(criteria, data):
    figure = data.draw(near(criteria.levels))
    expected = 1 + sum(climbed(figure, criteria.levels))
    assert level_score(criteria, figure) == (
        criteria.floor if is_below(figure, criteria.levels) else expected
    )


@given(anchored(), st.data())
def test_a_percentage_is_the_sum_of_the_intervals_behind_it(criteria, data):
    at = [anchor.figure for anchor in criteria.anchors]
    percents = [Fraction(anchor.percent) for anchor in criteria.anchors]
    figure = data.draw(near(at))
    gained = zip(climbed(figure, at), pairwise(percents), strict=True)
    expected = percents[0] + sum(share * (high - low) for share, (low, high) in gained)
    assert anchored_score(criteria, figure) == (0 if is_below(figure, at) else expected)
    assert [anchored_score(criteria, figure) for figure in at] == percents


@given(steps, steps, st.sampled_from([0, 1]))
def test_milestones_are_counted_and_never_below_the_floor(one, other, floor):
    criteria = Milestones(kind="milestones", steps=list("กขคงจ"), floor=floor)
    low, high = sorted((one, other))
    assert floor <= milestone_score(criteria, low) <= milestone_score(criteria, high) <= 5
    assert milestone_score(criteria, high) == max(high, floor)


@given(
    st.lists(st.tuples(st.decimals("0.01", 100, places=2), levels(), figures), min_size=2, max_size=5),
    st.integers(0, 4),
    figures,
)
def test_a_composite_is_its_parts_weighted_and_rises_with_each(parts, which, other):
    criteria = Composite(
        kind="composite",
        parts=[
            {"number": str(n), "name": "ก", "weight": weight, "criteria": part}
            for n, (weight, part, _) in enumerate(parts)
        ],
    )
    given_figures = {str(n): figure for n, (_, _, figure) in enumerate(parts)}
    score = composite_score(criteria, given_figures)
    sums = [Fraction(weight) * figure_score(part, figure) for weight, part, figure in parts]
    assert score * sum(Fraction(weight) for weight, _, _ in parts) == sum(sums)

    number = str(which % len(parts))
    part = parts[int(number)][1]
    changed = composite_score(criteria, {**given_figures, number: other})
    better = figure_score(part, other) - figure_score(part, given_figures[number])
    assert (changed > score, changed < score) == (better > 0, better < 0)


SCORED = st.lists(
    st.tuples(weights, st.one_of(levels(), anchored()), st.one_of(figures, st.just("N/A"))),
    min_size=1,
    max_size=8,
)


@given(SCORED, st.sampled_from([5, 100]))
def test_a_total_is_the_exact_weighted_sum_and_what_is_not_applicable_adds_nothing(rows, scale):
    criteria = {str(n): row[1] for n, row in enumerate(rows, start=1)}
    signed = agreement({str(n): row[0] for n, row in enumerate(rows, start=1)}, criteria, scale)
    scores, expected = [], Fraction(0)
    whole = sum(Fraction(weight) for weight, _, _ in rows)
    for number, (weight, kind, result) in enumerate(rows, start=1):
        card = Card(fiscal_year=2570, round="12m", indicator=str(number), result=result)
        score = score_of(kind, card)
        assert (score is None) == (result == "N/A")
        if score is not None:
            scores.append((str(number), score))
            expected += Fraction(weight) * score * scale / Fraction(kind.maximum)
    total = total_score(signed, "12m", scores)
    assert total == (expected / whole if whole else 0)
    assert 0 <= total <= scale
    assert total == sum(
        (weighted_score(signed, "12m", number, score) for number, score in scores), Fraction(0)
    )
    assert abs(Fraction(rounded(total)) - total) <= Fraction(1, 20000), "rounded once, at output"


HALVES = st.integers(-1_000_000, 1_000_000).map(lambda n: Decimal(10 * n + 5).scaleb(-5))


@given(st.one_of(HALVES, st.decimals(-1000, 1000, places=8, allow_nan=False)))
def test_rounding_is_that_of_the_schoolbook(value):
    with localcontext(prec=40):
        assert rounded(value) == value.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert rounded(rounded(value)) == rounded(value)


@given(st.fractions(-100, 100), st.fractions(-100, 100))
def test_rounding_keeps_the_order(one, other):
    low, high = sorted((one, other))
    assert rounded(low) <= rounded(high)


def test_scores_are_summed_as_they_are_and_rounded_once():
    """Three thirds are one: rounded before, they would be 0.9999."""
    signed = agreement({"1": "30", "2": "30", "3": "30"})
    third = Fraction(1, 3)
    scores = [(number, third * 3) for number in "123"]
    parts = [rounded(weighted_score(signed, "12m", number, score)) for number, score in scores]
    assert sum(parts) == Decimal("0.9999")
    assert rounded(total_score(signed, "12m", scores)) == Decimal("1.0000")


@pytest.mark.parametrize(
    "criteria",
    [
        Levels(kind="levels", levels=["80", "82.5", "85", "87.5", "90"]),
        Milestones(kind="milestones", steps=list("กขคงจ")),
        Anchored(kind="anchored", anchors={"50": "1", "100": "2"}),
    ],
    ids=lambda criteria: criteria.kind,
)
def test_what_is_not_applicable_has_no_score_of_any_kind(criteria):
    for written in ("N/A", None):
        card = Card(fiscal_year=2570, round="12m", indicator="1", result=written)
        assert score_of(criteria, card) is None
