"""`esar-bot status` and `esar-bot receipts`: where the rounds stand, from the workspace alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from esar_bot.cli.common import JsonOption, ProfileOption, TodayOption, guarded
from esar_bot.language import say

if TYPE_CHECKING:
    from esar_bot.portal import State
    from esar_bot.receipt import Receipt


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(
        "status",
        help=say(
            "สถานะของทุกรอบ: กำหนดส่ง วันทำการที่เหลือ การ์ดที่เตรียมแล้ว ใบรับล่าสุด",
            "Every round: deadline, working days left, cards prepared, latest receipt.",
        ),
    )(guarded(status))
    app.command("receipts", help=say("รายการใบรับทั้งหมด ใหม่สุดก่อน", "All receipts, newest first."))(
        guarded(receipts)
    )


def status(
    context: typer.Context,
    as_json: JsonOption = False,
    profile: ProfileOption = None,
    today: TodayOption = None,
) -> int:
    """Show where every round stands; reads only the workspace."""
    from esar_bot.calendar import safe_day, working_days_left
    from esar_bot.cli import output
    from esar_bot.cli.choices import calendar_of, choose
    from esar_bot.errors import ExitCode
    from esar_bot.models import thai_date
    from esar_bot.receipt import list_receipts, rebuild_unless_running
    from esar_bot.workspace import load_agreement, load_round

    choice = choose(context.obj.directory, profile, None, today)
    day = choice.day
    fiscal_year = calendar_of(choice)
    agreement = load_agreement(choice.workspace).agreement
    rebuild_unless_running(choice.workspace.all_receipts)
    latest, seen = _latest(list_receipts(choice.workspace.all_receipts))
    rounds = []
    for item in fiscal_year.rounds:
        prepared = sum(card.card is not None for card in load_round(choice.workspace, item.key).cards)
        last = latest.get(item.key)
        rounds.append(
            {
                "round": item.key,
                "opens": item.opens.isoformat(),
                "due": item.due.isoformat(),
                "safe_day": safe_day(fiscal_year, item.due).isoformat(),
                "working_days_left": working_days_left(fiscal_year, day, item.due),
                "open_today": item.is_open_on(day),
                "cards_prepared": prepared,
                "cards_expected": len(agreement.active_in(item.key)) if agreement else None,
                "last_outcome": last.outcome.value if last else None,
                "portal_state": seen.get(item.key),
                "confirmation": last.confirmation.number if last and last.confirmation else None,
            }
        )
    output.show_table(
        say(f"ปีงบประมาณ {fiscal_year.year} ณ วันที่ {thai_date(day)}", f"fiscal year {fiscal_year.year}, {day}"),
        (
            say("รอบ", "Round"),
            say("เปิด – กำหนดส่ง", "Opens – due"),
            say("ควรส่งภายใน", "Safe day"),
            say("วันทำการที่เหลือ", "Working days left"),
            say("การ์ด", "Cards"),
        ),
        [
            (
                item.key,
                f"{_day(item.opens)} –\n{_day(item.due)}",
                _day(safe_day(fiscal_year, item.due)),
                str(facts["working_days_left"]),
                f"{facts['cards_prepared']}/{facts['cards_expected'] if agreement else '?'}",
            )
            for item, facts in zip(fiscal_year.rounds, rounds, strict=True)
        ],
    )
    for key, receipt in latest.items():
        output.line(
            say(f"ใบรับล่าสุด {key}: ", f"latest receipt of {key}: ") + _latest_words(receipt, seen.get(key))
        )
    if as_json:
        output.print_json({"command": "status", "exit_code": 0, "today": day.isoformat(), "rounds": rounds})
    return ExitCode.DONE


def _latest(receipts: Sequence[Receipt]) -> tuple[dict[str, Receipt], dict[str, State | None]]:
    """Each round's latest receipt of a run that did something, and its state as the last run saw it."""
    from esar_bot.run import RoundOutcome

    latest: dict[str, Receipt] = {}
    seen: dict[str, State | None] = {}
    for receipt in reversed(receipts):
        seen[receipt.round] = receipt.state_after
        if receipt.outcome is not RoundOutcome.NOTHING_TO_DO or receipt.round not in latest:
            latest[receipt.round] = receipt
    return latest, seen


def receipts(
    context: typer.Context,
    only_round: Annotated[
        str | None,
        typer.Option(
            "--round", metavar="ROUND", envvar="ESAR_BOT_ROUND", help=say("เฉพาะรอบนี้", "Only this round.")
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """List the receipts."""
    from esar_bot.cli import output
    from esar_bot.errors import ExitCode
    from esar_bot.receipt import list_receipts, rebuild_unless_running
    from esar_bot.workspace import find_workspace

    root = find_workspace(context.obj.directory).all_receipts
    rebuild_unless_running(root)
    found = [item for item in list_receipts(root) if only_round in {None, "auto", item.round}]
    if not found:
        output.line(say("ยังไม่มีใบรับ", "no receipts yet"))
    else:
        for item in found:
            _show_receipt(item)
    if as_json:
        entries = [item.model_dump(mode="json") for item in found]
        output.print_json({"command": "receipts", "exit_code": 0, "receipts": entries})
    return ExitCode.DONE


def _show_receipt(item: Receipt) -> None:
    """A receipt in lines, not in a table: its number and its folder are never broken."""
    from esar_bot.cli import output

    there = item.finished.bangkok
    time = say(f"{there:%H.%M.%S} น.", f"{there:%H:%M:%S}")
    output.line(f"{item.round}  {_day(there.date())} {time}", "bold")
    output.line(f"    {_words(item, item.state_after)}")
    if item.confirmation is not None:
        output.line("    " + say("เลขที่ยืนยัน ", "confirmation ") + item.confirmation.number)
    output.line(f"    receipts/{item.round}/{item.run_id}")
    if item.rehearsal:
        output.line(
            say("    จากการซ้อม ไม่ใช่หลักฐานการส่งจริง", "    of a rehearsal: no evidence of a submission"), "red"
        )


def _day(day: date) -> str:
    from esar_bot.models import short_date

    return say(short_date(day), day.isoformat())


def _latest_words(receipt: Receipt, seen: State | None) -> str:
    number = f" ({receipt.confirmation.number})" if receipt.confirmation else ""
    return _words(receipt, seen) + number


def _words(receipt: Receipt, seen: State | None) -> str:
    """A run's outcome, and what the assessor had decided when the round was last seen."""
    from esar_bot.cli import output
    from esar_bot.portal import State

    outcome = output.round_words(receipt.outcome)
    return f"{outcome} · {output.state_words(seen)}" if seen in {State.RETURNED, State.ACCEPTED} else outcome
