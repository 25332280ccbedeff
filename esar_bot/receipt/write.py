"""Receipts on disk: receipt.json, receipt.html and the cards' pictures, for the eyes of their owner only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.private_files import write_private
from esar_bot.receipt.html import receipt_html
from esar_bot.receipt.model import Receipt

RECEIPT_JSON = "receipt.json"
RECEIPT_HTML = "receipt.html"
RECEIPT_PDF = "receipt.pdf"


@dataclass(frozen=True)
class ReceiptFiles:
    """Where a receipt was written. The PDF is printed later, by whoever has a browser."""

    folder: Path
    json: Path
    html: Path
    pictures: Mapping[str, Path]

    @property
    def pdf(self) -> Path:
        """Where the PDF belongs."""
        return self.folder / RECEIPT_PDF


def write_receipt(receipt: Receipt, pictures: Mapping[str, bytes], folder: Path) -> ReceiptFiles:
    """Write a receipt's files; each appears whole or not at all, the JSON last.

    Raises:
        ValueError: a picture is missing, or is not the one that the receipt names.
        OSError: a file cannot be written.
    """
    written = {}
    for card in receipt.cards:
        if card.picture is None:
            continue
        picture = pictures.get(card.number)
        if picture is None or hashlib.sha256(picture).hexdigest() != card.picture.sha256:
            raise ValueError(f"the picture of {card.number} is not the one that the receipt names")
        written[card.number] = folder / card.picture.file
        write_private(written[card.number], picture)
    html, json = folder / RECEIPT_HTML, folder / RECEIPT_JSON
    write_private(html, receipt_html(receipt, folder).encode())
    write_private(json, (receipt.model_dump_json(indent=2) + "\n").encode())
    return ReceiptFiles(folder, json, html, written)


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
