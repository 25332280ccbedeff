"""The same content attached twice: an error within a card, a warning across cards."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from esar_bot.language import say
from esar_bot.precheck.evidence import EvidenceFile
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.wording import evidence_name
from esar_bot.workspace import Level


def check(subject: Subject) -> Iterator[Problem]:
    for same in _groups(subject.evidence):
        for index, item in enumerate(same[1:], start=1):
            in_card = [other for other in same[:index] if other.loaded.file == item.loaded.file]
            yield _problem(item, in_card[0] if in_card else same[0], within_card=bool(in_card))


def _groups(evidence: Iterable[EvidenceFile]) -> Iterator[list[EvidenceFile]]:
    """Entries of equal content. Only files of equal size are read, so most are not."""
    by_size: dict[int, list[EvidenceFile]] = defaultdict(list)
    for item in evidence:
        if item.stored is not None and item.stored.size:
            by_size[item.stored.size].append(item)
    for same_size in by_size.values():
        if len(same_size) > 1:
            by_digest: dict[str, list[EvidenceFile]] = defaultdict(list)
            for item in same_size:
                if item.stored is not None:
                    by_digest[item.stored.sha256].append(item)
            yield from by_digest.values()


def _problem(item: EvidenceFile, other: EvidenceFile, *, within_card: bool) -> Problem:
    first, place = evidence_name(other.evidence), other.at("file").place
    return Problem(
        item.at("file"),
        say(
            f"{evidence_name(item.evidence)} มีเนื้อหาเหมือน{first} ทุกไบต์ ({place})",
            f"{evidence_name(item.evidence)} is byte for byte the same as {first} ({place})",
        ),
        say("ตรวจว่าแนบแฟ้มถูกต้อง แล้วลบรายการที่ซ้ำออก", "see whether the right file is attached; remove the copy")
        if within_card
        else say("หากตั้งใจใช้แฟ้มเดียวกันก็ไม่ต้องแก้ไข", "nothing to do if both cards are meant to show this file"),
        Level.ERROR if within_card else Level.WARNING,
    )


RULE = Rule("evidence-duplicate", ("evidence.file",), check, (Level.ERROR, Level.WARNING))
