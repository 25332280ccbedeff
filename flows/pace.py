"""How many pages are worth having open at once on a portal."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from statistics import median

DRAWING_MILLISECONDS = 100  # of a processor's time, about, from a page's answer until it is read
PROCESSORS = os.cpu_count() or 1


@dataclass
class Pace:
    """As many pages as there are processors to draw them, and more the longer the portal takes to answer.

    A page that waits for the portal keeps no processor busy; one too many only takes memory and time from
    the others. `limit` is the most that the profile allows.
    """

    limit: int
    processors: int = field(default_factory=lambda: PROCESSORS)
    answers: list[float] = field(default_factory=list)

    def answered_after(self, milliseconds: float) -> None:
        """Note how long the portal took for an answer."""
        self.answers.append(max(milliseconds, 0))  # the browser gives -1 for what it does not know

    @property
    def pages(self) -> int:
        """How many pages are worth having now."""
        waiting = median(self.answers) / DRAWING_MILLISECONDS if self.answers else 0
        return min(self.limit, self.processors + int(self.processors * waiting))
