"""เกณฑ์การให้คะแนน: the four kinds of criteria that turn a result into a score."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from esar_bot.language import say
from esar_bot.models.quantities import Figure, Frozen, parse_whole

LEVELS = 5
Floor = Annotated[int, Field(ge=0, le=1)]


class Levels(Frozen):
    """Five thresholds, rising or falling, linear between two of them."""

    kind: Literal["levels"]
    levels: Annotated[tuple[Figure, ...], Field(min_length=LEVELS, max_length=LEVELS)]
    floor: Floor = 1

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        rising = all(low <= high for low, high in pairwise(self.levels))
        falling = all(low >= high for low, high in pairwise(self.levels))
        if rising == falling:
            raise ValueError(
                say(
                    "ค่าเกณฑ์ระดับ 1–5 ต้องเพิ่มขึ้นตลอดหรือลดลงตลอด",
                    "the thresholds of levels 1–5 must all rise or all fall",
                )
            )
        return self

    @property
    def equal_neighbours(self) -> tuple[int, ...]:
        """The levels (1–4) whose threshold equals the next one's: nothing lies between them."""
        return tuple(level for level, (low, high) in enumerate(pairwise(self.levels), start=1) if low == high)

    @property
    def maximum(self) -> Decimal:
        """The highest score."""
        return Decimal(LEVELS)


class Milestones(Frozen):
    """Steps finished one after another; the score is the number of the highest one (F4)."""

    kind: Literal["milestones"]
    steps: Annotated[tuple[str, ...], Field(min_length=LEVELS, max_length=LEVELS)]
    floor: Floor = 1

    @property
    def maximum(self) -> Decimal:
        """The highest score."""
        return Decimal(LEVELS)


class Anchor(Frozen):
    """The figure at which a percentage of success is reached."""

    percent: Figure
    figure: Figure


class Anchored(Frozen):
    """The percentage scheme: named figures earn named percentages, linear between them (F6)."""

    kind: Literal["anchored"]
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=2)]

    @model_validator(mode="before")
    @classmethod
    def _read_mapping(cls, data: object) -> object:
        """Accept `{50: 98.72, 75: 98.84, 100: 98.90}`, as people write it."""
        if isinstance(data, dict) and isinstance(data.get("anchors"), dict):
            pairs = [{"percent": percent, "figure": figure} for percent, figure in data["anchors"].items()]
            return {**data, "anchors": pairs}
        return data

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        percents = [anchor.percent for anchor in self.anchors]
        figures = [anchor.figure for anchor in self.anchors]
        rising = all(low < high for low, high in pairwise(figures))
        falling = all(low > high for low, high in pairwise(figures))
        if any(low >= high for low, high in pairwise(percents)) or not (rising or falling):
            raise ValueError(
                say(
                    "ร้อยละความสำเร็จต้องเพิ่มขึ้น และค่าของแต่ละขั้นต้องเพิ่มขึ้นตลอดหรือลดลงตลอด",
                    "the percentages must rise, and their figures must all rise or all fall",
                )
            )
        if not 0 < percents[-1] <= 100:  # noqa: PLR2004 - per cent
            raise ValueError(say("ร้อยละสูงสุดต้องไม่เกิน 100", "the highest percentage must be at most 100"))
        return self

    @property
    def maximum(self) -> Decimal:
        """The highest score, in per cent."""
        return self.anchors[-1].percent


Simple = Annotated[Levels | Milestones | Anchored, Field(discriminator="kind")]


class Part(Frozen):
    """One sub-item of a composite; its weight counts relative to the other parts."""

    number: str
    name: str
    weight: Annotated[Figure, Field(gt=0)]
    criteria: Annotated[Levels | Milestones, Field(discriminator="kind")]


class Composite(Frozen):
    """Several sub-items, each with criteria of its own; the score is Σ W·SM / Σ W (F2)."""

    kind: Literal["composite"]
    parts: Annotated[tuple[Part, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _numbered_once(self) -> Self:
        numbers = [part.number for part in self.parts]
        if len(set(numbers)) < len(numbers):
            raise ValueError(say("เลขรายการย่อยซ้ำกัน", "two parts have the same number"))
        return self

    @property
    def maximum(self) -> Decimal:
        """The highest score."""
        return Decimal(LEVELS)


Criteria = Annotated[Levels | Milestones | Composite | Anchored, Field(discriminator="kind")]


def is_step(figure: Decimal) -> bool:
    """Whether a milestone's result names a step: a whole number from 0 to 5."""
    return figure == figure.to_integral_value() and 0 <= parse_whole(figure) <= LEVELS
