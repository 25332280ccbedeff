"""P6: done means read back. What a portal stores otherwise is named by indicator and field, never a success.

Guard: `esar_bot.plan.mismatches`, asked by `esar_bot.run.card._settle` after every save. Let it answer () and
the falsified rounds below are submitted.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rehearsal import MockPortal, Ran
from tests.trust.between import SAVE, SUBMISSION, Answer, Ask, Between, Exchange, Falsify, Part, falsified
from tests.trust.conftest import ROUND

MAI_THO = "้".encode()


def on(name: str, change: Callable[[bytes], bytes]) -> Falsify:
    """Change one field's value on its way."""

    def falsify(parts: list[Part]) -> list[Part]:
        (part,) = (part for part in parts if part.name == name)
        altered = change(part.value)
        assert altered != part.value
        part.value = altered
        return parts

    return falsify


def swapped(parts: list[Part]) -> list[Part]:
    one, other = (part for part in parts if part.name in {"supporting_factors", "obstacles"})
    one.value, other.value = other.value, one.value
    return parts


def without_second_file(parts: list[Part]) -> list[Part]:
    files = [part for part in parts if part.name == "evidence"]
    assert len(files) == 2
    parts.remove(files[1])
    return parts


def other_bytes(parts: list[Part]) -> list[Part]:
    file = next(part for part in parts if part.name == "evidence")
    file.value = file.value[:-1] + b"?"
    return parts


def other_name(parts: list[Part]) -> list[Part]:
    file = next(part for part in parts if part.name == "evidence")
    file.head = file.head.replace(b"report.pdf", b"report_1.pdf").replace(b"minutes.pdf", b"minutes_1.pdf")
    return parts


def emptied(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.name == "csrf_token"]


FALSIFIED: dict[str, tuple[tuple[Falsify, str], tuple[Falsify, str]]] = {
    "cut text, lost tone mark": (
        (on("performance", lambda value: value.decode()[:40].encode()), "performance"),
        (on("performance", lambda value: value.replace(MAI_THO, b"", 1)), "performance"),
    ),
    "swapped fields, ignored second file": (
        (swapped, "supporting_factors, obstacles"),
        (without_second_file, "evidence"),
    ),
    "another figure, a file of other bytes": (
        (on("result", lambda value: value.replace(b"4", b"9")), "result"),
        (other_bytes, "evidence"),
    ),
    "nothing stored, a file under another name": (
        (emptied, "result, score, performance, supporting_factors, obstacles, evidence_list, evidence"),
        (other_name, "evidence"),
    ),
}


def meddle_with(changes: dict[str, Falsify]) -> Callable[[Exchange, Ask], object]:
    """Falsify the saves of some indicators."""

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        found = SAVE.search(exchange.path)
        change = changes.get(found["number"]) if found and exchange.method == "POST" else None
        return await ask(falsified(exchange, change) if change else exchange)

    return meddle


@pytest.mark.parametrize("how", FALSIFIED)
def test_what_the_portal_stores_otherwise_is_named_and_the_round_not_submitted(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between, how: str
) -> None:
    (first, first_field), (second, second_field) = FALSIFIED[how]
    between.meddle = meddle_with({"1.1": first, "1.2": second})
    ran = submit_12m("--yes")
    assert ran.code == 5, ran.stderr
    assert ran.json["outcome"] == "not-submitted"
    assert [card["outcome"] for card in ran.json["cards"]] == ["mismatch", "mismatch"]
    for number, fields in (("1.1", first_field), ("1.2", second_field)):
        told = ran.stderr[: ran.stderr.index(f"where: indicator {number}")].splitlines()[-2]
        details = told.partition(" – ")[2].split(" · ")
        assert list(dict.fromkeys(detail.partition(": ")[0] for detail in details)) == fields.split(", ")
    assert between.posts(SUBMISSION) == []
    state = portal.state()["rounds"][ROUND]
    assert (state["status"], state["confirmation"]) == ("draft", None)
    assert all(card["saves"] == 1 for card in state["cards"].values()), "a mismatch is not saved over"
