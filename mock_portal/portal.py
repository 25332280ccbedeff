"""What every page of one running portal needs: its database, agreements, form, rounds and clock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from starlette.requests import Request

from mock_portal.agreement import Agreement
from mock_portal.card_form import CardForm
from mock_portal.faults.book import FaultBook
from mock_portal.rounds import Round, Window
from mock_portal.second_step import SecondStep, new_code
from mock_portal.store import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The real time; tests give the portal another clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Scan:
    """The virus scan of one stored file: when it ends, and whether pages say nothing of it."""

    until: datetime
    silent: bool


@dataclass
class Portal:
    """One running portal."""

    store: Store
    agreements: dict[int, Agreement]
    fiscal_year: int
    form: CardForm
    rounds: tuple[Round, ...]
    clock: Clock = wall_clock
    today: date | None = None
    closed: frozenset[str] = frozenset()
    second_step: SecondStep | None = None
    code: str = field(default_factory=new_code)
    requests: Counter[str] = field(default_factory=Counter)
    faults: FaultBook = field(default_factory=FaultBook)
    closed_early: set[str] = field(default_factory=set)
    scans: dict[str, Scan] = field(default_factory=dict)
    away_until: float = 0

    def window(self, fiscal_year: int, round_: Round) -> Window:
        """Whether a round takes reports now."""
        return round_.window(fiscal_year, self.today, self.closed | self.closed_early)


def portal_of(request: Request) -> Portal:
    """The portal that answers this request."""
    portal: Portal = request.app.state.portal
    return portal
