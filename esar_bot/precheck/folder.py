"""The files below a round's folder that are neither cards nor evidence of a card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from esar_bot.workspace import LoadedRound

JUNK = {"thumbs.db", "desktop.ini"}


def unlisted_files(loaded_round: LoadedRound) -> Iterator[Path]:
    """Every file that no card names and that is no card; what computers leave behind is passed over."""
    folder = loaded_round.folder
    named = {loaded.file for loaded in loaded_round.cards}
    named |= {
        _absolute(folder, item.file)
        for loaded in loaded_round.cards
        if loaded.card is not None
        for item in loaded.card.evidence
    }
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file not in named and not _is_junk(file.relative_to(folder)):
            yield file


def _absolute(folder: Path, written: str) -> Path:
    try:
        return folder / (folder / written).resolve().relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return folder / written


def _is_junk(file: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in file.parts)
    return hidden or file.name.lower() in JUNK
