"""The receipt: what a run did on the portal, and what the portal showed afterwards."""

from esar_bot.receipt.build import build_receipt, pictures_of
from esar_bot.receipt.html import receipt_html
from esar_bot.receipt.model import (
    CardRecord,
    EvidenceOutcome,
    EvidenceRecord,
    FieldRecord,
    Moment,
    Picture,
    Reading,
    Receipt,
)
from esar_bot.receipt.write import ReceiptFiles, list_receipts, read_receipt, write_receipt

__all__ = [
    "CardRecord",
    "EvidenceOutcome",
    "EvidenceRecord",
    "FieldRecord",
    "Moment",
    "Picture",
    "Reading",
    "Receipt",
    "ReceiptFiles",
    "build_receipt",
    "list_receipts",
    "pictures_of",
    "read_receipt",
    "receipt_html",
    "write_receipt",
]
