"""A score that the round requires and the card does not declare."""

from collections.abc import Iterator

from esar_bot import scoring
from esar_bot.language import say
from esar_bot.models import NOT_APPLICABLE
from esar_bot.precheck.formula import computed_score
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    if "score" not in subject.round.required:
        return
    for loaded, card, indicator in subject.active_cards():
        if card.score is not None or card.result == NOT_APPLICABLE:
            continue
        score = computed_score(indicator.criteria, card)
        example = "" if score is None else f" {scoring.rounded(score):f}"
        yield Problem(
            at_card(loaded, "score"),
            say("ยังไม่ระบุค่าคะแนนซึ่งรอบนี้ต้องมี", "the score is missing; this round requires it"),
            say(
                f"ตรวจสอบแล้วระบุ score:{example}",
                f"check it, then write score:{example}",
            ),
        )


RULE = Rule("score-missing", ("card.score",), check)
