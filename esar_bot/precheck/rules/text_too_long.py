"""A text that is longer than the portal's field, which would cut it without a word."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.models import Card
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import at_card
from esar_bot.precheck.wording import TEXT_FIELDS, field_name
from esar_bot.prepared import evidence_list


def check(subject: Subject) -> Iterator[Problem]:
    for loaded, card in subject.readable_cards():
        for field, key, text in _texts(card):
            limit = subject.limits.text_lengths.get(field)
            length = browser_length(text)
            if limit is not None and length > limit:
                yield Problem(
                    at_card(loaded, key),
                    say(
                        f"{field_name(field)} ยาว {length:,} อักขระ ระบบรับได้ {limit:,}",
                        f"{field_name(field)} has {length:,} characters, the portal takes {limit:,}",
                    ),
                    say(
                        f"ตัดข้อความออกอย่างน้อย {length - limit:,} อักขระ",
                        f"shorten it by at least {length - limit:,} characters",
                    ),
                )


def browser_length(text: str) -> int:
    """A text's length as a browser's maxlength counts it: in UTF-16 code units, a line break as one."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _texts(card: Card) -> Iterator[tuple[str, str, str]]:
    for field in TEXT_FIELDS:
        yield field, field, getattr(card, field)
    yield "evidence_list", "evidence", evidence_list(card.evidence)


RULE = Rule(
    "text-too-long", (*(f"card.{field}" for field in TEXT_FIELDS), "evidence.number", "evidence.title"), check
)
