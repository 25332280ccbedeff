"""The runner: all problems at once, a crash is never a pass, and what was not looked at is said."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from esar_bot.calendar import load_fiscal_year
from esar_bot.errors import UsageError
from esar_bot.models import Agreement, Card, Evidence, Indicator, Round
from esar_bot.precheck import RULES, Problem, Rule, Subject
from esar_bot.precheck.check import check_subject
from esar_bot.precheck.where import Where
from esar_bot.workspace import Level, Place, Workspace, load_agreement, load_round, load_settings
from tests.unit.small_agency import IN_THE_WINDOW, LIMITS, SmallAgency, digest

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs" / "precheck.md"
KEYS = [rule.key for rule in RULES]


def subject(agency: SmallAgency) -> Subject:
    workspace = Workspace(agency.root)
    return Subject(
        workspace=workspace,
        settings=load_settings(workspace),
        loaded_agreement=load_agreement(workspace),
        loaded_round=load_round(workspace, "9m"),
        calendar=load_fiscal_year(2570, agency.root),
        limits=LIMITS,
        today=IN_THE_WINDOW["9m"],
        rehearsal=False,
    )


@pytest.mark.parametrize("round_key", ["9m", "12m"])
def test_a_valid_workspace_passes_every_rule_and_is_not_touched(agency, round_key):
    before = digest(agency.root)
    result = agency.check(round_key)
    assert not result.findings
    assert list(result.rules_run) == KEYS
    assert (result.agreement.fiscal_year, result.report.round, result.round.key) == (
        2570,
        round_key,
        round_key,
    )
    assert result.fiscal_year.year == 2570
    assert digest(agency.root) == before


def test_all_problems_come_at_once_sorted_by_file_and_line(agency):
    agency.edit("9m/1.10.yaml", "score: 4", "score: 3")
    agency.edit("9m/1.2.yaml", "score: 2.5200", "score: สอง")
    agency.edit("9m/1.1.yaml", "score: 3.9720", "score: 6")
    agency.edit("9m/1.1.yaml", "round: 9m", "round: 6m")
    agency.edit("agreement.yaml", "weight: 25", "weight: 24")
    found = [(f.place.file, f.rule) for f in agency.check(today=date(2028, 1, 1)).findings]
    assert found == [
        ("9m", "round-window"),
        ("9m/1.1.yaml", "wrong-round"),
        ("9m/1.1.yaml", "score-differs"),
        ("9m/1.1.yaml", "score-too-high"),
        ("9m/1.2.yaml", "unreadable"),
        ("9m/1.10.yaml", "score-differs"),
        ("agreement.yaml", "weights-not-100"),
    ]


def test_errors_and_warnings(agency):
    agency.edit("9m/1.1.yaml", "score: 3.9720", "score: 6")
    agency.edit("9m/1.1.yaml", 'obstacles: ""', "obstacles: a@example.org")
    result = agency.check()
    assert {finding.rule for finding in result.errors} == {"score-differs", "score-too-high"}
    assert [finding.rule for finding in result.warnings] == ["personal-email"]


def test_an_unreadable_agreement_stops_only_the_rules_that_need_it(agency):
    agency.edit("agreement.yaml", "weight: 25", "weight: x")
    agency.edit("9m/1.1.yaml", "round: 9m", "round: 6m")
    result = agency.check()
    assert (result.agreement, result.report) == (None, None)
    assert {finding.rule for finding in result.errors} == {"unreadable", "wrong-round"}
    held_up = next(f for f in result.errors if "weights-not-100" in f.what)
    assert held_up.place == Place("agreement.yaml")
    for key in KEYS:
        assert (key in result.rules_run) is not bool(re.search(rf"[ :]{key}(,|$)", held_up.what)), key
    assert {"evidence-missing-file", "personal-phone", "text-too-long"} <= set(result.rules_run)
    assert {"card-unknown", "score-differs"}.isdisjoint(result.rules_run)


def test_a_missing_agreement_is_a_finding(agency):
    agency.remove("agreement.yaml")
    assert {finding.rule for finding in agency.check().errors} == {"unreadable"}


def test_an_unreadable_calendar_is_a_finding_beside_the_others(agency):
    agency.write("calendar.toml", "year = 2570\n[[rounds]]\ndue = 2027-02-30\n")
    agency.edit("9m/1.1.yaml", "score: 3.9720", "score: 4")
    result = agency.check()
    assert (result.fiscal_year, result.round) == (None, None)
    assert {finding.rule for finding in result.errors} == {"unreadable", "score-differs"}
    assert Place("calendar.toml", 3) in [finding.place for finding in result.errors]
    assert "round-window" not in result.rules_run


def test_an_unreadable_card_leaves_no_report(agency):
    agency.write("9m/1.1.yaml", "")
    result = agency.check()
    assert result.report is None
    assert result.agreement is not None
    assert "9m/1.1.yaml" in [item.place.file for item in result.unexamined]


@pytest.mark.parametrize("round_key", ["1m", "13m", "x", ""])
def test_an_unknown_round_is_a_wrong_use(agency, round_key):
    with pytest.raises(UsageError) as raised:
        agency.check(round_key, today=date(2027, 7, 1))
    assert "9m" in raised.value.next_step


def test_a_year_without_calendar_is_a_wrong_use(agency):
    agency.edit("esar.toml", "2570", "2599")
    with pytest.raises(UsageError):
        agency.check()


def crash(_: Subject):
    yield Problem(Where(Place("a.yaml", 1)), "found before", "do")
    raise ZeroDivisionError("secret text of a person")


def test_a_rule_that_crashes_is_an_error_and_the_others_go_on(agency):
    agency.edit("9m/1.1.yaml", "round: 9m", "round: 6m")
    result = check_subject(subject(agency), (Rule("fragile", (), crash), *RULES))
    assert {finding.rule for finding in result.errors} == {"fragile", "wrong-round"}
    (crashed,) = [f for f in result.errors if "ผิดพลาด" in f.what]
    assert "ZeroDivisionError" in crashed.what
    assert Path(__file__).name in crashed.what
    assert "secret" not in crashed.what
    assert crashed.next_step
    assert [f.what for f in result.errors if f.rule == "fragile"].count("found before") == 1


@pytest.mark.parametrize("rule", RULES, ids=KEYS)
def test_each_rule_that_crashes_fails_the_precheck(agency, rule):
    def broken(_: Subject):
        raise RuntimeError

    result = check_subject(subject(agency), (replace(rule, check=broken),))
    assert [finding.rule for finding in result.errors] == [rule.key]


def test_fields_that_no_rule_looked_at_are_said(agency):
    assert [item.what for item in agency.check().unexamined] == [
        "agreement.agency",
        "indicator.supervisor",
        "indicator.collectors",
    ]
    rules = tuple(rule for rule in RULES if "card.obstacles" not in rule.looks_at)
    agency.edit("9m/1.1.yaml", 'obstacles: ""', "obstacles: มีบ้าง")
    without = check_subject(subject(agency), rules)
    assert {"card.obstacles", "card.performance"} <= {item.what for item in without.unexamined}
    assert "card.suggestions" not in {item.what for item in without.unexamined}, "it holds nothing"


def test_files_that_nothing_names_are_said(agency):
    agency.write("9m/บันทึก.txt", "ก")
    assert str(agency.check().unexamined[-1]).startswith("9m/บันทึก.txt ")
    agency.write("9m/1.1/ลืม.pdf", "ก")
    assert [item.place.file for item in agency.check().unexamined][3:] == ["9m/บันทึก.txt"], "it has a finding"


def test_what_rules_look_at_exists():
    models = {
        "agreement": Agreement,
        "indicator": Indicator,
        "card": Card,
        "evidence": Evidence,
        "round": Round,
    }
    for rule in RULES:
        assert rule.looks_at, rule.key
        for name in rule.looks_at:
            kind, field = name.split(".")
            assert field in models[kind].model_fields, (rule.key, name)


def test_a_rule_lives_in_the_file_of_its_name():
    folder = HERE.parents[1] / "esar_bot" / "precheck" / "rules"
    assert sorted(path.stem for path in folder.glob("[!_]*.py")) == sorted(
        key.replace("-", "_") for key in KEYS
    )
    assert len(set(KEYS)) == len(KEYS)
    for rule in RULES:
        assert rule.check.__module__.rpartition(".")[2] == rule.key.replace("-", "_")


def test_every_rule_has_a_test_of_its_own():
    written = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_precheck_*.py"))
    assert [key for key in KEYS if f'"{key}"' not in written] == []


def test_the_documentation_has_every_rule_with_its_levels():
    rows = re.findall(
        r"^\| `([\w-]+)` \| ([\w, ]+) \| (.+) \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE
    )
    documented = {key: levels for key, levels, *_ in rows}
    expected = {rule.key: ", ".join(level.value for level in rule.levels) for rule in RULES}
    assert documented == {**expected, "unreadable": Level.ERROR.value}
    assert list(documented)[1:] == KEYS
