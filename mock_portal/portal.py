"""What every page of one running portal needs: its database, agreements, form, rounds and clock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from starlette.requests import Request

from mock_portal.agreement import Agreement
from mock_portal.card_form import CardForm
from mock_portal.rounds import Round, Window
from mock_portal.second_step import SecondStep, new_code
from mock_portal.store import Store

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The real time; tests give the portal another clock."""
    return datetime.now(UTC)


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

    def window(self, fiscal_year: int, round_: Round) -> Window:
        """Whether a round takes reports now."""
        return round_.window(fiscal_year, self.today, self.closed)


def portal_of(request: Request) -> Portal:
    """The portal that answers this request."""
    portal: Portal = request.app.state.portal
    return portal
