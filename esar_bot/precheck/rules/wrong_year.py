"""Fiscal years of esar.toml, the agreement and the cards that do not agree."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where, at_card


def check(subject: Subject) -> Iterator[Problem]:
    expected = subject.settings.fiscal_year
    agreement = subject.loaded_agreement.agreement
    agreed = expected if agreement is None else agreement.fiscal_year
    if agreed != expected:
        yield _problem(
            Where(subject.loaded_agreement.place("fiscal_year"), field="fiscal_year"), agreed, expected
        )
    for loaded, card in subject.readable_cards():
        if card.fiscal_year not in {expected, agreed}:
            yield _problem(at_card(loaded, "fiscal_year"), card.fiscal_year, expected)


def _problem(where: Where, year: int, expected: int) -> Problem:
    return Problem(
        where,
        say(
            f"ปีงบประมาณ {year} ไม่ตรงกับปีงบประมาณ {expected} ใน esar.toml",
            f"fiscal year {year} is not that of esar.toml, {expected}",
        ),
        say(
            f"แก้เป็น fiscal_year: {expected} หากปีนี้ถูกต้อง มิฉะนั้นแก้ esar.toml",
            f"write fiscal_year: {expected} if that is the right year, else mend esar.toml",
        ),
    )


RULE = Rule("wrong-year", ("card.fiscal_year", "agreement.fiscal_year"), check)
