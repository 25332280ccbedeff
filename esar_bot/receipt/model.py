"""What a receipt holds. Its JSON is an interface: fields are added, never renamed; else the version rises.

Texts are kept as their length and SHA-256, so that a receipt can be filed without the report's contents.
Where a value was not found as it was to be, both values are kept, since that is what must be looked into.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field

from esar_bot.calendar import BANGKOK
from esar_bot.models import Frozen
from esar_bot.plan import Take
from esar_bot.portal import State
from esar_bot.run import CardOutcome, RoundOutcome

SCHEMA_VERSION: Literal[1] = 1


class Moment(Frozen):
    """A point in time by this computer's clock, in UTC and as it was in Bangkok."""

    utc: AwareDatetime
    bangkok: AwareDatetime

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """The moment of an aware datetime."""
        return cls(utc=instant.astimezone(UTC), bangkok=instant.astimezone(BANGKOK))


class Picture(Frozen):
    """A picture of a page, such as a card's read-only view: its file beside the receipt, and its SHA-256."""

    file: Annotated[str, Field(pattern=r"^cards/[0-9.]+(-problem)?\.jpg$")]
    sha256: str


class Problem(Frozen):
    """An error as it was shown: what happened, where, what to do next, and the page on which it happened."""

    what: str
    where: str = ""
    next_step: str = ""
    picture: Picture | None = None


class Reading(StrEnum):
    """When a card was read from the portal's read-only view: after all writes, before them, or not at all.

    BEFORE is enough only where nothing was written to the card.
    """

    AFTER = "after"
    BEFORE = "before"
    NONE = "none"


class FieldRecord(Frozen):
    """A field: the length and SHA-256 (of its UTF-8) of the report's exact text, and what became of it.

    `written` says whether this run wrote it; it is null where the run cannot know. `verified` says that the
    portal, when read, showed this very value.
    """

    name: str
    characters: int
    sha256: str
    on_portal: bool
    written: bool | None
    verified: bool


class EvidenceOutcome(StrEnum):
    """What became of a file, as far as the portal showed it.

    MISSING is a file that was to be there and is not, NOT_REMOVED one that was to go and is still there,
    FOUND one that is there although neither the report nor the plan knows it; UNKNOWN: the card was not read.
    """

    ATTACHED = "attached"
    KEPT = "kept"
    MISSING = "missing"
    REMOVED = "removed"
    NOT_REMOVED = "not-removed"
    FOUND = "found"
    UNKNOWN = "unknown"


DISAGREEING = frozenset(EvidenceOutcome) - {
    EvidenceOutcome.ATTACHED,
    EvidenceOutcome.KEPT,
    EvidenceOutcome.REMOVED,
}


class EvidenceRecord(Frozen):
    """A file. Files of the report have a number and a title; the others were on the portal before.

    `portal_sha256` is that of the bytes downloaded from the portal, where it offers that.
    """

    number: str = ""
    title: str = ""
    name: str
    bytes: int | None
    sha256: str | None
    outcome: EvidenceOutcome
    portal_sha256: str | None = None


class MismatchRecord(Frozen):
    """A value or file that the portal showed otherwise than it was to be."""

    indicator: str
    field: str
    expected: str
    found: str


class CardRecord(Frozen):
    """What became of one card; `decided` are the fields in conflict for which somebody took a side."""

    number: str
    name: str
    outcome: CardOutcome
    state: State | None
    reading: Reading
    result: str
    score: Decimal | None
    weighted_score: Decimal | None
    fields: tuple[FieldRecord, ...]
    evidence: tuple[EvidenceRecord, ...]
    mismatches: tuple[MismatchRecord, ...] = ()
    take: Take | None = None
    decided: tuple[str, ...] = ()
    error: Problem | None = None
    picture: Picture | None = None

    @property
    def agrees(self) -> bool:
        """Whether the portal, when read, showed its fields and its files as the report has them."""
        return (
            all(field.verified for field in self.fields if field.on_portal)
            and not any(item.outcome in DISAGREEING for item in self.evidence)
            and not self.mismatches
        )


class ConfirmationRecord(Frozen):
    """The portal's acknowledgement, in its own words."""

    number: str
    text: str


class WarningRecord(Frozen):
    """A finding that was known when the run began."""

    level: str
    rule: str
    place: str
    indicator: str = ""
    field: str = ""
    what: str
    next_step: str = ""


class Receipt(Frozen):
    """One run: what was to be done, what was done, and what the portal showed.

    `rebuilt` says that the run could not write it and a later one made it from the journal, `rehearsal` that
    the portal was a rehearsal's: nothing was reported.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    esar_bot_version: str
    run_id: str
    started: Moment
    finished: Moment
    agency: str
    ministry: str
    fiscal_year: int
    round: str
    portal_name: str
    portal_url: str
    mode: Literal["submit", "draft"]
    outcome: RoundOutcome
    exit_code: int
    state_before: State
    confirmation: ConfirmationRecord | None = None
    error: Problem | None = None
    scale: int
    total_score: Decimal
    cards: tuple[CardRecord, ...]
    not_on_portal: tuple[str, ...] = ()
    warnings: tuple[WarningRecord, ...] = ()
    rebuilt: bool = False
    rehearsal: bool = False

    @property
    def state_after(self) -> State | None:
        """The round's state on the portal when the run ended; None where the run could not know it."""
        if self.outcome in {RoundOutcome.UNKNOWN, RoundOutcome.INTERRUPTED, RoundOutcome.NOT_SUBMITTED}:
            return None
        if self.outcome is RoundOutcome.SUBMITTED:
            return State.SUBMITTED
        saved = self.outcome is RoundOutcome.DRAFT and self.state_before is State.EMPTY
        return State.DRAFT if saved else self.state_before
