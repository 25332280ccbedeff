"""What happens to one round, drawn from a seed: the faults of the portal, and when the bot is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.trust.dying import MOMENTS

FORM = r"/cards/[\d.]+/edit$"
VIEW = r"/cards/[\d.]+$"
FILE = r"/evidence/\d+$"
DELETION = r"/evidence/\d+/delete$"
SUBMISSION = r"/submit$"
ANYWHERE = (r"/12m$", r"/login$", r"^/$", VIEW, FORM, FILE, DELETION, r"/summary$", SUBMISSION, r"/receipt$")
WRITES = (FORM, DELETION, SUBMISSION)
LONG_TEXTS = ("performance", "supporting_factors", "obstacles", "evidence_list")
UNKNOWN_MESSAGE = "ระบบจะปิดปรับปรุงในอีก 10 นาที ต้องการดำเนินการต่อหรือไม่"
KNOWN_MESSAGE = "ต้องการลบไฟล์หลักฐานนี้ใช่หรือไม่"

Described = dict[str, object]
Draw = Callable[[Random], Described]


@dataclass(frozen=True)
class Kill:
    """When a run is killed: at an entry of its journal, or so many seconds after its start."""

    entry: int | None = None
    moment: str = ""
    seconds: float = 0


@dataclass(frozen=True)
class Scenario:
    """One round: whether a part of it is there already, its faults, and the kills of its first runs."""

    seed: int
    revised: bool
    faults: tuple[Described, ...]
    kills: tuple[Kill, ...]


def scenario(seed: int) -> Scenario:
    """The same seed is the same scenario."""
    chance = Random(seed)
    kinds = chance.sample(sorted(DRAWS), chance.choice((1, 1, 2, 3, 4)))
    faults = [{"kind": kind, **DRAWS[kind](chance), **_how_often(chance)} for kind in kinds]
    kills = [_kill(chance) for _ in range(chance.choice((0, 0, 1, 2)))]
    return Scenario(seed, chance.random() < 1 / 2, tuple(faults), tuple(kills))


def _how_often(chance: Random) -> Described:
    return {"count": chance.choice((1, 1, 1, 2, 3)), "skip": chance.choice((0, 0, 0, 1, 2, 4))}


def _kill(chance: Random) -> Kill:
    if chance.random() < 2 / 3:
        return Kill(chance.randrange(14), chance.choice(MOMENTS))
    return Kill(seconds=round(chance.uniform(0.3, 5), 2))


def _anywhere(chance: Random) -> Described:
    return {"path": chance.choice(ANYWHERE)}


def _write(chance: Random) -> Described:
    return {"method": "POST", "path": chance.choice(WRITES)}


def _line(chance: Random) -> Described:
    return chance.choice((_anywhere, _write))(chance)


def _when(chance: Random) -> Described:
    return {"when": chance.choice(("before", "after"))}


def _status(chance: Random) -> Described:
    status = chance.choice((500, 502, 503, 429))
    retry = (
        {"retry_after": chance.choice((0, 1, 2))} if status in {503, 429} and chance.random() < 1 / 2 else {}
    )
    return {**_line(chance), **_when(chance), "status": status, **retry}


def _dialog(chance: Random) -> Described:
    ask = chance.choice(("alert", "confirm", "beforeunload"))
    message = chance.choice((UNKNOWN_MESSAGE, KNOWN_MESSAGE))
    return {"path": chance.choice((FORM, VIEW, r"/summary$")), "ask": ask, "message": message}


def _field(chance: Random) -> Described:
    return {"field": chance.choice(LONG_TEXTS)}


def _two_fields(chance: Random) -> Described:
    field, other = chance.sample(LONG_TEXTS, 2)
    return {"field": field, "with": other}


DRAWS: dict[str, Draw] = {
    "slow": lambda chance: {**_line(chance), **_when(chance), "seconds": round(chance.uniform(0.2, 3), 1)},
    "status": _status,
    "drop": lambda chance: {**_line(chance), **_when(chance)},
    "drop-upload": lambda _chance: {},
    "hang": lambda chance: {**_line(chance), **_when(chance)},
    "expire-session": _line,
    "stale-csrf": _write,
    "maintenance": lambda chance: {**_line(chance), "status": chance.choice((200, 503))},
    "restart": lambda chance: {**_line(chance), "seconds": round(chance.uniform(0, 2), 1)},
    "close-round": _line,
    "edit": lambda chance: {"method": "GET", "path": chance.choice((FORM, VIEW)), **_field(chance)},
    "dialog": _dialog,
    "truncate": lambda chance: {**_field(chance), "limit": chance.choice((5, 10, 20))},
    "lose-tones": _field,
    "lose-zwsp": _field,
    "crlf": _field,
    "swap": _two_fields,
    "late-reset": lambda chance: {**_field(chance), "seconds": chance.choice((0, 0.02, 0.1, 0.5))},
    "ignore-file": lambda _chance: {},
    "mangle-name": lambda _chance: {},
    "double-evidence": lambda _chance: {},
    "scan": lambda chance: {"seconds": round(chance.uniform(0.5, 4), 1)},
    "error-though-saved": lambda _chance: {},
    "redirect": lambda chance: {**_line(chance), "to": "http://localhost:9/elsewhere"},
    "twin-label": _field,
    "unknown-required": lambda _chance: {},
    "lose-confirmation": lambda _chance: {},
}
