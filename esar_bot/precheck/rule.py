"""What a precheck rule is: a key, its levels, what it looks at, and a function from a subject to problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from esar_bot.calendar import OVERRIDE
from esar_bot.models import Agreement, Card, FiscalYear, Indicator, Limits, Round
from esar_bot.precheck.evidence import EvidenceFile, evidence_of
from esar_bot.precheck.where import Where
from esar_bot.workspace import Level, LoadedCard, LoadedRound, Settings, Workspace
from esar_bot.workspace.load import LoadedAgreement


class Unreadable(Exception):
    """A rule asked for what an unreadable file should say, so it cannot judge anything."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


@dataclass(frozen=True)
class Subject:
    """All that a rule may look at: one round of a workspace, the calendar and the portal's limits.

    `rehearsal` says that the portal is a practice one, where a passed deadline is no obstacle.
    """

    workspace: Workspace
    settings: Settings
    loaded_agreement: LoadedAgreement
    loaded_round: LoadedRound
    calendar: FiscalYear | None
    limits: Limits
    today: date
    rehearsal: bool

    @property
    def agreement(self) -> Agreement:
        """The agreement.

        Raises:
            Unreadable: agreement.yaml has faults; whoever runs the rule says that it could not run.
        """
        if self.loaded_agreement.agreement is None:
            raise Unreadable(self.loaded_agreement.file)
        return self.loaded_agreement.agreement

    @property
    def fiscal_year(self) -> FiscalYear:
        """The calendar.

        Raises:
            Unreadable: calendar.toml has faults.
        """
        if self.calendar is None:
            raise Unreadable(OVERRIDE)
        return self.calendar

    @property
    def round(self) -> Round:
        """The round with its dates and requirements.

        Raises:
            Unreadable: calendar.toml has faults.
        """
        found = self.fiscal_year.round(self.round_key)
        if found is None:
            raise Unreadable(OVERRIDE)
        return found

    @property
    def round_key(self) -> str:
        """The round's key, known also where the calendar is not."""
        return self.loaded_round.key

    def readable_cards(self) -> Iterator[tuple[LoadedCard, Card]]:
        """Every card that could be read, known to the agreement or not."""
        return ((loaded, loaded.card) for loaded in self.loaded_round.cards if loaded.card is not None)

    def active_cards(self) -> Iterable[tuple[LoadedCard, Card, Indicator]]:
        """Every readable card of an indicator that is active in the round."""
        active = {indicator.number: indicator for indicator in self.agreement.active_in(self.round_key)}
        return [
            (loaded, card, active[card.indicator])
            for loaded, card in self.readable_cards()
            if card.indicator in active
        ]

    @cached_property
    def evidence(self) -> tuple[EvidenceFile, ...]:
        """Every evidence entry of every readable card, with what its file is; read once for all rules."""
        return tuple(
            item
            for loaded, card in self.readable_cards()
            for item in evidence_of(loaded, card, self.loaded_round.folder)
        )

    @property
    def evidence_by_card(self) -> Iterable[tuple[EvidenceFile, ...]]:
        """The evidence entries, card file by card file."""
        files = dict.fromkeys(item.loaded.file for item in self.evidence)
        return [tuple(item for item in self.evidence if item.loaded.file == file) for file in files]

    def at_indicator(self, number: str, *path: str | int) -> Where:
        """Where a key of an indicator stands in the agreement."""
        return Where(self.loaded_agreement.indicator_place(number, *path), number, ".".join(map(str, path)))


@dataclass(frozen=True)
class Problem:
    """What a rule found: where, what is wrong, what to do. Without a level it has the rule's first one."""

    where: Where
    what: str
    next_step: str
    level: Level | None = None


@dataclass(frozen=True)
class Rule:
    """One check. `looks_at` names model fields ("card.result", "indicator.weight", "evidence.file").

    `levels` are those its problems can have, the usual one first.
    """

    key: str
    looks_at: tuple[str, ...]
    check: Callable[[Subject], Iterable[Problem]]
    levels: tuple[Level, ...] = (Level.ERROR,)


WARNING_ONLY = (Level.WARNING,)
