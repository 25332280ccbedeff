"""What a campaign came to, as a table for a terminal and for docs/reliability.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.chaos.campaign import Verdict
from tests.chaos.judge import Wrong
from tests.chaos.scenario import ALL_THAT_MAY_BE_MET, DRAWS, ENDINGS, THEIR_FILE, THEIR_TEXT

MEANINGS = {
    -15: "ended (SIGTERM) as it started",
    -9: "killed (SIGKILL)",
    0: "done",
    2: "no browser",
    5: "partly done",
    6: "a person is needed",
    7: "outcome unknown",
    8: "the portal changed",
    9: "rejected",
    10: "unavailable",
    130: "interrupted",
}


def table(verdicts: Sequence[Verdict]) -> str:
    """Markdown: the sums, how the bot's runs ended, and what was met, by kind."""
    codes = Counter(code for verdict in verdicts for code in verdict.codes)
    met: Counter[str] = Counter()
    for verdict in verdicts:
        met.update(verdict.met)
    recovery = sorted(verdict.recovery_seconds for verdict in verdicts if verdict.recovery_seconds)
    sums = {
        "scenarios": len(verdicts),
        "runs of the bot": sum(codes.values()),
        "faults met": sum(met[kind] for kind in DRAWS),
        "kills of the bot, of its browser, SIGTERM": sum(met[how] for how in ENDINGS),
        "another person's texts and files": met[THEIR_TEXT] + met[THEIR_FILE],
        "scenarios that went wrong": sum(bool(verdict.wrong) for verdict in verdicts),
        "false successes": _scenarios(verdicts, Wrong.FALSE_SUCCESS),
        "false reports": _scenarios(verdicts, Wrong.FALSE_REPORT),
        "another person's work lost": _scenarios(verdicts, Wrong.CASUALTY),
        "receipts missing": _scenarios(verdicts, Wrong.NO_RECEIPT),
        "submitted otherwise than prepared": _scenarios(verdicts, Wrong.SUBMITTED_OTHERWISE),
        "submitted twice": _scenarios(verdicts, Wrong.SUBMITTED_TWICE),
        "never done, or ended as never should be": _scenarios(verdicts, Wrong.END),
        "evidence doubled or lost": sum(
            any("evidence lost" in reason or "evidence doubled" in reason for reason in verdict.wrong)
            for verdict in verdicts
        ),
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
            _rows("met", dict(sorted(met.items()))),
        ]
    )


def never_met(verdicts: Sequence[Verdict]) -> list[str]:
    """What could have struck and never did: of that nothing was learnt."""
    met = {kind for verdict in verdicts for kind in verdict.met}
    return [kind for kind in ALL_THAT_MAY_BE_MET if kind not in met]


def _scenarios(verdicts: Sequence[Verdict], wrong: Wrong) -> int:
    return sum(any(reason.startswith(f"{wrong}:") for reason in verdict.wrong) for verdict in verdicts)


def _rows(heading: str, values: dict[str, object]) -> str:
    rows = "\n".join(f"| {name} | {value} |" for name, value in values.items())
    return f"| {heading} | |\n|---|--:|\n{rows}"
