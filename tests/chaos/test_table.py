"""The table of a campaign: each wrong in its row, once a scenario; and what never struck is named."""

from __future__ import annotations

from tests.chaos.campaign import Verdict
from tests.chaos.judge import Wrong
from tests.chaos.scenario import ALL_THAT_MAY_BE_MET
from tests.chaos.table import never_met, table

BAD = Verdict(
    1,
    [
        Wrong.CASUALTY.of("1.1 evidence"),
        Wrong.CASUALTY.of("1.1 obstacles"),
        Wrong.NO_RECEIPT.of("20270720"),
        Wrong.FALSE_REPORT.of("told saved: 1.1 evidence doubled: report.pdf"),
    ],
    [-9, 5],
    {"slow": 2, "SIGKILL": 1},
)
GOOD = Verdict(2, [], [0], {"slow": 1})


def test_each_wrong_is_counted_once_a_scenario() -> None:
    rows = table([BAD, GOOD])
    for name, count in {
        "scenarios that went wrong": 1,
        "another person's work lost": 1,
        "receipts missing": 1,
        "false reports": 1,
        "evidence doubled or lost": 1,
        "false successes": 0,
        "submitted twice": 0,
        "faults met": 3,
    }.items():
        assert f"| {name} | {count} |" in rows


def test_what_never_struck_is_named() -> None:
    assert set(never_met([BAD, GOOD])) == set(ALL_THAT_MAY_BE_MET) - {"slow", "SIGKILL"}
