"""Precheck: every rule over one round of a workspace, and what no rule looked at."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from esar_bot.calendar import OVERRIDE, load_fiscal_year
from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.models import Agreement, FiscalYear, Limits, Report, Round
from esar_bot.precheck.coverage import Unexamined, unexamined
from esar_bot.precheck.rule import Problem, Rule, Subject, Unreadable
from esar_bot.precheck.rules import RULES
from esar_bot.workspace import (
    Finding,
    Level,
    LoadedRound,
    Place,
    Settings,
    Workspace,
    load_agreement,
    load_round,
)
from esar_bot.workspace.reading import UNREADABLE


@dataclass(frozen=True)
class Precheck:
    """What precheck found, how far it looked, and what it read on the way.

    `rules_run` are the keys of the rules that judged; `unexamined` is what none of them looked at.
    `agreement`, `fiscal_year` and `round` are None where their file is unreadable, `report` where the
    agreement or any card is.
    """

    findings: tuple[Finding, ...]
    rules_run: tuple[str, ...]
    unexamined: tuple[Unexamined, ...]
    agreement: Agreement | None
    report: Report | None
    fiscal_year: FiscalYear | None
    round: Round | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before the report can be submitted."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should look at; it stops nothing."""
        return tuple(finding for finding in self.findings if finding.level is Level.WARNING)


def check_round(
    workspace: Workspace, settings: Settings, round_key: str, *, limits: Limits, today: date, rehearsal: bool
) -> Precheck:
    """Check one round of a workspace, offline: faults in people's files are findings, never exceptions.

    `rehearsal` says that the portal is a practice one: a passed deadline is then only a warning.

    Raises:
        UsageError: the fiscal year has no calendar, or no such round.
    """
    calendar, faults = _load_calendar(workspace, settings.fiscal_year)
    if calendar is not None:
        _require_round(calendar, round_key)
    subject = Subject(
        workspace=workspace,
        settings=settings,
        loaded_agreement=load_agreement(workspace),
        loaded_round=load_round(workspace, round_key),
        calendar=calendar,
        limits=limits,
        today=today,
        rehearsal=rehearsal,
    )
    return check_subject(subject, RULES, faults)


def check_subject(subject: Subject, rules: tuple[Rule, ...], faults: tuple[Finding, ...] = ()) -> Precheck:
    """Run rules over a subject, after the faults that were found on the way to it."""
    findings = [*faults, *subject.loaded_agreement.findings, *subject.loaded_round.findings]
    ran: list[Rule] = []
    held_up: dict[str, list[Rule]] = {}
    for rule in rules:
        try:
            findings.extend(_run(rule, subject))
            ran.append(rule)
        except Unreadable as unreadable:
            held_up.setdefault(unreadable.file, []).append(rule)
    findings.extend(_could_not_run(file, kept) for file, kept in held_up.items())
    return Precheck(
        findings=tuple(sorted(set(findings), key=_order)),
        rules_run=tuple(rule.key for rule in ran),
        unexamined=unexamined(subject, ran, findings),
        agreement=subject.loaded_agreement.agreement,
        report=_report(subject.loaded_agreement.agreement, subject.loaded_round),
        fiscal_year=subject.calendar,
        round=None if subject.calendar is None else subject.calendar.round(subject.round_key),
    )


def _run(rule: Rule, subject: Subject) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(_finding(rule, problem) for problem in rule.check(subject))
    except Unreadable:
        raise
    except Exception as crash:  # noqa: BLE001 - a rule that crashes is an error of the report, never a pass
        findings.append(_crashed(rule, crash, subject.loaded_round.key))
    return findings


def _finding(rule: Rule, problem: Problem) -> Finding:
    where = problem.where
    return Finding(
        rule.key,
        problem.level or rule.levels[0],
        where.place,
        problem.what,
        problem.next_step,
        where.indicator,
        where.field,
    )


def _crashed(rule: Rule, crash: Exception, round_key: str) -> Finding:
    """The crash by its type and place; its text may hold what people wrote."""
    frame = traceback.extract_tb(crash.__traceback__)[-1]
    spot = f"{type(crash).__name__}, {Path(frame.filename).name}:{frame.lineno}"
    return Finding(
        rule.key,
        Level.ERROR,
        Place(round_key),
        say(
            f"กฎนี้ทำงานผิดพลาด จึงยังไม่ได้ตรวจเรื่องนี้ ({spot})", f"this rule crashed, so it judged nothing ({spot})"
        ),
        say("โปรดแจ้งผู้ดูแล esar-bot พร้อมข้อความนี้", "please report this message to the makers of esar-bot"),
    )


def _could_not_run(file: str, rules: list[Rule]) -> Finding:
    keys = ", ".join(rule.key for rule in rules)
    return Finding(
        UNREADABLE,
        Level.ERROR,
        Place(file),
        say(
            f"อ่าน {file} ไม่ได้ จึงยังไม่ได้ตรวจ {len(rules)} กฎ: {keys}",
            f"{file} cannot be read, so {len(rules)} rules did not run: {keys}",
        ),
        say("แก้ไขแฟ้มนี้แล้วตรวจอีกครั้ง", "mend this file, then check again"),
    )


def _load_calendar(workspace: Workspace, year: int) -> tuple[FiscalYear | None, tuple[Finding, ...]]:
    """The calendar; what is wrong with the workspace's own one is a finding."""
    try:
        return load_fiscal_year(year, workspace.root), ()
    except UsageError as error:
        if not (workspace.root / OVERRIDE).is_file():
            raise
        line = re.search(r"\(at line (\d+)", error.what)
        place = Place(OVERRIDE, int(line[1]) if line else 0)
        mend = say("แก้ไขตามแบบใน docs/calendar.md", "mend it; docs/calendar.md shows the format")
        return None, (Finding(UNREADABLE, Level.ERROR, place, error.what, mend),)


def _require_round(fiscal_year: FiscalYear, key: str) -> None:
    if fiscal_year.round(key) is None:
        known = ", ".join(item.key for item in fiscal_year.rounds)
        raise UsageError(
            say(
                f"ปีงบประมาณ {fiscal_year.year} ไม่มีรอบ “{key}”",
                f"fiscal year {fiscal_year.year} has no round “{key}”",
            ),
            next_step=say(f"รอบที่มีคือ {known}", f"the rounds are {known}"),
        )


def _report(agreement: Agreement | None, loaded: LoadedRound) -> Report | None:
    if agreement is None or any(card.card is None for card in loaded.cards):
        return None
    return loaded.report(agreement)


def _order(finding: Finding) -> tuple[tuple[tuple[int, str], ...], int, str, str]:
    """File (numbers in it as people count them), line, then rule and text."""
    parts = re.split(r"(\d+)", finding.place.file)
    counted = tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)
    return counted, finding.place.line, finding.rule, finding.what
