"""What a saved plan holds. It is compared as a whole, so all that decides what is sent has a place in it.

Texts are kept as their length and SHA-256: the preview shows them, the plan only tells them apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime

from esar_bot import __version__
from esar_bot.models import Frozen
from esar_bot.plan import CardPlan, Plan, Take
from esar_bot.portal import ObservedEvidence, State, Window
from esar_bot.prepared import PreparedEvidence
from esar_bot.redact import redact

SCHEMA_VERSION: Literal[1] = 1
Act = Literal["submit", "draft"]


class Text(Frozen):
    """A text's length in characters and the SHA-256 of its UTF-8."""

    characters: int
    sha256: str

    @classmethod
    def of(cls, text: str) -> Self:
        """The record of a text, exactly as it is."""
        return cls(characters=len(text), sha256=hashlib.sha256(text.encode()).hexdigest())


class OurFile(Frozen):
    """A file of the report, its size in bytes."""

    name: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, evidence: PreparedEvidence) -> Self:
        """The record of a prepared file."""
        return cls(name=evidence.name, bytes=evidence.bytes, sha256=evidence.sha256)


class PortalFile(Frozen):
    """A file on the portal; size and hash where the portal offers them."""

    key: str
    name: str
    bytes: int | None
    sha256: str | None

    @classmethod
    def of(cls, evidence: ObservedEvidence) -> Self:
        """The record of a file that was seen."""
        key, name = redact(evidence.key), redact(evidence.name)
        return cls(key=key, name=name, bytes=evidence.bytes, sha256=evidence.sha256)


class ReportCard(Frozen):
    """A card as prepared; result and score are among the fields, the files in their order."""

    fields: dict[str, Text]
    files: tuple[OurFile, ...]


class PortalCard(Frozen):
    """A card as the portal showed it when the plan was made; a field that is not named was empty."""

    state: State
    fields: dict[str, Text]
    files: tuple[PortalFile, ...]


class FieldStep(Frozen):
    """A field to be written."""

    field: str
    before: Text
    after: Text


class SavedCard(Frozen):
    """A card on both sides, and what is to be done to it."""

    indicator: str
    report: ReportCard
    portal: PortalCard
    write: tuple[FieldStep, ...]
    add: tuple[OurFile, ...]
    remove: tuple[PortalFile, ...]
    keep: tuple[PortalFile, ...]

    @classmethod
    def of(cls, card: CardPlan) -> Self:
        """The record of a card's plan."""
        return cls(
            indicator=card.number,
            report=ReportCard(
                fields={name: Text.of(value) for name, value in card.prepared.fields.items()},
                files=tuple(map(OurFile.of, card.prepared.evidence)),
            ),
            portal=PortalCard(
                state=card.observed.state,
                fields={name: Text.of(value) for name, value in card.observed.fields.items() if value},
                files=tuple(map(PortalFile.of, card.observed.evidence)),
            ),
            write=tuple(
                FieldStep(field=change.field, before=Text.of(change.before), after=Text.of(change.after))
                for change in card.fields
            ),
            add=tuple(map(OurFile.of, card.add)),
            remove=tuple(map(PortalFile.of, card.remove)),
            keep=tuple(map(PortalFile.of, card.keep)),
        )


class SavedPlan(Frozen):
    """A plan as a person approves it.

    `portal` is the address; `profile` its profile's name, or its file from the workspace's folder;
    `round_state` and `window` are as the portal showed them; `take` are the conflicts that were decided.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    made_at: AwareDatetime
    esar_bot_version: str
    agency: str
    fiscal_year: int
    round: str
    portal: str
    profile: str
    profile_sha256: str
    act: Act
    take: dict[str, Take]
    round_state: State
    window: Window
    cards: tuple[SavedCard, ...]


@dataclass(frozen=True)
class Basis:
    """What a plan rests on besides the report and the portal's state; the fields are those of `SavedPlan`."""

    portal: str
    profile: str
    profile_sha256: str
    act: Act
    take: Mapping[str, Take]


def as_saved(plan: Plan, basis: Basis, made_at: datetime) -> SavedPlan:
    """The record of a plan; one with conflicts is recorded as far as it goes, and is never to be saved."""
    return SavedPlan(
        made_at=made_at,
        esar_bot_version=__version__,
        agency=plan.prepared.agreement.agency.name,
        fiscal_year=plan.observed.fiscal_year,
        round=plan.observed.round,
        portal=basis.portal,
        profile=basis.profile,
        profile_sha256=basis.profile_sha256,
        act=basis.act,
        take=dict(basis.take),
        round_state=plan.observed.state,
        window=plan.observed.window,
        cards=tuple(map(SavedCard.of, plan.cards)),
    )
