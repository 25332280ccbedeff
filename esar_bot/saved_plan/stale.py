"""Whether a saved plan may still be carried out: only if, made anew, it is the same in all but its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from esar_bot.errors import StalePlan
from esar_bot.labels import field_word
from esar_bot.language import say
from esar_bot.plan import CardPlan, Plan, is_same_file
from esar_bot.portal import STATE_WORDS, State, Window, same_value
from esar_bot.saved_plan.model import OurFile, PortalCard, PortalFile, SavedCard, SavedPlan, Text

EMPTY = Text.of("")
_HEAD = {
    "esar_bot_version": ("รุ่นของ esar-bot", "the version of esar-bot"),
    "agency": ("ส่วนราชการ", "the agency"),
    "fiscal_year": ("ปีงบประมาณ", "the fiscal year"),
    "round": ("รอบ", "the round"),
    "portal": ("ที่อยู่ของระบบ", "the portal's address"),
    "profile": ("โปรไฟล์ของระบบ", "the portal's profile"),
    "profile_sha256": ("เนื้อหาของโปรไฟล์", "what the profile says"),
    "act": ("สิ่งที่จะทำ", "what is to be done"),
    "take": ("ข้อขัดแย้งที่ตัดสินไว้", "the conflicts that were decided"),
    "round_state": ("สถานะของรอบบนระบบ", "the round's state on the portal"),
    "window": ("การเปิดรับรายงานของระบบ", "whether the portal takes reports"),
}
_WINDOWS = {
    Window.OPEN: "เปิดรับ",
    Window.CLOSED: "ปิดรับ",
    Window.UPCOMING: "ยังไม่เปิด",
}
_UNREADABLE = frozenset({"profile_sha256", "take"})
File = TypeVar("File", OurFile, PortalFile)


def refuse_stale(saved: SavedPlan, fresh: SavedPlan, plan: Plan) -> None:
    """Stop if a plan is not what would be done now; `fresh` is `plan`, just made, in its saved form.

    A plan that was carried out passes: what it wanted is there, and nothing is left to do.

    Raises:
        StalePlan: it names all that is no longer as it was.
    """
    if saved == fresh.model_copy(update={"made_at": saved.made_at}) or is_carried_out(saved, fresh, plan):
        return
    found = differences(saved, fresh)
    raise StalePlan(
        "\n  · ".join(
            (
                say(
                    f"แผนนี้ใช้ไม่ได้แล้ว เพราะหลังจากทำแผนมีสิ่งที่เปลี่ยนไป {len(found)} รายการ จึงไม่เขียนสิ่งใด",
                    f"the plan is stale, nothing was written; changed since it was made ({len(found)}):",
                ),
                *found,
            )
        ),
        next_step=say(
            "ทำแผนใหม่ด้วย esar-bot plan ดูตัวอย่างของแผนนั้น แล้วจึงส่ง",
            "make a new plan with esar-bot plan, look at its preview, then submit that",
        ),
    )


def is_carried_out(saved: SavedPlan, fresh: SavedPlan, plan: Plan) -> bool:
    """Whether the portal holds exactly what the plan wanted, and all else is as it was."""
    act_is_done = plan.is_submitted if saved.act == "submit" else _is_open_draft(saved, plan)
    return (
        act_is_done
        and _apart_from_the_portal(saved) == _apart_from_the_portal(fresh)
        and all(map(_is_written, saved.cards, plan.cards))
    )


def _apart_from_the_portal(plan: SavedPlan) -> dict[str, object]:
    """All of a plan that carrying it out does not change."""
    of_cards = {"portal", "write", "add", "remove", "keep"}
    return plan.model_dump(
        exclude={"made_at": True, "round_state": True, "window": True, "cards": {"__all__": of_cards}}
    )


def _is_open_draft(saved: SavedPlan, plan: Plan) -> bool:
    return plan.observed.state in {saved.round_state, State.DRAFT} and plan.observed.window == saved.window


def _is_written(saved: SavedCard, card: CardPlan) -> bool:
    """Whether a card shows what the plan wrote, and what it left alone unchanged; the report is the same."""
    written = {step.field for step in saved.write}
    for name in written | set(saved.portal.fields) | set(card.observed.fields):
        shown = card.observed.fields.get(name, "")
        if name in written:
            as_wanted = same_value(name, shown, card.prepared.fields[name])
        else:
            as_wanted = Text.of(shown) == saved.portal.fields.get(name, EMPTY)
        if not as_wanted:
            return False
    others = [there for there in card.observed.evidence if PortalFile.of(there) not in saved.keep]
    added = [item for item in card.prepared.evidence if OurFile.of(item) in saved.add]
    return (
        len(card.observed.evidence) - len(others) == len(saved.keep)
        and len(others) == len(added)
        and all(any(is_same_file(item, there) for there in others) for item in added)
    )


def differences(saved: SavedPlan, fresh: SavedPlan) -> tuple[str, ...]:
    """All in which two plans differ but the time, a line each; empty means that they are the same."""
    lines = [
        f"{say(*words)}: "
        + (
            say("เปลี่ยนไป", "changed")
            if name in _UNREADABLE
            else _change(getattr(saved, name), getattr(fresh, name))
        )
        for name, words in _HEAD.items()
        if getattr(saved, name) != getattr(fresh, name)
    ]
    before = {card.indicator: card for card in saved.cards}
    after = {card.indicator: card for card in fresh.cards}
    for number in dict.fromkeys((*before, *after)):
        subject = say(f"ตัวชี้วัด {number}", f"indicator {number}")
        if number not in after:
            lines.append(subject + say(" ไม่มีในรายงานแล้ว", " is no longer in the report"))
        elif number not in before:
            lines.append(subject + say(" เพิ่งเพิ่มในรายงาน", " is new in the report"))
        else:
            lines += [f"{subject} {line}" for line in _of_card(before[number], after[number])]
    if not lines and before and tuple(before) != tuple(after):
        lines.append(say("ลำดับของตัวชี้วัด", "the order of the indicators"))
    return tuple(lines)


def _of_card(saved: SavedCard, fresh: SavedCard) -> Iterator[str]:
    """What differs in one card, a line for each side; the steps only where no side tells why."""
    sides = [
        (
            say("ในแฟ้มงาน: ", "in the folder: "),
            [
                *_fields(saved.report.fields, fresh.report.fields),
                *_files(saved.report.files, fresh.report.files, lambda file: file.name),
            ],
        ),
        (say("บนระบบ: ", "on the portal: "), _on_portal(saved.portal, fresh.portal)),
    ]
    for side, found in sides:
        if found:
            yield side + ", ".join(found)
    if saved != fresh and not any(found for _, found in sides):
        yield say("มีขั้นตอนต่างไป", "has other steps")


def _on_portal(saved: PortalCard, fresh: PortalCard) -> list[str]:
    state = say("สถานะ ", "state ") + _change(saved.state, fresh.state)
    return [
        *([state] if saved.state is not fresh.state else []),
        *_fields(saved.fields, fresh.fields),
        *_files(saved.files, fresh.files, lambda file: file.key),
    ]


def _fields(saved: Mapping[str, Text], fresh: Mapping[str, Text]) -> list[str]:
    return [
        field_word(name) for name in dict.fromkeys((*saved, *fresh)) if saved.get(name) != fresh.get(name)
    ]


def _files(saved: tuple[File, ...], fresh: tuple[File, ...], key_of: Callable[[File], str]) -> list[str]:
    """Files by what names them on their side: new, gone, with other content, or in another order."""
    before: dict[str, File] = {key_of(file): file for file in saved}
    after: dict[str, File] = {key_of(file): file for file in fresh}
    found = [
        say("ไฟล์", "file") + f" {(after | before)[key].name} ({_what_became(key, before, after)})"
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]
    if not found and saved != fresh:
        found.append(say("ลำดับของไฟล์", "the order of the files"))
    return found


def _what_became(key: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    if key not in before:
        return say("เพิ่งเพิ่ม", "new")
    if key not in after:
        return say("ไม่มีแล้ว", "gone")
    return say("เนื้อหาเปลี่ยน", "other content")


def _change(before: object, after: object) -> str:
    return f"{_worded(before)} → {_worded(after)}"


def _worded(value: object) -> str:
    match value:
        case State():
            return say(STATE_WORDS[value], value)
        case Window():
            return say(_WINDOWS[value], value)
        case _:
            return str(value)
