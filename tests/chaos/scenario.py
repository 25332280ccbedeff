"""What happens to one round, drawn from a seed: faults, another person, and how the bot's runs are ended.

All is drawn so that it can strike: among the requests and the journal's entries that a clean run has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.trust.conftest import NUMBERS
from tests.trust.dying import MOMENTS

ROUND_PAGE = r"/12m$"
LOGIN = r"/login$"
HOME = r"^/$"
FORM = r"/cards/[\d.]+/edit$"
VIEW = r"/cards/[\d.]+$"
FILE = r"/evidence/\d+$"
DELETION = r"/evidence/\d+/delete$"
SUMMARY = r"/summary$"
SUBMISSION = r"/submit$"
RECEIPT = r"/receipt$"
LONG_TEXTS = ("performance", "supporting_factors", "obstacles", "evidence_list")
OF_SEVERAL_LINES = ("performance", "evidence_list")
UNKNOWN_MESSAGE = "ระบบจะปิดปรับปรุงในอีก 10 นาที ต้องการดำเนินการต่อหรือไม่"
KNOWN_MESSAGE = "ต้องการลบไฟล์หลักฐานนี้ใช่หรือไม่"
SAVES = 2  # of a clean run: what a fault in a card's save has as occasions
SKIPPED_AT_MOST = 4
SAVE_SECONDS = 4  # of patience: a slower save arrives after its time-out

SIGKILL, SIGTERM, BROWSER = "SIGKILL", "SIGTERM", "the browser killed"
ENDINGS = (SIGKILL, SIGTERM, BROWSER)
THEIR_TEXT, THEIR_FILE = "another person's text", "another person's file"
FILE_NAMES = ("ของผู้อื่น.pdf", "report.pdf")  # the second is also that of a file of ours

Described = dict[str, object]


@dataclass(frozen=True)
class Beginning:
    """A workspace and a portal's data, and what a clean run is there: its journal's entries, its requests."""

    folder: str
    entries: int
    gets: Mapping[str, int]
    posts: Mapping[str, int]

    def occasions(self, fault: Described) -> int:
        """How often a clean run asks what the fault waits for."""
        path = fault.get("path")
        if path is None:
            return SAVES
        counted = {"GET": [self.gets], "POST": [self.posts]}.get(
            str(fault.get("method")), [self.gets, self.posts]
        )
        return sum(counts.get(str(path), 0) for counts in counted)


FRESH = Beginning(
    "fresh",
    10,
    {LOGIN: 1, HOME: 1, ROUND_PAGE: 2, FORM: 4, VIEW: 4, FILE: 4, SUMMARY: 1, RECEIPT: 2},
    {LOGIN: 1, FORM: SAVES, SUBMISSION: 1},
)
REVISED = Beginning(
    "revised",
    14,
    {LOGIN: 1, HOME: 1, ROUND_PAGE: 2, FORM: 8, VIEW: 10, FILE: 6, SUMMARY: 1, RECEIPT: 2},
    {LOGIN: 1, FORM: SAVES, DELETION: 2, SUBMISSION: 1},
)
WRITES = (FORM, DELETION, SUBMISSION)

Draw = Callable[[Random, Beginning], Described]


@dataclass(frozen=True)
class Ending:
    """How a run is ended, and when: at an entry of its journal, or so many seconds after its start."""

    how: str
    entry: int | None = None
    moment: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class Somebody:
    """Another person: what they put on a card before the run of that number, and whose side is taken then.

    No `field` is no text, no `file` no file.
    """

    number: str
    field: str
    file: str
    before_run: int
    side: str


@dataclass(frozen=True)
class Scenario:
    """One round: how it begins, its faults, the ends of its first runs, and perhaps somebody else."""

    seed: int
    begun: Beginning
    faults: tuple[Described, ...]
    endings: tuple[Ending, ...]
    somebody: Somebody | None


def scenario(seed: int) -> Scenario:
    """The same seed is the same scenario."""
    chance = Random(seed)
    first = DECK[seed % len(DECK)]
    others = [kind for kind in DECK if kind != first]
    kinds = [first, *chance.sample(others, chance.choice((0, 0, 1, 2, 3)))]
    begun = FRESH if "ignore-file" in kinds else chance.choice((FRESH, REVISED))  # it takes two files
    faults = [_fault(kind, chance, begun) for kind in kinds]
    endings = [_ending(chance, begun) for _ in range(chance.choice((0, 0, 1, 2)))]
    somebody = _somebody(chance) if chance.random() < 1 / 2 else None
    return Scenario(seed, begun, tuple(faults), tuple(endings), somebody)


def _fault(kind: str, chance: Random, begun: Beginning) -> Described:
    fault = {"kind": kind, **DRAWS[kind](chance, begun)}
    skips = range(min(begun.occasions(fault), SKIPPED_AT_MOST))
    return {"count": chance.choice((1, 1, 2)), "skip": chance.choice((0, *skips)), **fault}


def _ending(chance: Random, begun: Beginning) -> Ending:
    how = chance.choice((SIGKILL, *ENDINGS))
    if chance.random() < 1 / 3:
        return Ending(how, seconds=round(chance.uniform(0.5, 4), 2))
    moment = chance.choice(MOMENTS) if how == SIGKILL else "after"
    return Ending(how, chance.randrange(begun.entries), moment)


def _somebody(chance: Random) -> Somebody:
    text, file = chance.choice(((True, False), (False, True), (True, True)))
    return Somebody(
        chance.choice(NUMBERS),
        chance.choice((*LONG_TEXTS, "suggestions")) if text else "",
        chance.choice(FILE_NAMES) if file else "",
        chance.choice((0, 0, 0, 1, 2)),
        chance.choice(("ours", "theirs")),
    )


def _anywhere(chance: Random, begun: Beginning) -> Described:
    return {"path": chance.choice(list({**begun.gets, **begun.posts}))}


def _write(chance: Random, begun: Beginning) -> Described:
    return {"method": "POST", "path": chance.choice([path for path in WRITES if path in begun.posts])}


def _line(chance: Random, begun: Beginning) -> Described:
    return chance.choice((_anywhere, _write))(chance, begun)


def _line_and_when(chance: Random, begun: Beginning) -> Described:
    return {**_line(chance, begun), "when": chance.choice(("before", "after"))}


def _slow(chance: Random, begun: Beginning) -> Described:
    """An answer that is late; or a write that arrives when nobody waits for it any more."""
    if chance.random() < 1 / 2:
        return {**_line_and_when(chance, begun), "seconds": round(chance.uniform(0.2, 6), 1)}
    seconds = round(chance.uniform(SAVE_SECONDS + 0.5, 6), 1)
    return {**_write(chance, begun), "when": "before", "seconds": seconds, "skip": 0}


def _status(chance: Random, begun: Beginning) -> Described:
    status = chance.choice((500, 502, 503, 429))
    asks_for_rest = status in {503, 429} and chance.random() < 1 / 2
    retry = {"retry_after": chance.choice((0, 1, 2))} if asks_for_rest else {}
    return {**_line_and_when(chance, begun), "status": status, **retry}


def _dialog(chance: Random, _begun: Beginning) -> Described:
    ask, path = chance.choice(
        [(ask, path) for ask in ("alert", "confirm", "beforeunload") for path in (FORM, SUMMARY)]
        + [("alert", VIEW), ("beforeunload", VIEW)]  # a view has no form that could be asked about
    )
    return {
        "method": "GET",
        "path": path,
        "ask": ask,
        "message": chance.choice((UNKNOWN_MESSAGE, KNOWN_MESSAGE)),
    }


def _edit(chance: Random, begun: Beginning) -> Described:
    """Of what a card's form is opened to overwrite, just before that; or of a card that is only looked at."""
    if chance.random() < 1 / 2:
        return {"method": "GET", "path": VIEW, **_field(chance, begun)}
    field = "performance" if begun is REVISED else chance.choice(LONG_TEXTS)
    return {"method": "GET", "path": FORM, "field": field, "skip": chance.randrange(SAVES)}


def _field(chance: Random, _begun: Beginning) -> Described:
    return {"field": chance.choice(LONG_TEXTS)}


def _two_fields(chance: Random, _begun: Beginning) -> Described:
    field, other = chance.sample(LONG_TEXTS, 2)
    return {"field": field, "with": other}


def _alone(_chance: Random, _begun: Beginning) -> Described:
    return {}


DRAWS: dict[str, Draw] = {
    "slow": _slow,
    "status": _status,
    "drop": _line_and_when,
    "drop-upload": _alone,
    "hang": _line_and_when,
    "expire-session": _line,
    "stale-csrf": _write,
    "maintenance": lambda chance, begun: {**_line(chance, begun), "status": chance.choice((200, 503))},
    "restart": lambda chance, begun: {**_line(chance, begun), "seconds": round(chance.uniform(0, 2), 1)},
    "close-round": lambda chance, begun: {
        "path": chance.choice([path for path in (*begun.gets, SUBMISSION) if path not in {LOGIN, HOME}])
    },
    "edit": _edit,
    "dialog": _dialog,
    "truncate": lambda chance, begun: {**_field(chance, begun), "limit": chance.choice((5, 10, 20))},
    "lose-tones": _field,
    "lose-zwsp": _field,
    "crlf": lambda chance, _begun: {"field": chance.choice(OF_SEVERAL_LINES)},
    "swap": _two_fields,
    "late-reset": lambda chance, begun: {
        **_field(chance, begun),
        "seconds": chance.choice((0, 0.02, 0.1, 0.5)),
    },
    "ignore-file": _alone,
    "mangle-name": _alone,
    "double-evidence": _alone,
    "scan": lambda chance, _begun: {"seconds": round(chance.uniform(0.5, 4), 1)},
    "error-though-saved": _alone,
    "redirect": lambda chance, begun: {**_line(chance, begun), "to": "http://localhost:9/elsewhere"},
    "twin-label": _field,
    "unknown-required": _alone,
    "lose-confirmation": _alone,
}
DECK = tuple(Random("deck").sample(sorted(DRAWS), len(DRAWS)))  # any so many seeds in a row draw every kind
ALL_THAT_MAY_BE_MET = (*DRAWS, *ENDINGS, THEIR_TEXT, THEIR_FILE)
