"""Puts the portal together: pages, addresses, middleware, and the agreement of a workspace."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from mock_portal import test_api as testing
from mock_portal.card_form import load_card_form
from mock_portal.faults.description import read_fault
from mock_portal.faults.door import Door
from mock_portal.middleware import BodyLimit, CountRequests, Delay, SafeHeaders
from mock_portal.pages import assessor, audit, card, login, public
from mock_portal.pages import round as round_pages
from mock_portal.pages import second_step as second_steps
from mock_portal.portal import Clock, Portal, wall_clock
from mock_portal.rendering import EXCEPTION_HANDLERS
from mock_portal.rounds import load_rounds
from mock_portal.second_step import SecondStep
from mock_portal.seed import agreements, seed
from mock_portal.store import Store

HERE = Path(__file__).parent
ROUND = "/{year}/{round}"
CARD = ROUND + "/cards/{number}"
# A full card of the largest files, its texts, and the seams between them.
MAX_BODY = 10 * 20 * 1024**2 + 5 * 1024**2


def create_app(  # noqa: PLR0913  all that a portal can be started with
    data: Path,
    workspace: Path,
    *,
    test_api: bool = False,
    today: date | None = None,
    closed: frozenset[str] = frozenset(),
    delay_ms: int = 0,
    second_step: SecondStep | None = None,
    faults: Sequence[str] = (),
    fault_seed: int = 0,
    clock: Clock = wall_clock,
) -> Starlette:
    """A portal that keeps its state in `data` and holds the agreement of `workspace`.

    Without `today` it rehearses: every round is open whatever the date, except those in `closed`.
    Each of `faults` is described as `read_fault` reads it; a description that says nothing raises FaultError.
    """
    store, rounds = Store(data), load_rounds()
    with store.transaction() as db:
        fiscal_year = seed(db, workspace, rounds).fiscal_year
        known = agreements(db, rounds)
    store.close()
    portal = Portal(store, known, fiscal_year, load_card_form(), rounds, clock, today, closed, second_step)
    portal.faults.replace([read_fault(described) for described in faults], fault_seed)
    may_fail = [Middleware(Door, portal=portal)] if faults or test_api else []
    middleware = [
        *may_fail,
        Middleware(CountRequests, counts=portal.requests),
        Middleware(SafeHeaders),
        Middleware(BodyLimit, limit=MAX_BODY),
    ]
    if delay_ms:
        middleware.append(Middleware(Delay, seconds=delay_ms / 1000))
    app = Starlette(
        routes=[*(testing.ROUTES if test_api else [testing.NOT_SERVED]), *_routes()],
        middleware=middleware,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=_closing_store,
    )
    app.state.portal = portal
    return app


@asynccontextmanager
async def _closing_store(app: Starlette) -> AsyncIterator[None]:
    yield
    app.state.portal.store.close()


def _routes() -> list[Route | Mount]:
    fonts = Path(str(files("fontpkg_sarabun") / "files"))
    return [
        Mount("/static", StaticFiles(directory=HERE / "static")),
        Mount("/fonts", StaticFiles(directory=fonts)),
        Route("/healthz", public.alive),
        Route("/", round_pages.home),
        Route("/login", login.show, methods=["GET"]),
        Route("/login", login.sign_in, methods=["POST"]),
        Route("/login/otp", second_steps.ask_code, methods=["GET"]),
        Route("/login/otp", second_steps.check_code, methods=["POST"]),
        Route("/login/thaid", second_steps.await_app, methods=["GET"]),
        Route("/login/thaid", second_steps.app_confirmed, methods=["POST"]),
        Route("/logout", login.sign_out, methods=["POST"]),
        Route("/audit", audit.show),
        Route("/public" + ROUND, public.result),
        Route("/assessor" + ROUND, assessor.show),
        Route("/assessor" + CARD + "/return", assessor.return_card, methods=["POST"]),
        Route("/assessor" + ROUND + "/accept", assessor.accept, methods=["POST"]),
        Route(ROUND, round_pages.listing),
        Route(ROUND + "/print", round_pages.printed),
        Route(ROUND + "/summary", round_pages.summary),
        Route(ROUND + "/submit", round_pages.submit, methods=["POST"]),
        Route(ROUND + "/receipt", round_pages.receipt),
        Route(CARD, card.view),
        Route(CARD + "/edit", card.edit, methods=["GET"]),
        Route(CARD + "/edit", card.save, methods=["POST"]),
        Route(CARD + "/evidence/{id}", card.download),
        Route(CARD + "/evidence/{id}/delete", card.delete, methods=["POST"]),
    ]
