"""A card of an indicator that is not reported in this round: not started yet, or cancelled."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import Indicator, months
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card


def check(subject: Subject) -> Iterator[Problem]:
    agreement, key = subject.agreement, subject.round_key
    for loaded, card in subject.readable_cards():
        indicator = agreement.indicator(card.indicator)
        if indicator is not None and not indicator.is_active_in(key):
            yield Problem(
                at_card(loaded, "indicator"),
                _reason(indicator, key),
                say(
                    "ย้ายแฟ้มนี้ออกจากโฟลเดอร์ของรอบ หรือแก้ starts_at / cancelled_at ใน agreement.yaml",
                    "move this file out of the folder, or mend starts_at / cancelled_at in agreement.yaml",
                ),
            )


def _reason(indicator: Indicator, key: str) -> str:
    number = indicator.number
    if months(indicator.starts_at) > months(key):
        return say(
            f"ตัวชี้วัด {number} เริ่มรายงานรอบ {indicator.starts_at} จึงไม่อยู่ในรอบ {key}",
            f"indicator {number} starts at {indicator.starts_at}, so it is not in round {key}",
        )
    return say(
        f"ตัวชี้วัด {number} ยกเลิกตั้งแต่รอบ {indicator.cancelled_at} จึงไม่อยู่ในรอบ {key}",
        f"indicator {number} is cancelled from {indicator.cancelled_at} on, so it is not in round {key}",
    )


RULE = Rule("card-inactive", ("card.indicator", "indicator.starts_at", "indicator.cancelled_at"), check)
