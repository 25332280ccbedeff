"""An evidence entry that leads to no file inside the round's folder."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from esar_bot.language import say
from esar_bot.precheck.evidence import EvidenceFile, PathFault
from esar_bot.precheck.rule import Problem, Rule, Subject


def check(subject: Subject) -> Iterator[Problem]:
    folder = subject.loaded_round.folder
    for item in subject.evidence:
        if isinstance(item.found, PathFault):
            what, next_step = _words(item.found, item, folder)
            yield Problem(item.at("file"), what, next_step)


def _words(fault: PathFault, item: EvidenceFile, folder: Path) -> tuple[str, str]:
    file = item.evidence.file
    inside = say(f"วางแฟ้มไว้ใต้โฟลเดอร์ {folder.name}/", f"put the file below {folder.name}/")
    match fault:
        case PathFault.BACKSLASH:
            return say(f"ที่อยู่แฟ้ม {file} ใช้เครื่องหมาย \\", f"the path {file} has a backslash"), say(
                f"ใช้ / แทน คือ {_slashes(file)}",
                f"use / instead: {_slashes(file)}",
            )
        case PathFault.ABSOLUTE | PathFault.OUTSIDE:
            return say(
                f"ที่อยู่แฟ้ม {file} อยู่นอกโฟลเดอร์ของรอบ", f"the path {file} leads out of the round's folder"
            ), inside
        case PathFault.FOLDER:
            return say(f"{file} เป็นโฟลเดอร์ ไม่ใช่แฟ้ม", f"{file} is a folder, not a file"), say(
                "ระบุแฟ้มทีละแฟ้ม", "name each file"
            )
        case PathFault.REFUSED:
            return say(f"เปิดแฟ้ม {file} ไม่ได้ ไม่มีสิทธิ์อ่าน", f"{file} may not be read"), say(
                "ปิดโปรแกรมที่เปิดแฟ้มนี้อยู่ หรือแก้สิทธิ์ของแฟ้ม",
                "close the program that has it open, or give read permission",
            )
        case PathFault.MISSING:
            return say(f"ไม่พบแฟ้ม {file}", f"there is no file {file}"), _similar(folder, file) or inside


def _slashes(file: str) -> str:
    return file.replace("\\", "/")


def _similar(folder: Path, file: str) -> str:
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    close = get_close_matches(file, there, n=1, cutoff=0.75)
    return say(f"อาจหมายถึง {close[0]}", f"perhaps {close[0]} is meant") if close else ""


RULE = Rule("evidence-missing-file", ("evidence.file",), check)
