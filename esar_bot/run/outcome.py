"""What a run came to, card by card and for the round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from esar_bot.errors import EsarBotError, ExitCode
from esar_bot.plan import CardPlan, Mismatch, Plan
from esar_bot.portal import Confirmation, ObservedCard


class CardOutcome(StrEnum):
    """What became of a card. SAVED means written and read back; MISMATCH that it reads otherwise.

    NOT_REACHED is what a run that was stopped has not come to: it had steps, and none was taken.
    """

    UNCHANGED = "unchanged"
    SAVED = "saved"
    MISMATCH = "mismatch"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_REACHED = "not-reached"


class RoundOutcome(StrEnum):
    """What became of the round. INTERRUPTED: the run was stopped before it came to an end."""

    NOTHING_TO_DO = "nothing-to-do"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NOT_SUBMITTED = "not-submitted"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"


@dataclass
class CardResult:
    """A card's outcome, with what went wrong, what the read-only view showed last, and its picture.

    `remnants` are what the portal made of the texts just saved: by field, as hashes.
    """

    plan: CardPlan
    outcome: CardOutcome
    error: EsarBotError | None = None
    mismatches: tuple[Mismatch, ...] = ()
    witnessed: ObservedCard | None = None
    picture: bytes | None = None
    remnants: dict[str, str] = field(default_factory=dict)


@dataclass
class RunResult:
    """What a run did."""

    plan: Plan
    round: RoundOutcome
    cards: list[CardResult] = field(default_factory=list)
    confirmation: Confirmation | None = None
    error: EsarBotError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The run's exit code."""
        return ExitCode.DONE if self.error is None else self.error.exit_code


Settled = Callable[[CardResult], None]
