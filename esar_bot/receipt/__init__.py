"""The receipt: what a run did on the portal, and what the portal showed afterwards."""

from esar_bot.receipt.build import CARDS_FOLDER, planned_receipt
from esar_bot.receipt.html import receipt_html
from esar_bot.receipt.model import (
    EvidenceOutcome,
    Reading,
    Receipt,
)
from esar_bot.receipt.replay import ending, receipt_from
from esar_bot.receipt.words import REHEARSAL
from esar_bot.receipt.write import (
    ReceiptFiles,
    keep_card,
    list_receipts,
    read_receipt,
    rebuild_receipts,
    rebuild_unless_running,
    write_receipt,
)

__all__ = [
    "CARDS_FOLDER",
    "REHEARSAL",
    "EvidenceOutcome",
    "Reading",
    "Receipt",
    "ReceiptFiles",
    "ending",
    "keep_card",
    "list_receipts",
    "planned_receipt",
    "read_receipt",
    "rebuild_receipts",
    "rebuild_unless_running",
    "receipt_from",
    "receipt_html",
    "write_receipt",
]
