"""The files behind a card's evidence entries: where they lie, how big they are and how they begin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from esar_bot.models import Card, Evidence
from esar_bot.precheck.where import Where, at_card
from esar_bot.workspace import LoadedCard

HEAD_BYTES = 8192


class PathFault(Enum):
    """Why a written path leads to no file that may be attached."""

    BACKSLASH = auto()
    ABSOLUTE = auto()
    OUTSIDE = auto()
    MISSING = auto()
    FOLDER = auto()
    REFUSED = auto()


@dataclass(frozen=True)
class StoredFile:
    """A file on disk: its size in bytes and its first bytes. The rest is read only where a rule must."""

    path: Path
    size: int
    head: bytes

    @cached_property
    def sha256(self) -> str:
        """The digest of its content, read in pieces.

        Raises:
            OSError: the file cannot be read any more.
        """
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class EvidenceFile:
    """An evidence entry of a card and the file it names, or why there is none."""

    loaded: LoadedCard
    index: int
    evidence: Evidence
    found: StoredFile | PathFault

    @property
    def stored(self) -> StoredFile | None:
        """The file, if there is one."""
        return self.found if isinstance(self.found, StoredFile) else None

    @property
    def name(self) -> str:
        """The file's name as the card writes it, without its folders."""
        return re.split(r"[/\\]", self.evidence.file)[-1]

    @property
    def extension(self) -> str:
        """The name's extension in lower case, without the dot."""
        return PurePosixPath(self.name).suffix.lower().removeprefix(".")

    def at(self, field: str) -> Where:
        """Where a key of this entry stands."""
        return at_card(self.loaded, "evidence", self.index, field)


def evidence_of(loaded: LoadedCard, card: Card, folder: Path) -> Iterator[EvidenceFile]:
    """The evidence entries of a card, each with its file below the round's folder."""
    for index, evidence in enumerate(card.evidence):
        yield EvidenceFile(loaded, index, evidence, find(folder, evidence.file))


def find(folder: Path, written: str) -> StoredFile | PathFault:
    """The file that a card names. Nothing outside the round's folder is ever opened."""
    if "\\" in written:
        return PathFault.BACKSLASH
    if PurePosixPath(written).is_absolute() or PureWindowsPath(written).drive:
        return PathFault.ABSOLUTE
    try:
        return _open(folder, folder / written)
    except PermissionError:
        return PathFault.REFUSED
    except (OSError, ValueError, RuntimeError):
        return PathFault.MISSING


def _open(folder: Path, path: Path) -> StoredFile | PathFault:
    target = path.resolve()
    if not target.is_relative_to(folder.resolve()):
        return PathFault.OUTSIDE
    if target.is_dir():
        return PathFault.FOLDER
    if not target.is_file():
        return PathFault.MISSING
    with target.open("rb") as file:
        return StoredFile(path, target.stat().st_size, file.read(HEAD_BYTES))
