"""The plan is a difference, and nothing unexplained is lost: its rules by example."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esar_bot.plan import Take, doubled, make_plan, mismatches
from esar_bot.portal import ObservedEvidence, State
from esar_bot.written import Written
from tests.unit.plan_parts import FIELDS, card, observed, ours, plan_of, report, shown, theirs, wrote


def test_numbers_are_compared_by_value_and_texts_by_what_a_reader_sees():
    prepared = card(result="87.43", performance="น้ำ\nดี")
    step = plan_of(prepared, shown(result="๘๗.๔๓๐๐", performance="น\u0e49\u0e4d\u0e32 \r\nดี\u200b"))
    assert not step.has_steps
    assert step.conflicts == ()


def test_a_lost_tone_mark_is_a_difference():
    step = plan_of(card(performance="น้ำ"), shown(performance="นำ"))
    assert [(found.field, found.theirs, found.ours) for found in step.conflicts] == [
        ("performance", "นำ", "น้ำ")
    ]


def test_an_empty_field_is_filled_and_one_of_ours_replaced():
    prepared = card(result="88", performance="ใหม่")
    step = plan_of(prepared, shown(result=" ", performance="เดิม\r\n"), wrote(performance="เดิม"))
    assert [(change.field, change.before, change.after) for change in step.fields] == [
        ("result", " ", "88"),
        ("performance", "เดิม\r\n", "ใหม่"),
    ]
    assert step.conflicts == ()


def test_what_we_wrote_elsewhere_explains_nothing_here():
    elsewhere = wrote("1.2", files=(("เก่า.pdf", b"one"),), performance="เดิม")
    other_field = wrote(obstacles="เดิม")
    for written in (elsewhere, other_field):
        step = plan_of(card(performance="ใหม่"), shown(performance="เดิม"), written)
        assert [found.field for found in step.conflicts] == ["performance"]
    other_name = wrote(files=(("อื่น.pdf", b"one"),))
    for written in (elsewhere, other_name):
        step = plan_of(card(), shown(files=(theirs("เก่า.pdf", b"one"),)), written)
        assert not step.has_steps
        assert [found.theirs for found in step.conflicts] == ["เก่า.pdf"]


@pytest.mark.parametrize(("take", "fields", "removed"), [(Take.OURS, ["result"], 1), (Take.THEIRS, [], 0)])
def test_a_conflict_is_decided_for_one_side(take, fields, removed):
    file = theirs("ของเขา.pdf", b"theirs")
    step = plan_of(card(result="88"), shown(files=(file,), result="80"), take=take)
    assert step.conflicts == ()
    assert [change.field for change in step.fields] == fields
    assert (len(step.remove), len(step.keep)) == (removed, 1 - removed)


def test_taking_their_side_still_fills_what_they_left_empty():
    step = plan_of(card(result="88", obstacles="ไม่มี"), shown(result="80"), take=Take.THEIRS)
    assert [change.field for change in step.fields] == ["obstacles"]
    assert mismatches(step, shown(result="80", obstacles="ไม่มี"), FIELDS) == ()
    assert [found.field for found in mismatches(step, shown(result="88", obstacles="ไม่มี"), FIELDS)] == [
        "result"
    ]


def test_a_decision_is_for_its_own_indicator_only():
    prepared = report(card("1.1", result="88"), card("1.10", result="88"))
    there = observed(shown("1.1", result="80"), shown("1.10", result="80"))
    plan = make_plan(prepared, there, FIELDS, Written(), {"1.1": Take.OURS})
    assert [step.number for step in plan.changes] == ["1.1"]
    assert [found.indicator for found in plan.conflicts] == ["1.10"]


def test_a_doubled_file_of_ours_is_removed_and_no_conflict():
    first, second = theirs("ก.pdf", b"one", "1"), theirs("ก.pdf", b"one", "2")
    step = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(first, second)))
    assert (step.add, step.remove, step.keep, step.conflicts) == ((), (second,), (first,), ())


def test_replacing_a_file_is_adding_one_and_removing_the_other():
    new, old = ours("ก.pdf", b"two"), theirs("ก.pdf", b"one")
    step = plan_of(card(files=(new,)), shown(files=(old,)), wrote(files=(("ก.pdf", b"one"),)))
    assert (step.add, step.remove, step.conflicts) == ((new,), (old,), ())
    both = shown(files=(old, theirs("ก.pdf", b"two", "8")))
    assert mismatches(step, both, FIELDS) == (), "the old one may still stand when the new one is verified"
    assert mismatches(step, shown(files=(old,)), FIELDS)[0].expected.startswith("ก.pdf")


def test_a_file_of_the_same_name_with_other_bytes_is_not_ours():
    step = plan_of(card(files=(ours("ก.pdf", b"two"),)), shown(files=(theirs("ก.pdf", b"one"),)))
    assert [item.name for item in step.add] == ["ก.pdf"]
    assert [found.theirs for found in step.conflicts] == ["ก.pdf"]
    assert step.remove == ()


@pytest.mark.parametrize(("content", "same"), [(b"six", True), (b"three", False)])
def test_where_nothing_can_be_downloaded_name_and_size_decide(content, same):
    file = theirs("ก.pdf", content, downloaded=False)
    step = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(file,)))
    assert (step.add == ()) is same
    assert (step.conflicts == ()) is same


def test_where_not_even_sizes_are_shown_the_name_decides():
    file = ObservedEvidence("7", "ก.pdf")
    step = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(file,)))
    assert (step.keep, step.has_steps, step.conflicts) == ((file,), False, ())


def test_of_two_files_that_may_be_ours_the_one_that_surely_is_stays():
    perhaps, surely = ObservedEvidence("1", "ก.pdf"), theirs("ก.pdf", b"one", "2")
    step = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(perhaps, surely)))
    assert (step.keep, step.add, step.remove) == ((surely,), (), ())
    assert [found.theirs for found in step.conflicts] == ["ก.pdf"]


def test_what_arrived_twice_is_surplus_and_what_was_there_before_is_not():
    before = theirs("ข.pdf", b"two", "1")
    step = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(before,)), take=Take.THEIRS)
    once, twice = theirs("ก.pdf", b"one", "2"), theirs("ก.pdf", b"one", "3")
    foreign = theirs("ก.pdf", b"three", "4")
    assert doubled(step, shown(files=(before, once))) == ()
    assert doubled(step, shown(files=(before, once, twice, foreign))) == (twice,)
    again = plan_of(card(files=(ours("ก.pdf", b"one"),)), shown(files=(once, twice)))
    assert doubled(again, shown(files=(once, twice))) == (), "those the plan itself removes"


def test_what_the_portal_has_no_field_for_is_said_and_not_planned():
    prepared = report(card(result="88", suggestions="เพิ่มคน", obstacles=""))
    plan = make_plan(prepared, observed(shown(result="88")), ("result", "performance"), Written())
    assert plan.not_on_portal == ("suggestions",)
    assert plan.changes == ()


@pytest.mark.parametrize(
    ("state", "locked"),
    [("empty", False), ("draft", False), ("returned", False), ("submitted", True), ("accepted", True)],
)
def test_a_round_is_submitted_once_the_officer_cannot_change_it(state, locked):
    there = replace(observed(shown(result="88")), state=State(state))
    assert make_plan(report(card(result="88")), there, FIELDS, Written()).is_submitted is locked
