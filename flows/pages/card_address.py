"""Which card of which round a page is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class CardAddress:
    """A card's fiscal year (B.E.), round and indicator: the values that profiles' addresses are made of."""

    fiscal_year: int
    round: str
    indicator: str

    def values(self) -> dict[str, object]:
        """The values by the names that profiles use."""
        return asdict(self)
