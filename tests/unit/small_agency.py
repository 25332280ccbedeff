"""A small valid agency for unit tests, and the means to spoil it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from esar_bot.models import Limits
from esar_bot.precheck import Precheck, check_round
from esar_bot.workspace import Finding, Workspace, load_settings

LEVELS = "{kind: levels, levels: [80, 82.5, 85, 87.5, 90]}"
FALLING = "{kind: levels, levels: [20, 17.5, 15, 12.5, 10]}"
SIXTY = "{kind: levels, levels: [60, 70, 80, 90, 100]}"

AGREEMENT = f"""\
fiscal_year: 2570
agency: {{name: กรมตัวอย่าง, ministry: กระทรวงตัวอย่าง}}
indicators:
  - number: "1.1"
    name: ร้อยละความสำเร็จของงานหลัก
    dimension: มิติภายนอก ด้านประสิทธิผล
    unit: ร้อยละ
    weight: 40
    weights: {{12m: 30}}
    target: ร้อยละ 90
    criteria: {LEVELS}
    supervisor: {{position: ผู้อำนวยการกองหนึ่ง, name: นายสมมติ หนึ่ง}}
    collectors: [{{name: นางสาวสมมติ สอง, scorer: true}}]
  - number: "1.2"
    name: ระยะเวลาเฉลี่ยของการให้บริการ
    dimension: มิติภายนอก ด้านคุณภาพ
    unit: วัน
    weight: 25
    target: ไม่เกิน 10 วัน
    criteria: {FALLING}
    supervisor: {{position: ผู้อำนวยการกองหนึ่ง, name: นายสมมติ หนึ่ง}}
    collectors: [{{name: นางสาวสมมติ สอง, scorer: true}}]
  - number: "1.10"
    name: ระดับความสำเร็จของแผนงาน
    dimension: มิติภายใน
    unit: ระดับ
    weight: 20
    target: ระดับ 5
    criteria: {{kind: milestones, steps: [หนึ่ง, สอง, สาม, สี่, ห้า]}}
    supervisor: {{position: ผู้อำนวยการกองหนึ่ง, name: นายสมมติ หนึ่ง}}
    collectors: [{{name: นางสาวสมมติ สอง, scorer: true}}]
  - number: "2.1"
    name: ระดับความสำเร็จถ่วงน้ำหนัก
    dimension: มิติภายใน
    unit: ระดับ
    weight: 15
    target: ระดับ 5
    criteria:
      kind: composite
      parts:
        - {{number: "1", name: ก, weight: 0.5, criteria: {SIXTY}}}
        - {{number: "2", name: ข, weight: 0.3, criteria: {SIXTY}}}
        - {{number: "3", name: ค, weight: 0.2, criteria: {SIXTY}}}
    supervisor: {{position: ผู้อำนวยการกองหนึ่ง, name: นายสมมติ หนึ่ง}}
    collectors: [{{name: นางสาวสมมติ สอง, scorer: true}}]
  - number: "2.2"
    name: ร้อยละของงานที่เริ่มปลายปี
    dimension: มิติภายใน
    unit: ร้อยละ
    weight: 10
    target: ร้อยละ 98.90
    criteria: {{kind: anchored, anchors: {{50: 98.72, 75: 98.84, 100: 98.90}}}}
    supervisor: {{position: ผู้อำนวยการกองหนึ่ง, name: นายสมมติ หนึ่ง}}
    collectors: [{{name: นางสาวสมมติ สอง, scorer: true}}]
    starts_at: 12m
"""

RESULTS = {
    "1.1": "result: 87.43\nscore: 3.9720",
    "1.2": "result: 16.2\nscore: 2.5200",
    "1.10": "result: 4\nscore: 4",
    "2.1": 'parts: {"1": 92, "2": 75, "3": 100}\nscore: 3.8500',
    "2.2": "result: 98.86\nscore: 83.3333",
}

CARD = """\
fiscal_year: 2570
round: {round}
indicator: "{number}"
{result}
performance: |
  ดำเนินการตามแผนแล้วเสร็จ
  และรายงานผลต่อผู้บริหาร
supporting_factors: ความร่วมมือของหน่วยงาน
obstacles: ""
suggestions: ""
evidence:
  - number: {number}-1
    title: รายงานผลการดำเนินงาน
    file: {number}/รายงาน.pdf
"""

LIMITS = Limits(
    text_lengths={
        "performance": 400,
        "supporting_factors": 100,
        "obstacles": 100,
        "suggestions": 100,
        "evidence_list": 120,
    },
    file_types=("pdf", "docx", "xlsx", "doc", "jpg", "png"),
    file_bytes=200_000,
    file_name_bytes=90,
    file_name_refused="#%",
    files_per_card=3,
)
IN_THE_WINDOW = {"9m": date(2027, 7, 5), "12m": date(2027, 10, 4)}


@cache
def pdf(mark: str, password: str | None = None, *, user_password: str = "") -> bytes:
    """A PDF of one blank page that no other mark gives."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.add_metadata({"/Title": mark})
    if password is not None:
        writer.encrypt(user_password, password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def office(*members: str) -> bytes:
    """A zip of these members, as docx and its kin are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member in members:
            archive.writestr(member, "<x/>")
    return out.getvalue()


@dataclass
class SmallAgency:
    """A workspace on disk with valid rounds 9m and 12m, and the results of the worked examples."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> SmallAgency:
        agency = cls(root)
        agency.write("esar.toml", 'fiscal_year = 2570\n[portal]\nprofile = "mock"\n')
        agency.write("agreement.yaml", AGREEMENT)
        for round_key, numbers in {"9m": list(RESULTS)[:4], "12m": list(RESULTS)}.items():
            for number in numbers:
                card = CARD.format(round=round_key, number=number, result=RESULTS[number])
                agency.write(f"{round_key}/{number}.yaml", card)
                agency.write(f"{round_key}/{number}/รายงาน.pdf", pdf(f"{round_key} {number}"))
        return agency

    def write(self, file: str, content: str | bytes) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands in the file exactly once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        path.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, file: str, start: str, nth: int = 1) -> int:
        """The number of the nth line whose text begins so, a list's dash aside."""
        lines = (self.root / file).read_text(encoding="utf-8").splitlines()
        found = [n for n, text in enumerate(lines, start=1) if text.lstrip(" -").startswith(start)]
        return found[nth - 1]

    def remove(self, file: str) -> None:
        (self.root / file).unlink()

    def check(
        self,
        round_key: str = "9m",
        *,
        limits: Limits = LIMITS,
        today: date | None = None,
        rehearsal: bool = False,
    ) -> Precheck:
        workspace = Workspace(self.root)
        return check_round(
            workspace,
            load_settings(workspace),
            round_key,
            limits=limits,
            today=today or IN_THE_WINDOW[round_key],
            rehearsal=rehearsal,
        )

    def found(self, rule: str, round_key: str = "9m", **how) -> list[Finding]:
        """The findings of one rule. No rule may crash."""
        result = self.check(round_key, **how)
        assert not [finding for finding in result.findings if "ทำงานผิดพลาด" in finding.what]
        return [finding for finding in result.findings if finding.rule == rule]


def digest(folder: Path) -> str:
    """All names and bytes below a folder, as one digest."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        total.update(path.relative_to(folder).as_posix().encode())
        if path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()
