"""Running one submission job from the command line: who asks, who shows, and the JSON at the end."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

import typer
from playwright.async_api import Browser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from esar_bot.cli import output
from esar_bot.cli.choices import Choice, kept_state, resolver
from esar_bot.cli.common import ended_by_ctrl_c, is_terminal
from esar_bot.cli.problems import keep_picture
from esar_bot.credentials import Account
from esar_bot.errors import EsarBotError, ExitCode
from esar_bot.language import say
from esar_bot.plan import Plan, Take
from esar_bot.portal import Portal
from esar_bot.precheck import Precheck
from esar_bot.receipt import CARDS_FOLDER, REHEARSAL, read_receipt
from esar_bot.run import CardOutcome, CardResult, RoundOutcome, RunResult
from esar_bot.saved_plan import SavedPlan
from esar_bot.stored_session import StoredSession, load_session
from esar_bot.submission import Job, Mode, PortalFacts, Submission, carry_out, will_write
from flows.pages.login import Credentials
from flows.portal import BrowserPortal
from flows.printing import print_pdf
from flows.profile import Profile
from flows.session import open_session


def job_of(choice: Choice, round_key: str, mode: Mode, take: Mapping[str, Take] | None = None) -> Job:
    """The job that was chosen."""
    facts = _portal_facts(choice)
    return Job(choice.workspace, choice.settings, round_key, mode, choice.day, facts, take or {})


def job_of_plan(choice: Choice, saved: SavedPlan, *, dry_run: bool) -> Job:
    """The job that a saved plan says: round, act and decisions are its own."""
    mode = Mode.DRY_RUN if dry_run else Mode(saved.act)
    return replace(job_of(choice, saved.round, mode, saved.take), saved=saved)


def _portal_facts(choice: Choice) -> PortalFacts:
    """What a submission needs to know of the portal; the hash is of the profile but for its address."""
    profile = choice.profile
    says = json.dumps(profile.model_dump(mode="json", exclude={"base_url"}), sort_keys=True)
    digest = hashlib.sha256(says.encode()).hexdigest()
    return PortalFacts(
        name=profile.title,
        url=profile.base_url,
        limits=profile.limits,
        rehearsal=profile.rehearsal,
        profile=choice.profile_name,
        profile_sha256=digest,
        listing_seconds=profile.timeouts.processing,
    )


@asynccontextmanager
async def browser_portal(
    browser: Awaitable[Browser],
    profile: Profile,
    fiscal_year: int,
    account: Callable[[], Account],
    stored: StoredSession | None,
) -> AsyncIterator[BrowserPortal]:
    """A portal in a browser: the one place where esar_bot's protocol meets flows."""

    def typed() -> Credentials:
        found = account()
        return Credentials(found.username, found.password)

    async with open_session(await browser, profile, typed, kept_state(stored)) as session:
        yield BrowserPortal(session, fiscal_year)


class Terminal:
    """Shows a submission on standard error as it goes on, and asks before anything is written."""

    def __init__(self, job: Job, *, yes: bool) -> None:
        self._job = job
        self._yes = yes
        self._progress = Progress(
            TextColumn(say("บันทึกและอ่านทวน", "saving and reading back")),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=output.console,
        )
        self._task = self._progress.add_task("cards", total=None)

    def rebuilt(self, receipts: Sequence[Path]) -> None:
        """Say that earlier runs were stopped, and where their receipts are."""
        for receipt in receipts:
            output.line(
                say(
                    "! การทำงานครั้งก่อนหยุดลงก่อนจบ ใบรับจัดทำขึ้นใหม่จากบันทึกการทำงาน: ",
                    "! an earlier run was stopped before its end; its receipt was made from its journal: ",
                )
                + str(receipt),
                "yellow",
            )

    def checked(self, precheck: Precheck) -> None:
        """Show the deadline and the findings."""
        output.show_deadline(precheck, self._job.today)
        output.show_findings(precheck)

    def planned(self, plan: Plan, preview: Path) -> None:
        """Show the plan."""
        output.show_plan(plan, preview)

    def confirm(self, plan: Plan) -> bool:
        """Ask, unless --yes said so beforehand."""
        if not self._yes:
            where = f"{self._job.portal.name} {self._job.portal.url}"
            key = self._job.round_key
            question = (
                say(f"บันทึกร่างรอบ {key} ที่ {where} หรือไม่", f"Save these drafts of round {key} on {where}?")
                if self._job.mode is Mode.DRAFT
                else say(
                    f"บันทึกและส่งรอบ {key} ที่ {where} หรือไม่ (ส่งแล้วแก้ไขไม่ได้)",
                    f"Save and submit round {key} on {where} (it is final)?",
                )
            )
            with ended_by_ctrl_c():
                if not typer.confirm(question, err=True):
                    return False
        self._progress.update(self._task, total=len(plan.changes))
        if plan.changes and is_terminal():
            self._progress.start()
        return True

    def applied(self, indicator: str, outcome: CardOutcome) -> None:
        """Move the bar, and name what did not go well."""
        self._progress.advance(self._task)
        if outcome is not CardOutcome.SAVED:
            output.line(f"✗ {indicator}: {output.card_words(outcome)}", "red")

    def finish(self) -> None:
        """Take the bar away."""
        self._progress.stop()


async def run_job(
    job: Job,
    profile: Profile,
    browser: Awaitable[Browser],
    *,
    yes: bool,
    headed: bool,
    as_json: bool,
    account: Callable[[], Account] | None = None,
) -> int:
    """Carry a job out in a browser that is perhaps still starting, and show what became of it."""
    done = Submission()
    error = await attempt(job, done, profile, browser, yes=yes, headed=headed, account=account)
    if error is None:
        error = done.result.error if done.result else None
        done.picture = keep_picture(job.workspace.root, job.round_key, error) if error else None
        _show_end(job, done)
    code = error.exit_code if error else ExitCode.INTERRUPTED if done.declined else ExitCode.DONE
    if as_json:
        output.print_json(facts("submit", job, done, code, error))
    return code


async def attempt(
    job: Job,
    done: Submission,
    profile: Profile,
    browser: Awaitable[Browser],
    *,
    yes: bool,
    headed: bool,
    account: Callable[[], Account] | None = None,
) -> EsarBotError | None:
    """Carry a job out and show how it goes on; what stopped it, if anything did, is shown and returned."""
    terminal = Terminal(job, yes=yes)
    stored = load_session(profile.origin) if account is None else None
    whose = resolver(profile, interactive=is_terminal(), stored_login=stored is not None)
    known = account or cache(whose.resolve)  # when it is first needed: not for a folder that has faults

    def open_portal() -> AbstractAsyncContextManager[Portal]:
        return browser_portal(browser, profile, job.settings.fiscal_year, known, stored)

    async def to_pdf(page: Path, pdf: BinaryIO) -> None:
        await print_pdf(page, pdf, None if headed else await browser)

    try:
        await carry_out(job, done, open_portal, to_pdf, terminal)
    except asyncio.CancelledError:
        terminal.finish()
        _show_stopped(done)
        _show_receipt(job, done)
        raise
    except EsarBotError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # by Ctrl-C, which the driver has heard, too
            raise asyncio.CancelledError from error
        terminal.finish()
        done.picture = keep_picture(job.workspace.root, job.round_key, error)
        output.show_error(error, as_json=False, picture=done.picture)
        return error
    terminal.finish()
    return None


def _show_end(job: Job, done: Submission) -> None:
    if done.declined:
        output.line(say("ยกเลิก ไม่มีการเขียนบนระบบ", "cancelled; nothing was written"), "yellow")
    if done.result is None:
        if job.mode is Mode.DRY_RUN:
            output.line(_dry_run_words(job, done), "green")
        return
    result = done.result
    output.show_table(
        say("ผลรายตัวชี้วัด", "Indicators"),
        (
            say("ตัวชี้วัด", "Indicator"),
            say("ผล", "Outcome"),
            say("ไฟล์ในแฟ้มงาน", "Files in the folder"),
            say("คะแนนในแฟ้มงาน", "Score in the folder"),
        ),
        (
            (
                card.plan.number,
                output.card_words(card.outcome),
                str(len(card.plan.prepared.evidence)),
                "-" if card.plan.prepared.score is None else f"{card.plan.prepared.score:f}",
            )
            for card in result.cards
        ),
    )
    *others, last = _causes(result)
    for cards in others:
        _show_cards(cards, done)
    good = result.error is None
    output.line(("✓ " if good else "✗ ") + _round_words(result), "bold green" if good else "bold red")
    if result.confirmation is not None:
        output.line(f"  {result.confirmation.text}")
    if last:
        _show_cards(last, done)
    elif result.error is not None:
        output.show_error(result.error, as_json=False, picture=done.picture)
    _show_receipt(job, done)


def _round_words(result: RunResult) -> str:
    if result.round is RoundOutcome.NOTHING_TO_DO and result.plan.is_submitted:
        return say("รอบนี้ส่งแล้ว ไม่มีสิ่งที่ต้องทำ", "the round is submitted: nothing to do")
    return output.round_words(result.round)


def _causes(result: RunResult) -> list[list[CardResult]]:
    """The cards that failed, by their cause; last those of the run's own, none if that is no card's."""
    causes: dict[tuple[str, str], list[CardResult]] = {}
    for card in result.cards:
        if card.error is not None:
            causes.setdefault((card.error.what, card.error.next_step), []).append(card)
    groups = list(causes.values())
    own = next((cards for cards in groups if any(card.error is result.error for card in cards)), [])
    return [*(cards for cards in groups if cards is not own), own]


def _show_cards(cards: Sequence[CardResult], done: Submission) -> None:
    """What befell one card, or several alike: said once, with a picture of each."""
    error = cards[0].error
    if error is None:
        raise AssertionError("a card that failed has its error")
    numbers = ", ".join(card.plan.number for card in cards)
    alike = say(f"เหตุเดียวกัน {len(cards)} ตัวชี้วัด: {numbers}", f"the same of {len(cards)} indicators: {numbers}")
    folder = done.receipt.folder / CARDS_FOLDER if done.receipt else None  # there may be no room for one
    kept = (folder / f"{card.plan.number}-problem.jpg" for card in cards) if folder else ()
    output.show_cause(error, alike if len(cards) > 1 else error.where, filter(Path.exists, kept))


def _show_stopped(done: Submission) -> None:
    """How far a run came that was told to end."""
    if done.receipt is None or done.plan is None:
        return
    receipt, count = read_receipt(done.receipt.json), len(done.plan.changes)
    saved = sum(card.outcome is CardOutcome.SAVED for card in receipt.cards)
    stopped = receipt.outcome is RoundOutcome.INTERRUPTED
    output.line(
        say(
            f"บันทึกและอ่านทวนแล้ว {saved} จาก {count} ตัวชี้วัด · ",
            f"saved and read back: {saved} of {count} indicators; ",
        )
        + (
            say("ยังไม่ได้ส่งรอบ", "the round was not submitted")
            if stopped
            else output.round_words(receipt.outcome)
        ),
        "yellow",
    )


def _show_receipt(job: Job, done: Submission) -> None:
    if done.receipt is not None:
        output.line(say("ใบรับ: ", "receipt: ") + str(done.receipt.html))
        if done.receipt.pdf.exists():
            output.line("        " + str(done.receipt.pdf))
        if job.portal.rehearsal:
            output.line(
                say(
                    f"! {REHEARSAL}", "! the receipt of a rehearsal: no evidence that a report was submitted"
                ),
                "bold red",
            )


def _dry_run_words(job: Job, done: Submission) -> str:
    if job.saved is None or done.plan is None:
        return say("✓ ซ้อมเสร็จ ไม่มีการเขียนบนระบบ", "✓ dry run done; nothing was written")
    if will_write(done.plan, Mode(job.saved.act)):
        return say("✓ แผนยังใช้ได้ ไม่มีการเขียนบนระบบ", "✓ the plan still holds; nothing was written")
    return say(
        "✓ ไม่มีสิ่งที่ต้องทำตามแผนแล้ว ไม่มีการเขียนบนระบบ",
        "✓ nothing of the plan is left to do; nothing was written",
    )


def _outcome(job: Job, done: Submission, error: EsarBotError | None) -> str:
    """What the job came to, in one word."""
    if done.result is not None:
        return done.result.round.value
    if error is not None:
        return "stopped"
    return "declined" if done.declined else job.mode.value


def facts(
    command: str, job: Job, done: Submission, exit_code: int, error: EsarBotError | None
) -> dict[str, object]:
    """A submission as JSON holds it."""
    result = done.result
    return {
        "command": command,
        "round": job.round_key,
        "mode": job.mode.value,
        "rehearsal": job.portal.rehearsal,
        "exit_code": int(exit_code),
        "outcome": _outcome(job, done, error),
        "declined": done.declined,
        "confirmation": (
            {"number": result.confirmation.number, "text": result.confirmation.text}
            if result and result.confirmation
            else None
        ),
        "findings": output.finding_facts(done.precheck.findings) if done.precheck else [],
        "plan": output.plan_facts(done.plan) if done.plan else None,
        "cards": (
            [
                {
                    "indicator": card.plan.number,
                    "outcome": card.outcome.value,
                    "mismatches": sorted({item.field for item in card.mismatches}),
                }
                for card in result.cards
            ]
            if result
            else []
        ),
        "preview": str(done.preview) if done.preview else None,
        "receipt": str(done.receipt.json) if done.receipt else None,
        "error": output.error_facts(error, done.picture) if error else None,
    }
