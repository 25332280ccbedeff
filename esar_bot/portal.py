"""All that plan and run know of a portal: what can be observed there, and the few things that can be done.

`flows.portal` implements the protocol with a browser; nothing below the CLI knows that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from esar_bot.text import canonical, number

NUMBER_FIELDS = frozenset({"result", "score"})


class State(StrEnum):
    """The state of a card or a round on the portal."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"

    @property
    def is_locked(self) -> bool:
        """Whether the officer can no longer change it."""
        return self in {State.SUBMITTED, State.ACCEPTED}


STATE_WORDS = {
    State.EMPTY: "ยังไม่มีข้อมูล",
    State.DRAFT: "ร่าง",
    State.SUBMITTED: "ส่งแล้ว",
    State.RETURNED: "ส่งคืนแก้ไข",
    State.ACCEPTED: "รับรองแล้ว",
}


class Window(StrEnum):
    """Whether the portal takes reports for a round now."""

    OPEN = "open"
    CLOSED = "closed"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class ObservedEvidence:
    """A file that the portal holds. `key` names this very row on the portal, apart from any of the same name.

    `bytes` and `sha256` are those of the file as downloaded, where the portal offers that.
    """

    key: str
    name: str
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class ObservedCard:
    """A card as the portal's read-only view shows it: texts exactly as shown, field by field.

    `name` is the indicator's, where the portal shows it;
    `remark` is what the assessor wrote when the card was returned, where the portal shows that.
    """

    indicator: str
    state: State
    fields: Mapping[str, str]
    evidence: tuple[ObservedEvidence, ...] = ()
    remark: str = ""
    name: str = ""


@dataclass(frozen=True)
class Confirmation:
    """The portal's acknowledgement of a submission, in its own words."""

    number: str
    text: str


@dataclass(frozen=True)
class ObservedRound:
    """A round as the portal shows it to the officer.

    `agency` is whose report it is, where the portal shows that; `others` are the cards that it lists beside
    those that were asked for.
    """

    fiscal_year: int
    round: str
    state: State
    window: Window
    confirmation: Confirmation | None = None
    cards: Mapping[str, ObservedCard] = field(default_factory=dict)
    agency: str = ""
    others: tuple[str, ...] = ()


Begin = Callable[[], None]


class Portal(Protocol):
    """A portal. Only the three writes change it, and they are refused until `allow_writes`.

    Writes call `begin` when all is ready, just before anything is sent; what that raises keeps it back. They
    raise `Rejected` when the portal said no, `PortalChanged` when a page did not fit the profile (then
    nothing was saved) and `Doubtful` when the answer was lost: only reading again can tell.
    """

    @property
    def fields(self) -> frozenset[str]:
        """The card fields that this portal has."""

    async def allow_writes(self) -> None:
        """Called once, when the plan was confirmed; until then the session itself refuses every write.

        Raises `PersonNeeded` if this portal may only be read.
        """

    async def observe_round(self, round_key: str, indicators: Sequence[str]) -> ObservedRound:
        """Read the round's state and all its cards."""

    async def observe_card(self, round_key: str, indicator: str) -> ObservedCard:
        """Read one card from its read-only view."""

    async def witness_card(self, round_key: str, indicator: str) -> tuple[ObservedCard, bytes | None]:
        """Read one card from its read-only view, with a JPEG of that view unless it shows a secret."""

    async def save_card(
        self,
        round_key: str,
        planned_on: ObservedCard,
        fields: Mapping[str, str],
        files: Sequence[Path],
        begin: Begin,
    ) -> None:
        """Write fields and attach files to a card's draft, in one save.

        `planned_on` is the card as the plan saw it, by the agreement's name. Raises `PersonNeeded`, with
        nothing saved, if the card is another, or no longer as it was, or a file cannot be read.
        """

    async def delete_evidence(
        self, round_key: str, indicator: str, evidence: ObservedEvidence, begin: Begin
    ) -> None:
        """Delete one evidence file."""

    async def submit_round(self, round_key: str, begin: Begin) -> None:
        """Declare and submit the round: the irreversible act."""


def same_value(name: str, one: str, other: str) -> bool:
    """Whether two values of a field mean the same: numbers by value, texts by their canonical form."""
    return same_number(one, other) if name in NUMBER_FIELDS else canonical(one) == canonical(other)


def same_number(one: str, other: str) -> bool:
    """Whether two written numbers are equal; what is no number (N/A) is compared as text."""
    left, right = number(one), number(other)
    if left is None or right is None:
        return canonical(one) == canonical(other)
    return left == right
