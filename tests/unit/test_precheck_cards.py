"""Rules about cards, weights, results, scores and texts: each finds its fault, at its line."""

from datetime import date
from typing import NamedTuple

import pytest

from esar_bot.workspace import Level, Place
from tests.unit.small_agency import LIMITS, RESULTS, SmallAgency

A, B, STEPS, PARTS, LATE = (f"9m/{number}.yaml" for number in ("1.1", "1.2", "1.10", "2.1", "2.2"))
FINAL, FINAL_PARTS = "12m/1.1.yaml", "12m/2.1.yaml"
THREE_PARTS = 'parts: {"1": 92, "2": 75, "3": 100}'
PERFORMANCE = "|\n  ดำเนินการตามแผนแล้วเสร็จ\n  และรายงานผลต่อผู้บริหาร"
SCORE_LINE = "\nscore: 3.9720"


class Case(NamedTuple):
    """An edit of one file, the line that the rule must name there, and words of its message."""

    rule: str
    file: str
    old: str
    new: str
    line: str
    words: str = ""
    indicator: str = "1.1"
    level: Level = Level.ERROR


FOUND = [
    Case("card-unknown", A, 'indicator: "1.1"', 'indicator: "7.7"', "indicator:", "7.7", "7.7"),
    Case("card-inactive", "agreement.yaml", "weights: {12m: 30}", "starts_at: 12m", "", "12m"),
    Case("card-inactive", "agreement.yaml", "weights: {12m: 30}", "cancelled_at: 9m", "", "9m"),
    Case("wrong-round", A, "round: 9m", "round: 12m", "round:", "12m"),
    Case("wrong-year", A, "fiscal_year: 2570", "fiscal_year: 2569", "fiscal_year:", "2569"),
    Case("card-indicator-mismatch", A, 'indicator: "1.1"', 'indicator: "1.2"', "indicator:", "1.2"),
    Case("result-missing", A, f"result: 87.43{SCORE_LINE}\n", "", "fiscal_year:", "ผลการดำเนินงาน"),
    Case("result-missing", PARTS, ', "3": 100', "", "parts:", "3", "2.1"),
    Case("result-missing", PARTS, f"{THREE_PARTS}\nscore: 3.8500", "", "fiscal_year:", "1, 2, 3", "2.1"),
    Case("result-missing", PARTS, '"3": 100}', '"3": 100, "4": 1}', "parts:", "4", "2.1"),
    Case("result-missing", PARTS, THREE_PARTS, "result: 3.85", "fiscal_year:", "1, 2, 3", "2.1"),
    Case("result-decimals", A, "87.43", "87.43001", "result:", "5"),
    Case("result-decimals", A, "87.43", "87.43000", "result:", "5"),
    Case("result-decimals", PARTS, '"2": 75', '"2": 75.00001', "parts:", "75.00001", "2.1"),
    Case("result-out-of-range", STEPS, "result: 4", "result: 6", "result:", "6", "1.10"),
    Case("result-out-of-range", STEPS, "result: 4", "result: 3.5", "result:", "3.5", "1.10"),
    Case("result-out-of-range", STEPS, "result: 4", "result: -1", "result:", "-1", "1.10"),
    Case("result-out-of-range", PARTS, "parts:", "result: 3.84\nparts:", "result:", "3.8500", "2.1"),
    Case("result-out-of-range", PARTS, "parts:", "result: N/A\nparts:", "parts:", "N/A", "2.1"),
    Case("result-out-of-range", A, "result: 87.43", 'result: 87.43\nparts: {"1": 1}', "parts:", "parts"),
    Case("not-applicable-refused", FINAL, f"87.43{SCORE_LINE}", "N/A", "result:", "N/A"),
    Case("score-differs", A, "3.9720", "3.9721", "score:", "3.9720 (ผล 87.43 เทียบเกณฑ์ระดับ 1–5: 80 / 82.5"),
    Case("score-differs", PARTS, "3.8500", "3.9", "score:", "รายการ 2 ผล 75 น้ำหนัก 0.3", "2.1"),
    Case("score-differs", STEPS, "score: 4", "score: 3", "score:", "4.0000", "1.10"),
    Case("score-differs", "12m/2.2.yaml", "83.3333", "83.3334", "score:", "75 % = 98.84", "2.2"),
    Case("score-without-result", A, "result: 87.43", "result: N/A", "score:", "3.9720"),
    Case("score-without-result", A, "result: 87.43\n", "", "score:", "3.9720"),
    Case("score-too-high", A, "3.9720", "5.0001", "score:", "5"),
    Case("score-too-high", "12m/2.2.yaml", "83.3333", "100.5", "score:", "100", "2.2"),
    Case("score-missing", FINAL, SCORE_LINE, "", "fiscal_year:", "score: 3.9720"),
    Case("text-missing", A, PERFORMANCE, '""', "performance:", "performance"),
    Case("text-missing", A, PERFORMANCE, '"\u200b \u00a0"', "performance:"),
    Case("text-too-long", A, 'obstacles: ""', f"obstacles: {'ก' * 101}", "obstacles:", "101"),
    Case("text-too-long", A, 'obstacles: ""', f"obstacles: {'😀' * 51}", "obstacles:", "102"),
    Case("text-too-long", A, "title: รายงานผลการดำเนินงาน", f"title: {'ก' * 120}", "evidence:", "126"),
]


def spoiled(agency: SmallAgency, case: Case) -> tuple[str, str]:
    """The card that must be named, and its round."""
    agency.edit(case.file, case.old, case.new)
    card = A if case.file == "agreement.yaml" else case.file
    return card, card.partition("/")[0]


@pytest.mark.parametrize("case", FOUND, ids=lambda case: f"{case.rule}: {case.new[:25]}")
def test_found_at_its_line(agency, case):
    card, round_key = spoiled(agency, case)
    (finding,) = agency.found(case.rule, round_key)
    assert finding.place == Place(card, agency.line(card, case.line or "indicator:"))
    assert (finding.indicator, finding.level) == (case.indicator, case.level)
    assert case.words in finding.what + finding.next_step
    assert finding.what
    assert finding.next_step


@pytest.mark.parametrize("lang", ["th", "en"])
def test_messages_speak_both_languages(agency, monkeypatch, lang):
    monkeypatch.setenv("ESAR_BOT_LANG", lang)
    agency.edit(A, "3.9720", "9")
    agency.edit("agreement.yaml", "weight: 25", "weight: 24")
    for finding in agency.check().findings:
        thai = any("ก" <= sign <= "๙" for sign in finding.what.replace("อ", ""))
        assert thai is (lang == "th"), finding


CLEAN = [
    ("wrong-year", A, "fiscal_year: 2570", "fiscal_year: ๒๕๗๐"),
    ("card-indicator-mismatch", A, 'indicator: "1.1"', "indicator: ๑.๑"),
    ("result-missing", A, f"result: 87.43{SCORE_LINE}", "result: N/A"),
    ("result-missing", PARTS, f"{THREE_PARTS}\nscore: 3.8500", "result: N/A"),
    ("result-decimals", A, "87.43", "87.4300"),
    ("result-out-of-range", PARTS, "parts:", "result: 3.85\nparts:"),
    ("result-out-of-range", STEPS, "result: 4\nscore: 4", "result: 0"),
    ("not-applicable-refused", A, f"87.43{SCORE_LINE}", "N/A"),
    ("score-differs", A, "3.9720", "3.972"),
    ("score-differs", A, "3.9720", "๓.๙๗๒๐"),
    ("score-differs", STEPS, "result: 4\nscore: 4", "result: 9"),
    ("score-without-result", A, "result: 87.43\nscore: 3.9720", "result: N/A"),
    ("score-too-high", A, "result: 87.43\nscore: 3.9720", "result: 99\nscore: 5"),
    ("score-missing", A, SCORE_LINE, ""),
    ("text-missing", A, "supporting_factors: ความร่วมมือของหน่วยงาน", 'supporting_factors: ""'),
    ("text-too-long", A, 'obstacles: ""', f"obstacles: {'ก' * 100}"),
    ("text-too-long", A, 'obstacles: ""', f"obstacles: {'😀' * 50}"),
    ("text-too-long", A, "title: รายงานผลการดำเนินงาน", f"title: {'ก' * 114}"),
]


@pytest.mark.parametrize(("rule", "file", "old", "new"), CLEAN)
def test_what_is_right_is_passed(agency, rule, file, old, new):
    agency.edit(file, old, new)
    assert not agency.found(rule, file.partition("/")[0])


def test_card_missing(agency):
    agency.remove(A)
    (finding,) = agency.found("card-missing")
    assert (finding.place, finding.indicator) == (Place(A), "1.1")
    assert not agency.found("card-missing", "12m")


def test_card_missing_says_when_only_its_ending_is_wrong(agency):
    (agency.root / A).rename(agency.root / "9m/1.1.yml")
    (finding,) = agency.found("card-missing")
    assert "1.1.yml" in finding.next_step


def test_a_card_that_cannot_be_read_is_not_missing(agency):
    agency.write(A, "- nothing\n")
    assert not agency.found("card-missing")


def test_a_round_without_folder_is_one_finding(agency):
    (finding,) = agency.check("3m", today=date(2027, 1, 4)).errors
    assert (finding.rule, finding.place) == ("card-missing", Place("3m"))
    assert "1.1, 1.2, 1.10, 2.1" in finding.what


def test_card_inactive_names_a_card_of_a_later_round(agency):
    agency.write(LATE, (agency.root / "12m/2.2.yaml").read_text(encoding="utf-8").replace("12m", "9m"))
    (finding,) = agency.found("card-inactive")
    assert (finding.place.file, finding.indicator) == (LATE, "2.2")
    assert not agency.found("card-unknown")


def test_card_twice(agency):
    copy = "9m/1.1 สำเนา.yaml"
    agency.write(copy, (agency.root / A).read_text(encoding="utf-8"))
    (finding,) = agency.found("card-twice")
    assert finding.place == Place(copy, agency.line(copy, "indicator:"))
    assert A in finding.what
    agency.remove(copy)
    assert not agency.found("card-twice")


def test_wrong_year_of_the_agreement_is_one_finding(agency):
    agency.edit("agreement.yaml", "fiscal_year: 2570", "fiscal_year: 2571")
    (finding,) = agency.found("wrong-year")
    assert finding.place == Place("agreement.yaml", 1)
    assert "2571" in finding.what
    assert "2570" in finding.what


def test_weights_not_100(agency):
    agency.edit("agreement.yaml", "weight: 25", "weight: 24.99")
    (finding,) = agency.found("weights-not-100")
    assert finding.place == Place("agreement.yaml", agency.line("agreement.yaml", "indicators:"))
    assert "40 (1.1) + 24.99 (1.2) + 20 (1.10) + 15 (2.1) = 99.99" in finding.what
    agency.edit("agreement.yaml", "weight: 24.99", "weight: 24.99\n    weights: {9m: 25}")
    assert not agency.found("weights-not-100")


def test_weights_that_add_up_in_decimals_do_add_up(agency):
    agency.edit("agreement.yaml", "weight: 25", "weight: 24.9")
    agency.edit("agreement.yaml", "weight: 20", "weight: 20.1")
    assert not agency.found("weights-not-100")


@pytest.mark.parametrize(
    ("old", "new", "indicator"),
    [
        ("85, 87.5, 90", "87.5, 87.5, 90", "1.1"),
        (
            "0.3, criteria: {kind: levels, levels: [60, 70",
            "0.3, criteria: {kind: levels, levels: [70, 70",
            "2.1",
        ),
    ],
)
def test_equal_thresholds(agency, old, new, indicator):
    assert not agency.found("equal-thresholds")
    agency.edit("agreement.yaml", old, new)
    (finding,) = agency.found("equal-thresholds")
    assert finding.level is Level.WARNING
    assert finding.indicator == indicator
    lines = (agency.root / "agreement.yaml").read_text(encoding="utf-8").splitlines()
    assert new.partition("kind")[0] in lines[finding.place.line - 1]


def test_score_too_high_is_judged_by_the_criteria_not_by_five(agency):
    assert RESULTS["2.2"].endswith("83.3333")
    assert not agency.found("score-too-high", "12m")


def test_without_limits_no_length_is_too_long(agency):
    agency.edit(A, 'obstacles: ""', f"obstacles: {'ก' * 5000}")
    assert agency.found("text-too-long")
    assert not agency.found("text-too-long", limits=type(LIMITS)())
