"""An indicator that is active in the round and has no card."""

from collections.abc import Iterator
from pathlib import Path

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.where import Where
from esar_bot.text import arabic_digits
from esar_bot.workspace import Place


def check(subject: Subject) -> Iterator[Problem]:
    active = subject.agreement.active_in(subject.round_key)
    there = {arabic_digits(loaded.stem) for loaded in subject.loaded_round.cards if loaded.card is None}
    there |= {card.indicator for _, card in subject.readable_cards()}
    missing = [indicator.number for indicator in active if indicator.number not in there]
    folder = subject.loaded_round.folder
    if missing and not folder.is_dir():
        yield _no_folder(folder.name, missing)
        return
    for number in missing:
        file = f"{folder.name}/{number}.yaml"
        what = say(f"ไม่มีรายงานของตัวชี้วัด {number} ในรอบนี้", f"indicator {number} has no card in this round")
        yield Problem(Where(Place(file), number), what, _misnamed(folder, number) or _write(file))


def _no_folder(name: str, missing: list[str]) -> Problem:
    listed = ", ".join(missing)
    return Problem(
        Where(Place(name)),
        say(
            f"ไม่มีโฟลเดอร์ของรอบนี้ ขาดรายงานของตัวชี้วัด {listed}",
            f"the round has no folder; cards missing: {listed}",
        ),
        say(
            f"สร้างโฟลเดอร์ {name} แล้วเขียนรายงานตัวชี้วัดละหนึ่งแฟ้ม",
            f"make the folder {name} and write a card for each",
        ),
    )


def _write(file: str) -> str:
    return say(
        f"เขียนแฟ้ม {file} (ดูแบบใน docs/workspace.md)", f"write {file} (docs/workspace.md shows the format)"
    )


def _misnamed(folder: Path, number: str) -> str:
    """Advice where a file of that name is there, with an ending that is not read or for another indicator."""
    if (folder / f"{number}.yaml").is_file():
        return say(
            f"แก้บรรทัด indicator: ของแฟ้ม {number}.yaml เป็น {number}",
            f"mend the line indicator: of {number}.yaml to {number}",
        )
    for file in sorted(folder.iterdir()):
        if file.stem == number and file.suffix.lower() in {".yml", ".yaml"}:
            return say(f"เปลี่ยนชื่อแฟ้ม {file.name} เป็น {number}.yaml", f"rename {file.name} to {number}.yaml")
    return ""


RULE = Rule("card-missing", ("agreement.indicators", "indicator.number", "card.indicator"), check)
