"""`--take ours 1.1`: how a person decides a conflict on the command line, in two words an indicator."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from esar_bot.errors import UsageError
from esar_bot.language import say

if TYPE_CHECKING:
    from esar_bot.plan import Take

TAKE = "--take"
WORDS = 2  # a side and an indicator's number

TakeOption = Annotated[
    list[str] | None,
    typer.Option(
        TAKE,
        metavar="ours|theirs NUMBER",
        envvar="ESAR_BOT_TAKE",
        help=say(
            "ตัดสินข้อขัดแย้งของตัวชี้วัด ใช้ซ้ำได้: ours 1.1 ใช้ของแฟ้มงาน, theirs 1.2 ใช้ของบนระบบ",
            "Decide an indicator's conflict; repeatable: ours 1.1 takes the workspace's side, theirs 1.2 the "
            "portal's.",
        ),
    ),
]


class TwoWordTakes(TyperCommand):
    """A command whose `--take` is followed by two words, which Typer has no repeatable option for."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse with each pair of words as one value."""
        return super().parse_args(ctx, list(_in_pairs(args)))


def _in_pairs(args: list[str]) -> Iterator[str]:
    """The arguments, with the words after each `--take` as one."""
    words = iter(args)
    for word in words:
        yield word
        pair = list(islice(words, WORDS)) if word == TAKE else []
        if pair:
            yield " ".join(pair)


def decisions(takes: list[str]) -> dict[str, Take]:
    """Read `ours 1.1 theirs 1.2`, in one text or in several.

    Raises:
        UsageError: a side that is neither, one without an indicator's number, or both of one indicator.
    """
    from esar_bot.plan import Take

    words = " ".join(takes).split()
    sides, numbers = words[::WORDS], words[1::WORDS]
    decided = dict(zip(numbers, sides, strict=False))
    unclear = (
        len(sides) != len(numbers)
        or not set(sides) <= set(Take)
        or any(decided[number] != side for number, side in zip(numbers, sides, strict=True))
        or any(number.startswith("-") for number in numbers)
    )
    if unclear:
        raise _unclear(takes)
    return {number: Take(side) for number, side in decided.items()}


def _unclear(takes: list[str]) -> UsageError:
    written = " ".join(takes)
    return UsageError(
        say(f"{TAKE} “{written}” ไม่ชัดเจน", f"{TAKE} “{written}” is not clear"),
        next_step=say(
            f"เขียนฝ่ายและเลขตัวชี้วัด ตัวชี้วัดละหนึ่งฝ่าย เช่น {TAKE} ours 1.1 {TAKE} theirs 1.2",
            f"name one side for each indicator, for example {TAKE} ours 1.1 {TAKE} theirs 1.2",
        ),
    )
