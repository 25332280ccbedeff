"""A declared score that is not the one computed from the result, compared at four decimals."""

from collections.abc import Iterator

from esar_bot import scoring
from esar_bot.language import say
from esar_bot.precheck.formula import computed_score, inputs
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card, indicator in subject.active_cards():
        score = computed_score(indicator.criteria, card)
        if score is None or card.score is None:
            continue
        computed = scoring.rounded(score)
        if scoring.rounded(card.score) != computed:
            formula = inputs(indicator.criteria, card)
            yield Problem(
                at_card(loaded, "score"),
                say(
                    f"คะแนนที่ระบุ {card.score:f} ไม่ตรงกับที่คำนวณได้ {computed:f} ({formula})",
                    f"the declared score {card.score:f} is not the computed {computed:f} ({formula})",
                ),
                say(
                    "ตรวจ result: และเกณฑ์การให้คะแนน แล้วแก้ score: หรือลบบรรทัดนี้ออก",
                    "look at result: and the criteria, then mend score: or remove the line",
                ),
            )


RULE = Rule("score-differs", ("card.score", "card.result", "card.parts", "indicator.criteria"), check)
