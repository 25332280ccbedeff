"""Where a problem is: file and line, indicator and field."""

from __future__ import annotations

from dataclasses import dataclass

from esar_bot.workspace import LoadedCard, Place


@dataclass(frozen=True)
class Where:
    """A place in a file, and the indicator and field that it belongs to. Lists in `field` count from 1."""

    place: Place
    indicator: str = ""
    field: str = ""


def at_card(loaded: LoadedCard, *path: str | int) -> Where:
    """Where a key of a card stands."""
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    indicator = loaded.stem if loaded.card is None else loaded.card.indicator
    return Where(loaded.place(*path), indicator, field)
