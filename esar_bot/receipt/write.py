"""Receipts on disk: receipt.json, receipt.html and the cards' pictures, for the eyes of their owner only.

Pictures are kept as soon as a card is settled, and told of in the journal; the rest is made from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from esar_bot.errors import UsageError
from esar_bot.journal import JOURNAL, Journal, read_journal
from esar_bot.language import say
from esar_bot.lock import taken_if_free
from esar_bot.private_files import write_private
from esar_bot.receipt.build import card_record
from esar_bot.receipt.html import receipt_html
from esar_bot.receipt.model import CardRecord, Picture, Receipt
from esar_bot.receipt.replay import Entry, receipt_from
from esar_bot.run.outcome import CardResult

log = structlog.get_logger()
RECEIPT_JSON = "receipt.json"
RECEIPT_HTML = "receipt.html"
RECEIPT_PDF = "receipt.pdf"


@dataclass(frozen=True)
class ReceiptFiles:
    """Where a receipt was written. The PDF is printed later, by whoever has a browser."""

    folder: Path

    @property
    def json(self) -> Path:
        """The receipt for machines."""
        return self.folder / RECEIPT_JSON

    @property
    def html(self) -> Path:
        """The receipt for people."""
        return self.folder / RECEIPT_HTML

    @property
    def pdf(self) -> Path:
        """Where the PDF belongs."""
        return self.folder / RECEIPT_PDF


def keep_card(result: CardResult, not_on_portal: Sequence[str], journal: Journal) -> None:
    """Write a settled card's pictures, then tell of it in the journal; the pictures need no memory any more.

    A picture that the disk does not take is left out, and the journal says why.
    """
    record = card_record(result, not_on_portal)
    folder = journal.path.parent
    try:
        _keep(record.picture, result.picture, folder)
        if record.error is not None and result.error is not None:
            _keep(record.error.picture, result.error.picture, folder)
    except OSError as error:
        journal.fault = journal.fault or error
        record = _without_pictures(record)
    result.picture = None
    journal.note(
        "outcome",
        indicator=record.number,
        outcome=record.outcome,
        card=record.model_dump(mode="json"),
        values=result.remnants,
    )


def _keep(picture: Picture | None, taken: bytes | None, folder: Path) -> None:
    if picture is not None and taken is not None:
        write_private(folder / picture.file, taken)


def _without_pictures(record: CardRecord) -> CardRecord:
    error = record.error and record.error.model_copy(update={"picture": None})
    return record.model_copy(update={"picture": None, "error": error})


def write_receipt(entries: Sequence[Entry], folder: Path, *, rebuilt: bool = False) -> ReceiptFiles:
    """Make the receipt of a journal's entries and write it: each file whole or not at all, the JSON last.

    Raises:
        ValueError: the entries are no journal of this version.
        OSError: a file cannot be written, or a picture is gone.
    """
    receipt = receipt_from(entries).model_copy(update={"rebuilt": rebuilt})
    files = ReceiptFiles(folder)
    write_private(files.html, receipt_html(receipt, folder).encode())
    write_private(files.json, (receipt.model_dump_json(indent=2) + "\n").encode())
    return files


def rebuild_receipts(round_folder: Path) -> list[Path]:
    """Make the receipts that runs which were killed could not make; whoever calls holds the round's lock.

    A journal from which none can be made is told in the log; what it says of our writes still counts.
    """
    rebuilt = []
    for path in _without_receipt(round_folder.glob(f"*/{JOURNAL}")):
        try:
            rebuilt.append(write_receipt(list(read_journal(path)), path.parent, rebuilt=True).html)
        except (ValueError, OSError) as error:
            log.warning("no receipt can be made of this journal", journal=str(path), reason=str(error))
    return rebuilt


def rebuild_unless_running(receipts_root: Path) -> None:
    """Make the receipts that are missing, but of no round of which a run is going on."""
    for folder in {path.parents[1] for path in _without_receipt(receipts_root.glob(f"*/*/{JOURNAL}"))}:
        try:
            with taken_if_free(folder) as taken:
                if taken:
                    rebuild_receipts(folder)
        except OSError as error:  # a folder that may only be read: what is there can be listed all the same
            log.warning("receipts of stopped runs cannot be made", folder=str(folder), reason=str(error))


def _without_receipt(journals: Iterable[Path]) -> list[Path]:
    """Those, the oldest first, whose run left no receipt."""
    return sorted(path for path in journals if not (path.parent / RECEIPT_JSON).exists())


def read_receipt(path: Path) -> Receipt:
    """The receipt in a receipt.json.

    Raises:
        UsageError: it cannot be read, is damaged, or is of another version.
    """
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        reason = error.strerror if isinstance(error, OSError) else _faults(error)
        raise UsageError(
            say(f"อ่านใบรับไม่ได้: {reason}", f"the receipt cannot be read: {reason}"),
            where=str(path),
            next_step=say(
                "กู้แฟ้มนี้จากสำเนาสำรอง หรืออ่านด้วย esar-bot รุ่นที่สร้างใบรับนั้น",
                "restore the file from a backup, or read it with the esar-bot that wrote it",
            ),
        ) from error


def _faults(error: ValidationError) -> str:
    """Which keys are wrong, without the values."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or RECEIPT_JSON}: {fault['msg']}" for fault in faults[:3]
    )


def list_receipts(receipts_root: Path) -> list[Receipt]:
    """All receipts below a folder, the newest first.

    Raises:
        UsageError: one of them cannot be read.
    """
    receipts = [read_receipt(path) for path in receipts_root.rglob(RECEIPT_JSON)]
    return sorted(receipts, key=lambda receipt: (receipt.started.utc, receipt.run_id), reverse=True)
