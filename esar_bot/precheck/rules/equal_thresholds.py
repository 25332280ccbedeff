"""Two neighbouring levels with the same threshold: nothing can be scored between them."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import Composite, Indicator, Levels
from esar_bot.precheck.rule import WARNING_ONLY, Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    for indicator in subject.agreement.active_in(subject.round_key):
        for path, criteria in _levels(indicator):
            for level in criteria.equal_neighbours:
                yield Problem(
                    subject.at_indicator(indicator.number, *path),
                    say(
                        f"เกณฑ์ระดับ {level} และ {level + 1} เท่ากัน ({criteria.levels[level]:f})",
                        f"levels {level} and {level + 1} have one threshold ({criteria.levels[level]:f})",
                    ),
                    say(
                        f"ตรวจกับคำรับรองฉบับลงนาม หากถูกต้อง ผลที่ถึงค่านี้จะได้ระดับ {level + 1}",
                        f"compare with the signed agreement; if right, this figure earns level {level + 1}",
                    ),
                )


def _levels(indicator: Indicator) -> Iterator[tuple[tuple[str | int, ...], Levels]]:
    if isinstance(indicator.criteria, Levels):
        yield ("criteria", "levels"), indicator.criteria
    if isinstance(indicator.criteria, Composite):
        for index, part in enumerate(indicator.criteria.parts):
            if isinstance(part.criteria, Levels):
                yield ("criteria", "parts", index, "criteria", "levels"), part.criteria


RULE = Rule("equal-thresholds", ("indicator.criteria",), check, WARNING_ONLY)
