"""The plan against every state of a card: applied it gives the report, and costs nobody anything.

The portal is a model here: it knows what its files truly hold, and shows as much of that as it offers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from esar_bot.plan import CardPlan, Take, is_same_file, make_plan, mismatches, plan_card
from esar_bot.portal import ObservedCard, ObservedEvidence, same_value
from esar_bot.prepared import PreparedCard
from esar_bot.written import Written
from tests.unit.plan_parts import FIELDS, card, observed, ours, report, sha256, shown, wrote

NUMBERS = ("1.1", "1.10")
NAMES = ["รายงาน.pdf", "ภาพ.png"]  # few, so that names often meet
OURS, FORMER, FOREIGN = (b"ours", b"newer"), (b"former",), (b"of somebody", b"else")
# A value, and ways in which a portal may show the same.
VALUES = {
    "result": [("87.43", "๘๗.๔๓๐๐"), ("1250", "1,250.0"), ("N/A", " N/A")],
    "score": [("3.9720", "3.972"), ("5.0000", "๕")],
    "performance": [("น้ำ\nดี", "น\u0e49\u0e4d\u0e32 \r\nดี\u200b"), ("คำประกัน", "คำประกัน\n"), ("", " \n")],
    "obstacles": [("ไม่มี", "ไม่มี\u00a0"), ("", "")],
}
FORMER_VALUES = {"result": "11.5", "score": "1.1000", "performance": "ที่เคยเขียน", "obstacles": "ที่เคยเขียน"}
FOREIGN_VALUES = {"result": "99", "score": "4.4444", "performance": "ของผู้อื่น", "obstacles": "ของผู้อื่น"}
SHOWN = {"hash": (True, True), "size": (True, False), "name": (False, False)}
RARE = settings(max_examples=400)  # what it is about takes several things at once


@dataclass(frozen=True)
class Row:
    """A file as the portal truly holds it, and how much it shows of it besides the name."""

    key: str
    name: str
    content: bytes
    shows: str

    @property
    def observed(self) -> ObservedEvidence:
        size, digest = SHOWN[self.shows]
        return ObservedEvidence(
            self.key,
            self.name,
            len(self.content) if size else None,
            sha256(self.content) if digest else None,
        )


@dataclass(frozen=True)
class Case:
    """A prepared card, what the portal holds, what we once wrote there, and what was decided."""

    prepared: PreparedCard
    fields: dict[str, str]
    rows: tuple[Row, ...]
    contents: dict[str, bytes]
    written: Written
    take: Take | None
    shows: str

    @property
    def observed(self) -> ObservedCard:
        return shown(self.prepared.number, tuple(row.observed for row in self.rows), **self.fields)

    @property
    def plan(self) -> CardPlan:
        return plan_card(self.prepared, self.observed, FIELDS, self.written, self.take)

    def is_ours(self, row: Row) -> bool:
        return self.contents.get(row.name) == row.content

    def is_explained(self, row: Row) -> bool:
        return self.is_ours(row) or row.content in FORMER

    def after(self, plan: CardPlan) -> Case:
        """The portal once every step was done, and what we have written then."""
        fields = {**self.fields, **{change.field: change.after for change in plan.fields}}
        removed = {file.key for file in plan.remove}
        added = [
            Row(f"new {n}", item.name, self.contents[item.name], self.shows)
            for n, item in enumerate(plan.add)
        ]
        rows = tuple(row for row in self.rows if row.key not in removed)
        return replace(self, fields=fields, rows=(*rows, *added))


@st.composite
def cases(draw: st.DrawFn, number: str = "1.1") -> Case:
    """Fields empty, ours, formerly ours or foreign; files there, doubled, former or foreign; any decision."""
    fields, prepared_fields, former = {}, {}, {}
    for name in FIELDS:
        value, shown_otherwise = draw(st.sampled_from(VALUES[name]))
        prepared_fields[name] = value
        kinds = ["", " ", value, shown_otherwise, FORMER_VALUES[name], FOREIGN_VALUES[name]]
        fields[name] = draw(st.sampled_from(kinds))
        if draw(st.booleans()):
            former[name] = FORMER_VALUES[name]
    contents = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(OURS)))
    shows = draw(st.sampled_from(["hash", "hash", "mixed", "size", "name"]))
    of_a_row = st.sampled_from([*SHOWN]) if shows == "mixed" else st.just(shows)
    ours_there = list(contents.items()) or [(NAMES[0], OURS[0])]
    others = [(name, content) for name in NAMES for content in (*OURS, *FORMER, *FOREIGN)]
    files = st.sampled_from(ours_there) | st.sampled_from(others)  # ours often, so that it is often doubled
    there = st.tuples(files, of_a_row)
    rows = tuple(
        Row(str(key), name, content, seen)
        for key, ((name, content), seen) in enumerate(draw(st.lists(there, max_size=5)))
    )
    attached = tuple((name, content) for name in NAMES for content in FORMER) if draw(st.booleans()) else ()
    return Case(
        card(number, tuple(ours(name, content) for name, content in contents.items()), **prepared_fields),
        fields,
        rows,
        contents,
        wrote(number, attached, **former),
        draw(st.sampled_from([None, None, *Take])),
        "hash" if shows == "mixed" else shows,
    )


settled_cases = cases().filter(lambda case: not case.plan.conflicts)


def names_and_contents(case: Case) -> Counter[tuple[str, bytes]]:
    return Counter((row.name, row.content) for row in case.rows)


@given(cases())
def test_applied_the_portal_holds_the_card_wherever_no_conflict_is_left(case):
    plan = case.plan
    after = case.after(plan)
    disputed = {conflict.field for conflict in plan.conflicts}
    for name, value in case.prepared.fields.items():
        left_to_them = name in disputed or (
            case.take is Take.THEIRS and after.fields[name] == case.fields[name]
        )
        assert same_value(name, after.fields[name], value) or left_to_them
    rows = list(after.observed.evidence)
    for item in case.prepared.evidence:
        rows.remove(next(there for there in rows if is_same_file(item, there)))
    assert not rows or case.take is Take.THEIRS or "evidence" in disputed


@given(cases())
def test_where_all_is_shown_and_ours_is_taken_it_holds_the_card_to_the_byte(case):
    case = replace(case, take=Take.OURS, rows=tuple(replace(row, shows="hash") for row in case.rows))
    plan = case.plan
    assert plan.conflicts == ()
    after = case.after(plan)
    assert names_and_contents(after) == Counter(case.contents.items())
    for name, value in case.prepared.fields.items():
        assert same_value(name, after.fields[name], value)


@given(cases(), st.booleans())
def test_a_second_plan_of_the_result_is_empty(case, remembered):
    first = case.plan
    after = case.after(first)
    if not remembered:
        after = replace(after, written=Written())
    again = after.plan
    assert not again.has_steps
    assert case.take is not None or not remembered or again.conflicts == first.conflicts


@given(cases())
def test_nothing_foreign_is_overwritten_or_removed_unless_it_was_taken(case):
    plan = case.plan
    if case.take is Take.OURS:
        return
    for change in plan.fields:
        before = case.fields[change.field]
        assert not before.strip() or case.written.has_value(case.prepared.number, change.field, before)
    removed = {file.key for file in plan.remove}
    for row in case.rows:
        if row.key in removed:
            assert case.is_explained(row)


@RARE
@given(cases())
def test_of_a_file_that_is_known_to_be_ours_one_copy_always_stays(case):
    kept = names_and_contents(case.after(case.plan))
    for row in case.rows:
        if row.shows == "hash" and case.is_ours(row):
            assert kept[row.name, row.content] >= 1


@RARE
@given(cases())
def test_what_is_empty_ours_or_formerly_ours_is_never_disputed(case):
    plan = case.plan
    decided = {file.key for file in (*plan.keep, *plan.remove)}
    for row in case.rows:
        former = case.written.has_file(case.prepared.number, row.name, sha256(row.content))
        if row.shows == "hash" and (case.is_ours(row) or former):
            assert row.key in decided
    for conflict in plan.conflicts:
        if conflict.field != "evidence":
            assert case.fields[conflict.field].strip()
            assert not case.written.has_value(conflict.indicator, conflict.field, conflict.theirs)


@given(cases())
def test_every_file_on_the_portal_is_kept_removed_or_disputed_and_none_is_both(case):
    plan = case.plan
    keys = [file.key for file in (*plan.keep, *plan.remove)]
    assert len(keys) == len(set(keys))
    disputed = sum(conflict.field == "evidence" for conflict in plan.conflicts)
    assert len(keys) + disputed == len(case.rows)
    assert set(plan.add) <= set(case.prepared.evidence)
    assert len(set(plan.add)) == len(plan.add)
    for item in plan.add:
        assert not any(is_same_file(item, kept) for kept in plan.keep), "it is there, and added once more"
    assert not {change.field for change in plan.fields} & {conflict.field for conflict in plan.conflicts}
    if case.take is not None:
        assert plan.conflicts == ()


@given(settled_cases)
def test_the_applied_card_is_verified_before_and_after_what_is_replaced_goes(case):
    plan = case.plan
    before_removal = case.after(replace(plan, remove=()))
    assert mismatches(plan, before_removal.observed, FIELDS) == ()
    assert mismatches(replace(plan, remove=()), case.after(plan).observed, FIELDS) == ()


def spoilt(case: Case) -> Iterator[Case]:
    """What one fault can make of a card: another value, a file less, one more, one with other bytes."""
    for name, value in case.fields.items():
        for other in ("", FOREIGN_VALUES[name] + "9", "อื่น"):
            if not same_value(name, value, other):
                yield replace(case, fields={**case.fields, name: other})
    for n, row in enumerate(case.rows):
        rest = case.rows[:n] + case.rows[n + 1 :]
        yield replace(case, rows=rest)
        yield replace(case, rows=(*rest, replace(row, name="x" + row.name)))
        if row.shows != "name":
            yield replace(case, rows=(*rest, replace(row, content=row.content + b"x")))
        yield replace(case, rows=(*case.rows, replace(row, key="twice")))
    yield replace(case, rows=(*case.rows, Row("foreign", "แปลกปลอม.pdf", b"x", "name")))


@given(settled_cases)
def test_of_the_applied_card_no_single_fault_is_overlooked(case):
    plan = replace(case.plan, remove=())
    for fault in spoilt(case.after(case.plan)):
        assert mismatches(plan, fault.observed, FIELDS) != ()


@given(st.tuples(*map(cases, NUMBERS)))
def test_the_cards_of_a_round_are_planned_each_by_itself(both):
    cards = [replace(case, take=None) for case in both]
    written = Written(
        {number: hashes for case in cards for number, hashes in case.written.values.items()},
        {number: hashes for case in cards for number, hashes in case.written.files.items()},
    )
    there = observed(*(case.observed for case in cards))
    plan = make_plan(report(*(case.prepared for case in cards)), there, FIELDS, written)
    assert plan.cards == tuple(case.plan for case in cards)
    taken = make_plan(plan.prepared, there, FIELDS, written, {both[0].prepared.number: Take.OURS})
    assert taken.cards[1] == plan.cards[1]
    assert taken.cards[0].conflicts == ()
