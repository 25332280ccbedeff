"""Weights of the round's active indicators that do not add up to 100 per cent."""

from collections.abc import Iterator
from fractions import Fraction

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where

WHOLE = 100


def check(subject: Subject) -> Iterator[Problem]:
    key = subject.round_key
    weights = [(item.number, item.weight_in(key)) for item in subject.agreement.active_in(key)]
    total = sum((Fraction(weight) for _, weight in weights), Fraction(0))
    if total != WHOLE:
        summed = f"{' + '.join(f'{weight:f} ({number})' for number, weight in weights)} = {float(total):.10g}"
        yield Problem(
            Where(subject.loaded_agreement.place("indicators"), field="indicators"),
            say(
                f"น้ำหนักของตัวชี้วัดในรอบ {key} รวมกันไม่เป็น 100: {summed}",
                f"the weights of round {key} do not add up to 100: {summed}",
            ),
            say(
                f"ตรวจ weight และ weights ของรอบ {key} รวมทั้ง starts_at และ cancelled_at กับคำรับรองฉบับลงนาม",
                f"compare weight, weights of {key}, starts_at and cancelled_at with the signed agreement",
            ),
        )


RULE = Rule("weights-not-100", ("agreement.indicators", "indicator.weight", "indicator.weights"), check)
