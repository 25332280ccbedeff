"""What a campaign came to, as a table for a terminal and for docs/reliability.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.chaos.campaign import Verdict

MEANINGS = {
    -9: "killed (SIGKILL)",
    0: "done",
    5: "partly done",
    6: "a person is needed",
    7: "outcome unknown",
    8: "the portal changed",
    9: "rejected",
    10: "unavailable",
    130: "interrupted",
}


def table(verdicts: Sequence[Verdict]) -> str:
    """Markdown: the sums, how the bot's runs ended, and the faults met by kind."""
    codes = Counter(code for verdict in verdicts for code in verdict.codes)
    met: Counter[str] = Counter()
    for verdict in verdicts:
        met.update(verdict.met)
    wrong = [reason for verdict in verdicts for reason in verdict.wrong]
    recovery = sorted(verdict.recovery_seconds for verdict in verdicts if verdict.recovery_seconds)
    sums = {
        "scenarios": len(verdicts),
        "runs of the bot": sum(codes.values()),
        "faults met": sum(met.values()),
        "kills": codes[-9],
        "wrong final states": sum(
            any(not is_false(reason) for reason in verdict.wrong) for verdict in verdicts
        ),
        "false successes": sum(any(is_false(reason) for reason in verdict.wrong) for verdict in verdicts),
        "evidence doubled or lost": sum("evidence" in reason for reason in wrong),
        "submitted twice": sum(reason.startswith("submitted") for reason in wrong),
        "outcome unknown": codes[7],
        "median recovery": f"{recovery[len(recovery) // 2]:g} s" if recovery else "–",
        "longest recovery": f"{recovery[-1]:g} s" if recovery else "–",
        "most runs until done": max((len(verdict.codes) for verdict in verdicts), default=0),
    }
    ends = {f"{code} {MEANINGS.get(code, '')}": codes[code] for code in sorted(codes)}
    return "\n\n".join(
        [
            _rows("all", sums),
            _rows("how the bot's runs ended", ends),
            _rows("faults met", dict(sorted(met.items()))),
        ]
    )


def is_false(reason: str) -> bool:
    """Whether the bot said that it was done, and it was not."""
    return reason.startswith("false success")


def _rows(heading: str, values: dict[str, object]) -> str:
    rows = "\n".join(f"| {name} | {value} |" for name, value in values.items())
    return f"| {heading} | |\n|---|--:|\n{rows}"
