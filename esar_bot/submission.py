"""The order of a submission: check, read the portal, plan, preview, confirm, apply, submit, receipt.

Only the order stands here; each step is a room of its own. A dry run is the same path, stopped after the
preview, behind a guard that refuses writes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from esar_bot.calendar import BANGKOK
from esar_bot.errors import EsarBotError, PartlyDone, PrecheckFailed
from esar_bot.journal import Journal, mended_since_submission, sent_before, written_before
from esar_bot.language import say
from esar_bot.lock import the_only_run
from esar_bot.meanwhile import meanwhile
from esar_bot.models import Limits, Round
from esar_bot.plan import Plan, Take, make_plan
from esar_bot.portal import Portal
from esar_bot.precheck import Precheck, check_round
from esar_bot.prepared import PreparedReport, prepare
from esar_bot.preview import render_preview
from esar_bot.private_files import private_file, write_private
from esar_bot.receipt import (
    ReceiptFiles,
    ending,
    keep_card,
    planned_receipt,
    rebuild_receipts,
    write_receipt,
)
from esar_bot.refusals import (
    refuse_another_report,
    refuse_closed,
    refuse_locked,
    refuse_too_soon,
    refuse_undecided,
    refuse_unknown_decisions,
    refuse_unmended,
    refuse_unreported,
)
from esar_bot.run import CardOutcome, CardResult, RunResult, apply
from esar_bot.saved_plan import Act, Basis, SavedPlan, as_saved, refuse_stale
from esar_bot.workspace import Settings, Workspace

log = structlog.get_logger()


class Mode(StrEnum):
    """How far to go: only look, save drafts, or submit the round."""

    DRY_RUN = "dry-run"
    DRAFT = "draft"
    SUBMIT = "submit"


@dataclass(frozen=True)
class PortalFacts:
    """What the order needs to know of the portal besides the protocol; `profile` as a saved plan names it.

    A file that was sent may not be listed yet for `listing_seconds`.
    """

    name: str
    url: str
    limits: Limits
    rehearsal: bool
    profile: str
    profile_sha256: str
    listing_seconds: float


@dataclass(frozen=True)
class Job:
    """One submission to do; with a saved plan, exactly that."""

    workspace: Workspace
    settings: Settings
    round_key: str
    mode: Mode
    today: date
    portal: PortalFacts
    take: Mapping[str, Take] = field(default_factory=dict)
    saved: SavedPlan | None = None


class Witness(Protocol):
    """Whoever sees the submission go on and is asked before anything is written."""

    def rebuilt(self, receipts: Sequence[Path]) -> None:
        """The receipts of earlier runs that were killed are made now."""

    def checked(self, precheck: Precheck) -> None:
        """The folder was checked."""

    def planned(self, plan: Plan, preview: Path) -> None:
        """The plan was made and its preview written."""

    def confirm(self, plan: Plan) -> bool:
        """Whether to write. Raises `UsageError` if nobody can be asked."""

    def applied(self, indicator: str, outcome: CardOutcome) -> None:
        """A card was done."""


@dataclass
class Submission:
    """What a submission came to; what was not reached is None. `picture` is of the page that ended it."""

    precheck: Precheck | None = None
    plan: Plan | None = None
    preview: Path | None = None
    declined: bool = False
    result: RunResult | None = None
    receipt: ReceiptFiles | None = None
    picture: Path | None = None


OpenPortal = Callable[[], AbstractAsyncContextManager[Portal]]
PrintPdf = Callable[[Path, BinaryIO], Awaitable[None]]


async def carry_out(
    job: Job, done: Submission, open_portal: OpenPortal, print_pdf: PrintPdf, witness: Witness
) -> None:
    """Do a job in its order; `done` says what it has come to, also when it ends in an error.

    Raises:
        PrecheckFailed: the folder has faults; nothing was asked of the portal.
        PersonNeeded: another run of the round is going on, a saved plan is stale, or there are conflicts that
            only a person can decide; nothing was written.
        Rejected: the round is not open on the portal; nothing was written.
        EsarBotError: whatever reading the portal met; nothing was written.
    """
    if job.mode is Mode.DRY_RUN:
        await _carry_out(job, done, open_portal, print_pdf, witness)
        return
    receipts = job.workspace.receipts(job.round_key)
    with the_only_run(receipts):
        witness.rebuilt(rebuild_receipts(receipts))
        await _carry_out(job, done, open_portal, print_pdf, witness)


async def _carry_out(
    job: Job, done: Submission, open_portal: OpenPortal, print_pdf: PrintPdf, witness: Witness
) -> None:
    async with meanwhile(open_portal()) as opening:
        done.precheck = await asyncio.to_thread(checked_folder, job)
        witness.checked(done.precheck)
        prepared = prepared_report(done.precheck, job.workspace, job.round_key)
        if job.saved is None:
            refuse_unknown_decisions(job.take, prepared)
        portal = await opening
        observed = await portal.observe_round(job.round_key, [card.number for card in prepared.cards])
        receipts = job.workspace.receipts(job.round_key)
        written = written_before(receipts, job.portal.url)
        done.plan = make_plan(prepared, observed, portal.fields, written, job.take)
        done.preview = write_preview(job, done.precheck, prepared, done.plan)
        witness.planned(done.plan, done.preview)
        if job.saved is not None:
            refuse_stale(job.saved, plan_to_save(job, done.plan, job.saved.act), done.plan)
        refuse_another_report(done.plan)
        refuse_locked(done.plan)
        refuse_closed(done.plan)
        refuse_undecided(done.plan)
        if job.mode is not Mode.DRAFT:
            refuse_unreported(done.plan)
            refuse_unmended(done.plan, mended=mended_since_submission(receipts, job.portal.url))
        if job.mode is Mode.DRY_RUN:
            return
        refuse_too_soon(
            done.plan, sent_before(receipts, job.portal.url), job.portal.listing_seconds, datetime.now(UTC)
        )
        if will_write(done.plan, job.mode):
            if not witness.confirm(done.plan):
                done.declined = True
                return
            await portal.allow_writes()
        await _apply(job, done, done.plan, portal, witness, print_pdf)


def checked_folder(job: Job) -> Precheck:
    """The check of a job's folder, by the limits of its portal."""
    return check_round(
        job.workspace,
        job.settings,
        job.round_key,
        limits=job.portal.limits,
        today=job.today,
        rehearsal=job.portal.rehearsal,
    )


def plan_to_save(job: Job, plan: Plan, act: Act) -> SavedPlan:
    """A job's plan as a person approves it, to be carried out as far as `act`."""
    basis = Basis(job.portal.url, job.portal.profile, job.portal.profile_sha256, act, job.take)
    return as_saved(plan, basis, datetime.now(UTC))


def prepared_report(precheck: Precheck, workspace: Workspace, round_key: str) -> PreparedReport:
    """The report in the portal's terms, if the check found no error.

    Raises:
        PrecheckFailed: it found errors.
    """
    if precheck.errors or precheck.agreement is None or precheck.report is None:
        count = len(precheck.errors)
        raise PrecheckFailed(
            say(
                f"ตรวจพบข้อผิดพลาด {count} รายการ จึงยังไม่เปิดระบบ",
                f"{count} errors were found; the portal was not opened",
            ),
            next_step=say("แก้ตามรายการข้างต้น แล้วสั่งซ้ำ", "mend what is listed above, then run again"),
        )
    return prepare(precheck.agreement, precheck.report, workspace.round_folder(round_key))


def will_write(plan: Plan, mode: Mode) -> bool:
    """Whether going on writes anything."""
    return not plan.is_submitted and (bool(plan.changes) or mode is Mode.SUBMIT)


def write_preview(job: Job, precheck: Precheck, prepared: PreparedReport, plan: Plan | None) -> Path:
    """Render the preview into the workspace and return its path."""
    known: Round | None = precheck.round
    page = render_preview(
        prepared,
        round_title=known.title if known else job.round_key,
        due=known.due if known else None,
        plan=plan,
        findings=precheck.findings,
        made_at=datetime.now(BANGKOK),
        portal_name=job.portal.name,
    )
    path = job.workspace.previews / f"{job.round_key}.html"
    write_private(path, page.encode())
    return path


async def _apply(
    job: Job, done: Submission, plan: Plan, portal: Portal, witness: Witness, print_pdf: PrintPdf
) -> None:
    started = datetime.now(UTC)
    run_id = f"{started.astimezone(BANGKOK):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    folder = job.workspace.receipts(job.round_key) / run_id
    planned = planned_receipt(
        plan,
        run_id=run_id,
        started=started,
        mode="submit" if job.mode is Mode.SUBMIT else "draft",
        portal_name=job.portal.name,
        portal_url=job.portal.url,
        rehearsal=job.portal.rehearsal,
        findings=done.precheck.findings if done.precheck else (),
    )
    with Journal(folder) as journal:
        facts = {"portal": job.portal.url, "state": plan.observed.state}
        journal.record("start", **facts, receipt=planned.model_dump(mode="json"))
        try:
            done.result = await _apply_plan(plan, portal, journal, witness, submit=job.mode is Mode.SUBMIT)
            journal.note("end", **ending(done.result))
        except BaseException:  # Ctrl-C, or a fault of ours: it leaves its receipt, too
            journal.note("interrupted")
            done.receipt = _last_receipt(journal)
            raise
        try:
            done.receipt = write_receipt(journal.entries, folder)
            with private_file(done.receipt.pdf) as pdf:
                await print_pdf(done.receipt.html, pdf)
            if journal.fault is not None:
                raise journal.fault
        except (OSError, EsarBotError) as error:
            done.result.error = done.result.error or _receipt_incomplete(folder, error)
            journal.note("end", **ending(done.result))
            done.receipt = _last_receipt(journal) or done.receipt


async def _apply_plan(
    plan: Plan, portal: Portal, journal: Journal, witness: Witness, *, submit: bool
) -> RunResult:
    def settled(card: CardResult) -> None:
        keep_card(card, plan.not_on_portal, journal)
        if card.plan.has_steps or card.error is not None:
            witness.applied(card.plan.number, card.outcome)

    return await apply(plan, portal, journal, submit=submit, settled=settled)


def _last_receipt(journal: Journal) -> ReceiptFiles | None:
    """The receipt of a run that is being stopped; what keeps it from being written must not hide why."""
    try:
        return write_receipt(journal.entries, journal.path.parent)
    except OSError as error:
        log.warning("the receipt was not written", journal=str(journal.path), reason=str(error))
        return None


def _receipt_incomplete(folder: Path, error: Exception) -> PartlyDone:
    """The portal has it all, the receipt's files do not: said, with what the portal confirmed still shown."""
    return PartlyDone(
        say(f"เขียนใบรับไม่ครบ: {error}", f"the receipt is not complete: {error}"),
        where=str(folder),
        next_step=say(
            "จดเลขที่ยืนยันข้างต้น ตรวจพื้นที่และสิทธิ์ของโฟลเดอร์ แล้วสั่งซ้ำ",
            "note the confirmation above, check the folder's space and rights, then run again",
        ),
    )
