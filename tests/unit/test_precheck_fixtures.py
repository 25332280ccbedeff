"""The fixtures: every planted fault is reported in one run, and the sample agency has none."""

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from esar_bot.models import Limits
from esar_bot.precheck import RULES, Precheck, check_round
from esar_bot.workspace import find_workspace, load_settings
from fixtures.make_broken_agency import write_large_file
from tests.unit.small_agency import digest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TODAY = {"3m": date(2027, 1, 5), "6m": date(2027, 4, 2), "9m": date(2027, 7, 5), "12m": date(2027, 10, 4)}
LIMITS = Limits(
    text_lengths={"performance": 4000, "supporting_factors": 1000, "obstacles": 1000, "suggestions": 1000},
    file_types=("pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "jpg", "jpeg", "png", "zip"),
    file_bytes=20 * 1024 * 1024,
    file_name_bytes=200,
    file_name_refused="#%&{}$!'@",
    files_per_card=20,
)


def check(folder: Path, round_key: str) -> Precheck:
    workspace = find_workspace(folder)
    result = check_round(
        workspace, load_settings(workspace), round_key, limits=LIMITS, today=TODAY[round_key], rehearsal=False
    )
    assert not [finding for finding in result.findings if "ทำงานผิดพลาด" in finding.what]
    return result


def faults(name: str) -> list[dict]:
    return tomllib.loads((FIXTURES / name / "FAULTS.toml").read_text(encoding="utf-8"))["fault"]


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, Precheck]:
    folder = tmp_path_factory.mktemp("broken") / "agency"
    shutil.copytree(FIXTURES / "broken_agency", folder)
    write_large_file(folder)
    before = digest(folder)
    results = {key: check(folder, key) for key in {fault["round"] for fault in faults("broken_agency")}}
    assert digest(folder) == before
    return results


@pytest.mark.parametrize(
    "fault", faults("broken_agency"), ids=lambda fault: f"{fault['rule']} {fault['file']}"
)
def test_each_planted_fault_is_reported(broken, fault):
    found = [
        finding
        for finding in broken[fault["round"]].findings
        if (finding.rule, finding.place.file, finding.indicator)
        == (fault["rule"], fault["file"], fault["indicator"])
    ]
    assert found
    assert {finding.level.value for finding in found} == {fault["level"]}
    same = [other for other in faults("broken_agency") if {**other, "why": ""} == {**fault, "why": ""}]
    assert len(found) >= len(same)


def test_no_unplanted_rule_fires(broken):
    planted = {(fault["round"], fault["rule"]) for fault in faults("broken_agency")}
    consequences = {("9m", "card-twice")}
    found = {(key, finding.rule) for key, result in broken.items() for finding in result.findings}
    assert found <= planted | consequences


@pytest.mark.parametrize(
    "fault",
    faults("unreadable_agency"),
    ids=lambda fault: f"{fault['fault']} {fault['file']} {fault['indicator']}",
)
def test_each_unreadable_file_is_reported_in_one_run(fault):
    result = check(FIXTURES / "unreadable_agency", "9m")
    found = {
        (finding.rule, finding.place.file, finding.indicator)
        for finding in result.errors
        if finding.place.line
    }
    assert ("unreadable", fault["file"], fault["indicator"]) in found


@pytest.mark.parametrize("round_key", TODAY)
def test_the_sample_agency_has_nothing_to_mend(round_key):
    result = check(FIXTURES / "sample_agency", round_key)
    assert not result.findings
    assert list(result.rules_run) == [rule.key for rule in RULES]
    assert not [item for item in result.unexamined if item.place.file.startswith(round_key)]
