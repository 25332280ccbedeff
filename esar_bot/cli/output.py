"""What people see: tables and messages on standard error, machines' JSON on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from esar_bot.calendar import safe_day, working_days_left
from esar_bot.cli.conflicts import conflict_table
from esar_bot.errors import EsarBotError
from esar_bot.labels import field_label, field_word
from esar_bot.language import say
from esar_bot.log import speak_to_nobody
from esar_bot.models import thai_date
from esar_bot.plan import CardPlan, Plan
from esar_bot.portal import State
from esar_bot.precheck import Precheck
from esar_bot.precheck.rules.round_window import SOON
from esar_bot.redact import redact
from esar_bot.run import CardOutcome, RoundOutcome
from esar_bot.workspace import Finding, Level

SCHEMA = 1
LOG_WIDTH = 200  # of tables that no terminal shows: in a log nothing needs to be cut


class _Terminal(Console):
    """Standard error. Nobody listening there any more is no reason to stop, as it would be for rich."""

    def on_broken_pipe(self) -> None:
        speak_to_nobody()


console = _Terminal(stderr=True, highlight=False)
if not console.is_terminal and not os.environ.get("COLUMNS"):
    console.width = LOG_WIDTH


def print_json(payload: Mapping[str, object]) -> None:
    """One JSON document on standard output; `schema` rises when a field changes its meaning."""
    text = json.dumps({"schema": SCHEMA, **payload}, ensure_ascii=False, indent=2, default=str)
    try:
        sys.stdout.write(redact(text) + "\n")
        sys.stdout.flush()
    except OSError as error:  # a closed pipe changes nothing of what was done
        line(say(f"พิมพ์ JSON ไม่ได้: {error}", f"the JSON could not be printed: {error}"), "yellow")
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - open as long as the program


def line(text: str, style: str = "") -> None:
    """One line on standard error, never broken by us: a path in it can be copied."""
    with suppress(OSError):
        console.print(escape(redact(text)), style=style or None, soft_wrap=True)


def show(what: RenderableType) -> None:
    """Print on standard error; nobody listening there is no reason to stop."""
    with suppress(OSError):
        console.print(what)


def show_error(error: EsarBotError, *, as_json: bool, picture: Path | None = None) -> None:
    """An error that a person can act on: what, where, what to do, and where the page's picture is kept."""
    show_cause(error, error.where, [] if picture is None else [picture])
    if as_json:
        print_json({"exit_code": int(error.exit_code), "error": error_facts(error, picture)})


def show_cause(error: EsarBotError, where: str, pictures: Iterable[Path]) -> None:
    """An error once, for all the places that it befell."""
    line(f"✗ {error.what}", "bold red")
    if where:
        line("  " + say("ที่: ", "where: ") + where)
    if error.next_step:
        line("  " + say("ให้ทำ: ", "do: ") + error.next_step, "yellow")
    for picture in pictures:
        line("  " + say("ภาพหน้าจอ: ", "picture: ") + str(picture))


def error_facts(error: EsarBotError, picture: Path | None = None) -> dict[str, str | None]:
    """An error as JSON holds it."""
    return {
        "kind": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "next_step": error.next_step,
        "picture": str(picture) if picture else None,
    }


def show_interrupted() -> None:
    """Ctrl-C."""
    line(
        say(
            "หยุดตามคำสั่ง สั่งซ้ำได้ โปรแกรมจะอ่านค่าบนระบบก่อนเขียนเสมอ",
            "interrupted; run again at any time: the portal is always read before anything is written",
        ),
        "yellow",
    )


def show_internal(error: Exception, *, as_json: bool) -> None:
    """A fault of ours, with its trace, secrets masked."""
    import traceback

    line("".join(traceback.format_exception(error)))
    line(
        say(
            "✗ ข้อผิดพลาดภายในของ esar-bot โปรดแจ้งผู้พัฒนาพร้อมข้อความข้างต้น",
            "✗ an internal error of esar-bot; please report it with the text above",
        ),
        "bold red",
    )
    if as_json:
        what = f"{type(error).__name__}: {error}"
        print_json(
            {"exit_code": 1, "error": {"kind": "internal", "what": what, "where": "", "next_step": ""}}
        )


def show_deadline(precheck: Precheck, today: date) -> None:
    """When the round is due, and the working days that are left until then; nothing without a calendar."""
    if precheck.fiscal_year is None or precheck.round is None:
        return
    due = precheck.round.due
    if today > due:
        line(say(f"พ้นกำหนดส่ง {thai_date(due)} แล้ว", f"due {due}: that day has passed"), "red")
        return
    left, last = working_days_left(precheck.fiscal_year, today, due), safe_day(precheck.fiscal_year, due)
    line(
        say(
            f"กำหนดส่ง {thai_date(due)} เหลือ {left} วันทำการ ควรส่งภายใน {thai_date(last)}",
            f"due {due}, working days left: {left}; safe day {last}",
        ),
        "yellow" if left <= SOON else "",
    )


def show_findings(precheck: Precheck) -> None:
    """Every finding with file and line, errors first, then what no rule looked at."""
    for finding in sorted(precheck.findings, key=lambda item: item.level is not Level.ERROR):
        _show_finding(finding)
    errors, warnings = len(precheck.errors), len(precheck.warnings)
    summary = say(
        f"ตรวจ {len(precheck.rules_run)} กฎ: ข้อผิดพลาด {errors} · คำเตือน {warnings}",
        f"{len(precheck.rules_run)} rules: {errors} errors, {warnings} warnings",
    )
    line(("✗ " if errors else "✓ ") + summary, "bold red" if errors else "green")
    if precheck.unexamined:
        unread = say(
            "ไม่มีกฎอัตโนมัติตรวจรายการต่อไปนี้ โปรดตรวจทานเอง: ", "no rule looks at these, read them yourself: "
        )
        line(unread + ", ".join(map(str, precheck.unexamined)), "dim")


def _show_finding(finding: Finding) -> None:
    error = finding.level is Level.ERROR
    mark = "✗" if error else "!"
    subject = " ".join(part for part in (finding.indicator, finding.field) if part)
    line(f"{mark} {finding.place}  {subject}", "red" if error else "yellow")
    line(f"    {finding.what}  [{finding.rule}]")
    line(f"    → {finding.next_step}", "dim")


def finding_facts(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings as JSON holds them."""
    return [
        {
            "rule": finding.rule,
            "level": finding.level.value,
            "file": finding.place.file,
            "line": finding.place.line,
            "indicator": finding.indicator,
            "field": finding.field,
            "what": finding.what,
            "next_step": finding.next_step,
        }
        for finding in findings
    ]


def show_plan(plan: Plan, preview: Path) -> None:
    """Where the round stands, and the plan as a table: fields and files by indicator; then the conflicts."""
    if plan.observed.state in _STATE_WORDS:
        line(say("สถานะบนระบบ: ", "on the portal: ") + state_words(plan.observed.state), "bold")
    for card in plan.cards:
        if card.observed.remark:
            line(
                say(f"  หมายเหตุผู้ประเมิน {card.number}: ", f"  the assessor on {card.number}: ")
                + card.observed.remark
            )
    if not plan.changes and not plan.conflicts:
        line(say("✓ ระบบมีค่าตรงกับแฟ้มงานครบแล้ว", "✓ the portal already holds all of it"), "green")
    else:
        table = Table(title=say("จะเปลี่ยนแปลงบนระบบ", "What would change on the portal"), title_justify="left")
        for heading in (
            say("ตัวชี้วัด", "Indicator"),
            say("ช่องที่เปลี่ยน", "Fields"),
            say("เพิ่มไฟล์", "Add"),
            say("ลบไฟล์", "Remove"),
            say("ขัดแย้ง", "Conflicts"),
        ):
            table.add_column(heading)
        for card in plan.cards:
            if card.has_steps or card.conflicts:
                table.add_row(
                    card.number,
                    _fields([change.field for change in card.fields], card),
                    str(len(card.add) or ""),
                    str(len(card.remove) or ""),
                    _fields([conflict.field for conflict in card.conflicts], card),
                )
        show(table)
    if plan.conflicts:
        show(conflict_table(plan.conflicts))
    if plan.not_on_portal:
        line(
            say("ระบบนี้ไม่มีช่อง: ", "not on this portal: ")
            + ", ".join(field_label(name) for name in plan.not_on_portal),
            "yellow",
        )
    line(say("ตัวอย่างก่อนส่ง: ", "preview: ") + str(preview))


def _fields(names: Sequence[str], card: CardPlan) -> str:
    """Fields as people call them; a card that is written whole is said in one word."""
    filled = [name for name, value in card.prepared.fields.items() if value]
    if len(names) > 1 and set(names) >= set(filled):
        return say(f"ทุกช่อง ({len(names)})", f"all fields ({len(names)})")
    return ", ".join(map(field_word, names))


def plan_facts(plan: Plan) -> dict[str, object]:
    """A plan as JSON holds it: which fields and files, not their contents, and the assessor's remarks."""
    return {
        "round_state": plan.observed.state.value,
        "window": plan.observed.window.value,
        "not_on_portal": list(plan.not_on_portal),
        "cards": [
            {
                "indicator": card.number,
                "remark": card.observed.remark,
                "fields": [change.field for change in card.fields],
                "add": [item.name for item in card.add],
                "remove": [item.name for item in card.remove],
                "keep": [item.name for item in card.keep],
                "conflicts": [conflict.field for conflict in card.conflicts],
            }
            for card in plan.cards
        ],
    }


_CARD_WORDS = {
    CardOutcome.UNCHANGED: ("คงเดิม", "unchanged"),
    CardOutcome.SAVED: ("บันทึกและอ่านทวนแล้ว", "saved and read back"),
    CardOutcome.MISMATCH: ("ค่าไม่ตรง", "reads otherwise"),
    CardOutcome.FAILED: ("บันทึกไม่สำเร็จ", "failed"),
    CardOutcome.UNKNOWN: ("ไม่ทราบผล", "outcome unknown"),
    CardOutcome.NOT_REACHED: ("ยังไม่ได้ดำเนินการ", "not reached"),
}
_ROUND_WORDS = {
    RoundOutcome.NOTHING_TO_DO: ("ไม่มีสิ่งที่ต้องทำ", "nothing to do"),
    RoundOutcome.DRAFT: ("บันทึกร่างแล้ว ยังไม่ส่ง", "saved as draft, not submitted"),
    RoundOutcome.SUBMITTED: ("ส่งแล้ว ระบบรับรายงานแล้ว", "submitted: the portal has received it"),
    RoundOutcome.NOT_SUBMITTED: ("ยังไม่ส่ง", "not submitted"),
    RoundOutcome.UNKNOWN: ("ไม่ทราบผลการส่ง", "outcome of the submission unknown"),
    RoundOutcome.INTERRUPTED: ("หยุดลงก่อนจบ", "stopped before its end"),
}

_STATE_WORDS = {
    State.SUBMITTED: (
        "ระบบรับรายงานแล้ว ผู้ประเมินยังไม่รับรอง",
        "received by the portal, not yet accepted by the assessor",
    ),
    State.RETURNED: ("ผู้ประเมินส่งคืนให้แก้ไข", "returned by the assessor, to be mended"),
    State.ACCEPTED: ("ผู้ประเมินรับรองรายงานแล้ว", "accepted by the assessor"),
}


def state_words(state: State) -> str:
    """A state that somebody gave to a submitted round, in words."""
    return say(*_STATE_WORDS[state])


def card_words(outcome: CardOutcome) -> str:
    """A card's outcome in words."""
    return say(*_CARD_WORDS[outcome])


def round_words(outcome: RoundOutcome) -> str:
    """A round's outcome in words."""
    return say(*_ROUND_WORDS[outcome])


def show_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A plain table on standard error; in a narrow window its words are broken."""
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(redact(cell)) for cell in row))
    show(table)
