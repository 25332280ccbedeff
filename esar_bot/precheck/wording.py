"""Names of fields and sizes as messages say them."""

from esar_bot.labels import field_label
from esar_bot.language import say
from esar_bot.models import Evidence

TEXT_FIELDS = ("performance", "supporting_factors", "obstacles", "suggestions")
MEGABYTE = 1024 * 1024


def field_name(field: str) -> str:
    """A card field as people call it, with its key."""
    return say(f"“{field_label(field)}” ({field})", f"“{field}”")


def evidence_name(evidence: Evidence) -> str:
    """An evidence entry by its number."""
    return say(f"หลักฐาน {evidence.number}", f"evidence {evidence.number}")


def megabytes(size: int) -> str:
    """A size in bytes as MB (1,048,576 bytes), rounded up so that a limit never seems kept."""
    return f"{-(-size * 10 // MEGABYTE) / 10:,.1f} MB"
