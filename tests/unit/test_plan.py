"""The plan is a difference: nothing unexplained is lost, and applied once it leaves nothing to do."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot.models import Agreement, Indicator
from esar_bot.plan import CardPlan, Plan, Take, doubled, make_plan, mismatches
from esar_bot.portal import ObservedCard, ObservedEvidence, ObservedRound, State, Window, same_value
from esar_bot.prepared import PreparedCard, PreparedEvidence, PreparedReport
from esar_bot.written import Written, value_hash

NUMBERS = ("1.1", "1.10")
FIELDS = ("result", "score", "performance", "obstacles")
FIGURES = ["", " ", "87.43", "87.4300", "๘๗.๔๓", "87.44", "N/A"]
TEXTS = ["", "ค้ำประกัน", "ค\u0e49\u0e4d\u0e32ประกัน", "คำประกัน", "หนึ่ง\r\nสอง", "หนึ่ง\nสอง ", "หนึ่ง สอง"]
NAMES = ["รายงาน.pdf", "ภาพ.png", "ตาราง.xlsx"]
CONTENTS = [b"one", b"two", b"three"]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ours(name: str, content: bytes) -> PreparedEvidence:
    return PreparedEvidence("1-1", "หลักฐาน", Path(name), len(content), sha256(content))


def theirs(name: str, content: bytes, key: str = "7", *, downloaded: bool = True) -> ObservedEvidence:
    return ObservedEvidence(key, name, len(content), sha256(content) if downloaded else None)


def card(number: str = "1.1", files: tuple[PreparedEvidence, ...] = (), **fields: str) -> PreparedCard:
    indicator = Indicator.model_construct(number=number)
    return PreparedCard(indicator, fields, files, Decimal(4), Decimal(10), Fraction(4, 10))


def shown(number: str = "1.1", files: tuple[ObservedEvidence, ...] = (), **fields: str) -> ObservedCard:
    return ObservedCard(number, State.DRAFT, fields, files)


def report(*cards: PreparedCard) -> PreparedReport:
    return PreparedReport(Agreement.model_construct(), "9m", cards)


def observed(*cards: ObservedCard) -> ObservedRound:
    return ObservedRound(2570, "9m", State.DRAFT, Window.OPEN, None, {item.indicator: item for item in cards})


def wrote(number: str = "1.1", files: tuple[tuple[str, bytes], ...] = (), **fields: str) -> Written:
    values = frozenset((name, value_hash(value)) for name, value in fields.items())
    return Written({number: values}, {number: frozenset((name, sha256(content)) for name, content in files)})


def plan_of(
    prepared: PreparedCard,
    there: ObservedCard,
    written: Written | None = None,
    take: Take | None = None,
    fields: tuple[str, ...] = FIELDS,
) -> CardPlan:
    """The plan of a report of one card."""
    decided = {prepared.number: take} if take else {}
    return make_plan(report(prepared), observed(there), fields, written or Written(), decided).cards[0]


def applied(plan: Plan) -> ObservedRound:
    """What the portal holds once every step of a plan was done."""
    cards = {}
    for step in plan.cards:
        there = step.observed
        fields = {**there.fields, **{change.field: change.after for change in step.fields}}
        kept = tuple(file for file in there.evidence if file not in step.remove)
        added = tuple(
            ObservedEvidence(f"new {n}", item.name, item.bytes, item.sha256)
            for n, item in enumerate(step.add)
        )
        cards[step.number] = replace(there, fields=fields, evidence=kept + added)
    return replace(plan.observed, cards=cards)


def holds(there: ObservedCard, prepared: PreparedCard, fields: tuple[str, ...] = FIELDS) -> bool:
    """Whether the portal holds exactly the prepared card, in the fields that it has."""
    values = all(
        same_value(name, there.fields.get(name, ""), value)
        for name, value in prepared.fields.items()
        if name in fields
    )
    files = Counter((item.name, item.bytes) for item in there.evidence)
    return values and files == Counter((item.name, item.bytes) for item in prepared.evidence)


figures, texts = st.sampled_from(FIGURES), st.sampled_from(TEXTS)
values = st.fixed_dictionaries(
    {"result": figures, "score": figures, "performance": texts, "obstacles": texts}
)
contents = st.sampled_from(CONTENTS)
our_files = st.lists(
    st.builds(ours, st.sampled_from(NAMES), contents), max_size=3, unique_by=lambda item: item.name
).map(tuple)
their_files = st.lists(
    st.builds(
        theirs,
        st.sampled_from(NAMES),
        contents,
        st.integers(1, 99).map(str),
        downloaded=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda item: item.key,
).map(tuple)
prepared_reports = st.tuples(
    *(
        st.builds(lambda files, fields, number=number: card(number, files, **fields), our_files, values)
        for number in NUMBERS
    )
).map(lambda cards: report(*cards))
observed_rounds = st.tuples(
    *(
        st.builds(lambda files, fields, number=number: shown(number, files, **fields), their_files, values)
        for number in NUMBERS
    )
).map(lambda cards: observed(*cards))
written_by_us = st.builds(
    lambda fields, files: Written(
        dict.fromkeys(NUMBERS, frozenset((name, value_hash(value)) for name, value in fields)),
        dict.fromkeys(NUMBERS, frozenset((name, sha256(content)) for name, content in files)),
    ),
    st.sets(st.tuples(st.sampled_from(FIELDS), st.sampled_from([*FIGURES, *TEXTS]))),
    st.sets(st.tuples(st.sampled_from(NAMES), contents)),
)


@given(prepared_reports, observed_rounds, written_by_us)
def test_applied_with_our_side_taken_the_portal_holds_the_report_and_nothing_is_left_to_do(
    prepared, there, written
):
    plan = make_plan(prepared, there, FIELDS, written, dict.fromkeys(NUMBERS, Take.OURS))
    assert plan.conflicts == ()
    after = applied(plan)
    assert all(holds(after.cards[item.number], item) for item in prepared.cards)
    again = make_plan(prepared, after, FIELDS, Written())
    assert (again.changes, again.conflicts) == ((), ())


@given(prepared_reports, observed_rounds, written_by_us)
def test_without_conflicts_one_application_is_enough(prepared, there, written):
    plan = make_plan(prepared, there, FIELDS, written)
    after = applied(plan)
    for step in plan.cards:
        assert holds(after.cards[step.number], step.prepared) == (not step.conflicts)
    again = make_plan(prepared, after, FIELDS, written)
    assert again.changes == ()
    assert len(again.conflicts) == len(plan.conflicts)


@given(prepared_reports, observed_rounds, written_by_us, st.sampled_from([None, Take.THEIRS]))
def test_nothing_that_nobody_explained_is_ever_overwritten_or_deleted(prepared, there, written, take):
    plan = make_plan(prepared, there, FIELDS, written, dict.fromkeys(NUMBERS, take) if take else {})
    for step in plan.cards:
        mine = {(item.name, item.sha256) for item in step.prepared.evidence}
        for change in step.fields:
            assert change.before == step.observed.fields[change.field]
            assert not change.before.strip() or written.has_value(step.number, change.field, change.before)
        for file in step.remove:
            assert (file.name, file.sha256) in mine or written.has_file(step.number, file.name, file.sha256)
        assert (take is None) or not step.conflicts


@given(prepared_reports, observed_rounds, written_by_us)
def test_whatever_differs_is_a_step_or_a_conflict(prepared, there, written):
    for step in make_plan(prepared, there, FIELDS, written).cards:
        changed = {change.field for change in step.fields}
        disputed = {conflict.field for conflict in step.conflicts}
        for name, value in step.prepared.fields.items():
            same = same_value(name, step.observed.fields[name], value)
            assert (name in changed) + (name in disputed) == (not same)
        disputed_files = sum(conflict.field == "evidence" for conflict in step.conflicts)
        assert len(step.keep) + len(step.remove) + disputed_files == len(step.observed.evidence)


@given(prepared_reports, observed_rounds, written_by_us, st.sampled_from(list(Take)))
def test_a_card_written_as_planned_is_verified(prepared, there, written, take):
    plan = make_plan(prepared, there, FIELDS, written, dict.fromkeys(NUMBERS, take))
    after = applied(plan)
    for step in plan.cards:
        settled = replace(step, remove=())
        assert mismatches(settled, after.cards[step.number], FIELDS) == ()


@given(prepared_reports, observed_rounds, st.sampled_from(FIELDS), st.sampled_from(["", "99", "อื่น"]))
def test_a_value_that_reads_otherwise_is_named(prepared, there, name, found):
    plan = make_plan(prepared, there, FIELDS, Written(), dict.fromkeys(NUMBERS, Take.OURS))
    for step in plan.cards:
        card_after = applied(plan).cards[step.number]
        if same_value(name, found, step.prepared.fields[name]):
            continue
        spoiled = replace(card_after, fields={**card_after.fields, name: found})
        (mismatch,) = mismatches(step, spoiled, FIELDS)
        assert (mismatch.indicator, mismatch.field, mismatch.found) == (step.number, name, found)


@given(prepared_reports, observed_rounds)
def test_a_file_that_is_missing_or_too_many_is_named(prepared, there):
    plan = make_plan(prepared, there, FIELDS, Written(), dict.fromkeys(NUMBERS, Take.OURS))
    for step in plan.cards:
        after = applied(plan).cards[step.number]
        for n in range(len(after.evidence)):
            fewer = replace(after, evidence=after.evidence[:n] + after.evidence[n + 1 :])
            assert [found.field for found in mismatches(step, fewer, FIELDS)] == ["evidence"]
        more = replace(after, evidence=(*after.evidence, theirs("แปลกปลอม.pdf", b"foreign", "100")))
        assert [found.found for found in mismatches(step, more, FIELDS)] == ["แปลกปลอม.pdf"]


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
