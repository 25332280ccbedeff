"""The card's form: its fields and file rules (data/card_form.toml), and the checks of what was typed."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

NOT_AVAILABLE = "N/A"
# [0-9] and not \d: the latter also takes Thai digits, which the score sheet cannot add up.
SIGNED_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
UNSIGNED_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")
# No HTML page can give these back unchanged, so they are refused instead of being lost.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
PERCENT_ESCAPES = {"%22": '"', "%0A": "\n", "%0D": "\r"}


@dataclass(frozen=True)
class Problem:
    """Something to correct: which field, its label, and what to do."""

    field: str
    label: str
    message: str


@dataclass(frozen=True)
class Field:
    """One field of the form."""

    name: str
    label: str
    kind: str
    limit: int
    help: str
    required: frozenset[str]
    rows: int = 1
    unless_na: bool = False
    at_once: bool = False  # a draft, too, is refused without it

    def check(self, value: str, highest: Decimal) -> Problem | None:
        """What is wrong with a typed value; empty is always right for a draft."""
        message = self._message(value, highest)
        return Problem(self.name, self.label, message) if message else None

    def missing(self, fields: Mapping[str, str], round_key: str) -> bool:
        """Whether the round cannot be submitted because this field is empty."""
        if round_key not in self.required or (self.unless_na and fields["result"] == NOT_AVAILABLE):
            return False
        return not fields[self.name].strip()

    def _message(self, value: str, highest: Decimal) -> str:
        value = browser_newlines(value)
        if self.at_once and not value.strip():
            return "กรุณาระบุข้อมูล"
        if CONTROL.search(value):
            return "มีอักขระควบคุมที่ระบบไม่รองรับ กรุณาลบอักขระดังกล่าวแล้วบันทึกใหม่"
        length = browser_length(value)
        if length > self.limit:
            return f"ข้อความยาวเกินกำหนด ระบุได้ไม่เกิน {self.limit:,} ตัวอักษร (ขณะนี้ {length:,} ตัวอักษร)"
        if not value or self.kind == "text":
            return ""
        return _result_problem(value) if self.kind == "result" else _score_problem(value, highest)


@dataclass(frozen=True)
class FileRules:
    """Which evidence files are taken."""

    name: str
    label: str
    extensions: tuple[str, ...]
    max_bytes: int
    max_name_bytes: int
    max_files: int
    forbidden: str
    required: frozenset[str]

    @property
    def accept(self) -> str:
        """The file input's `accept` attribute."""
        return ",".join(f".{e}" for e in self.extensions)

    @property
    def megabytes(self) -> int:
        """The size limit as people say it."""
        return self.max_bytes // 1024**2

    def check(self, files: list[tuple[str, int]], already: int) -> list[Problem]:
        """What is wrong with new files (name, bytes) for a card that already has some."""
        problems = [
            Problem(self.name, self.label, f"ไฟล์ “{name}” {message}")
            for name, size in files
            for message in self._messages(name, size)
        ]
        if already + len(files) > self.max_files:
            message = (
                f"แนบไฟล์ได้ไม่เกิน {self.max_files} ไฟล์ต่อหนึ่งตัวชี้วัด "
                f"(มีอยู่แล้ว {already} ไฟล์ เลือกเพิ่ม {len(files)} ไฟล์)"
            )
            problems.append(Problem(self.name, self.label, message))
        return problems

    def _messages(self, name: str, size: int) -> list[str]:
        found = []
        if name.rpartition(".")[2].lower() not in self.extensions or not name.rpartition(".")[0]:
            found.append(f"เป็นชนิดที่ระบบไม่รองรับ รองรับเฉพาะ {', '.join(self.extensions)}")
        if size == 0:
            found.append("เป็นไฟล์ว่าง (0 ไบต์)")
        if size > self.max_bytes:
            found.append(f"มีขนาดเกิน {self.megabytes} MB")
        if len(name.encode()) > self.max_name_bytes:
            found.append(f"มีชื่อยาวเกิน {self.max_name_bytes} ไบต์")
        if any(c in self.forbidden for c in name) or CONTROL.search(name) or "\n" in name or "\t" in name:
            found.append(f"มีอักขระต้องห้ามในชื่อไฟล์ ({' '.join(self.forbidden)})")
        return found


@dataclass(frozen=True)
class CardForm:
    """The whole form."""

    fields: tuple[Field, ...]
    evidence: FileRules

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(f for f in self.fields if f.name == name)

    def check(self, fields: Mapping[str, str], highest: Decimal) -> list[Problem]:
        """Everything that keeps a draft from being stored."""
        found = (f.check(fields[f.name], highest) for f in self.fields)
        return [problem for problem in found if problem]

    def incomplete(self, fields: Mapping[str, str], files: int, round_key: str) -> list[Problem]:
        """Everything that keeps a card from being submitted."""
        problems = [Problem(f.name, f.label, "") for f in self.fields if f.missing(fields, round_key)]
        if round_key in self.evidence.required and files == 0:
            problems.append(Problem(self.evidence.name, self.evidence.label, "อย่างน้อย 1 ไฟล์"))
        return problems


def load_card_form() -> CardForm:
    """Read the form's definition."""
    source = Path(__file__).parent / "data" / "card_form.toml"
    tables: dict[str, Any] = tomllib.loads(source.read_text("utf-8"))
    fields = tuple(Field(**{**f, "required": frozenset(f["required"])}) for f in tables["fields"])
    rules = tables["evidence"]
    sets = {"extensions": tuple(rules["extensions"]), "required": frozenset(rules["required"])}
    return CardForm(fields, FileRules(**{**rules, **sets}))


def browser_length(value: str) -> int:
    """The length as `maxlength` counts it: UTF-16 code units, so an emoji is two."""
    return len(value.encode("utf-16-le")) // 2


def browser_newlines(value: str) -> str:
    """A posted text as it was typed: browsers send every line end as CR LF."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def browser_file_name(value: str) -> str:
    """A posted file name as it was on the disk: browsers write quotes and line ends in it as % escapes."""
    for escape, character in PERCENT_ESCAPES.items():
        value = value.replace(escape, character)
    return value


def _result_problem(value: str) -> str:
    if value == NOT_AVAILABLE or SIGNED_NUMBER.fullmatch(value):
        return ""
    return "กรุณาระบุข้อมูลให้ถูกต้อง ต้องเป็นตัวเลขอารบิกทศนิยมไม่เกิน 4 ตำแหน่ง ไม่มีเครื่องหมายจุลภาค หรือ N/A"


def _score_problem(value: str, highest: Decimal) -> str:
    if not UNSIGNED_NUMBER.fullmatch(value):
        return "กรุณาระบุค่าคะแนนเป็นตัวเลขอารบิก ทศนิยมไม่เกิน 4 ตำแหน่ง"
    return f"ค่าคะแนนต้องไม่เกิน {highest}" if Decimal(value) > highest else ""
