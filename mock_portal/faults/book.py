"""The book of faults: decides when one strikes, and remembers in which order they did."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from starlette.types import Scope

from mock_portal.faults.fault import Fault

Kind = TypeVar("Kind", bound=Fault)


class Met(NamedTuple):
    """One request that met a fault."""

    fault: Fault
    method: str
    path: str


@dataclass
class _Record:
    fault: Fault
    chance: random.Random
    occasions: int = 0
    struck: int = 0


@dataclass
class FaultBook:
    """The faults that are switched on. Each has its own chance: no fault's luck depends on another's."""

    seed: int = 0
    met: list[Met] = field(default_factory=list)
    _records: dict[int, _Record] = field(default_factory=dict)

    def replace(self, faults: Iterable[Fault], seed: int) -> None:
        """Switch these on instead, with nothing met yet; the same seed gives the same luck again."""
        kept = list(faults)
        self.seed = seed
        self.met = []
        self._records = {
            id(fault): _Record(fault, random.Random(f"{seed} {n}"))  # noqa: S311  luck, not a secret
            for n, fault in enumerate(kept)
        }

    def of(self, kind: type[Kind], scope: Scope) -> list[Kind]:
        """The faults of a kind for which this request is an occasion, in the order described."""
        found = [r.fault for r in self._records.values() if r.fault.matches(scope["method"], scope["path"])]
        return [fault for fault in found if isinstance(fault, kind)]

    def strikes(self, fault: Fault, scope: Scope) -> bool:
        """Count an occasion, and say whether the fault strikes now."""
        record = self._records[id(fault)]
        record.occasions += 1
        if record.occasions <= fault.skip or (fault.count and record.struck >= fault.count):
            return False
        if record.chance.random() >= fault.probability:
            return False
        record.struck += 1
        self.note(fault, scope)
        return True

    def struck(self, kind: type[Kind], scope: Scope) -> list[Kind]:
        """The faults of a kind that strike at this request."""
        return [fault for fault in self.of(kind, scope) if self.strikes(fault, scope)]

    def note(self, fault: Fault, scope: Scope) -> None:
        """Write down that a fault was met."""
        self.met.append(Met(fault, scope["method"], scope["path"]))

    def times(self, fault: Fault) -> int:
        """How often a fault was met."""
        return sum(met.fault is fault for met in self.met)

    def has_met(self, fault: Fault, path: str) -> bool:
        """Whether a request to that path met the fault."""
        return any(met.fault is fault and met.path == path for met in self.met)

    def faults(self) -> list[Fault]:
        """What is switched on."""
        return [record.fault for record in self._records.values()]
