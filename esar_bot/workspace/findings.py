"""What was found wrong in a workspace, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is: errors stop a submission, warnings are shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, relative to the workspace; line 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Finding:
    """One problem: which rule, where, for which indicator and field, what is wrong and what to do."""

    rule: str
    level: Level
    place: Place
    what: str
    next_step: str
    indicator: str = ""
    field: str = ""
