"""Workspaces of any size for measuring: real-sized Thai texts and three files of 200 KB per indicator."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from pypdf import PdfWriter

FILES_PER_CARD = 3
FILE_BYTES = 200_000
PARAGRAPH = (
    "หน่วยงานได้ดำเนินการตามแผนปฏิบัติราชการประจำปี โดยประชุมชี้แจงผู้ที่เกี่ยวข้อง กำหนดผู้รับผิดชอบ "
    "และติดตามความก้าวหน้าทุกเดือน ทั้งนี้ผู้บริหารให้ความสำคัญและสนับสนุนทรัพยากรอย่างต่อเนื่อง "
    "น้ำหนักและค่าเป้าหมายเป็นไปตามคำรับรอง\n"
)
INDICATOR = """  - number: "{number}"
    name: ร้อยละความสำเร็จของงานที่ {number}
    dimension: มิติภายนอก ด้านประสิทธิผล
    unit: ร้อยละ
    weight: {weight}
    target: ร้อยละ 90
    criteria: {{kind: levels, levels: [80, 82.5, 85, 87.5, 90]}}
    supervisor: {{position: ผู้อำนวยการกองตัวอย่าง, name: นายตัวอย่าง กำกับดี}}
    collectors: [{{name: นางสาวตัวอย่าง รวบรวมครบ, scorer: true}}]
"""
CARD = """fiscal_year: 2570
round: 9m
indicator: "{number}"
result: 87.43
performance: |
{performance}
supporting_factors: |
{short}
obstacles: |
{short}
suggestions: |
{short}
evidence:
"""


def write_agency(folder: Path, indicators: int) -> Path:
    """Write a workspace with that many active indicators in round 9m; the same bytes every time."""
    noise = random.Random(indicators)  # noqa: S311 - file contents, not secrets
    (folder / "9m").mkdir(parents=True)
    (folder / "esar.toml").write_text('fiscal_year = 2570\n[portal]\nprofile = "mock"\n', encoding="utf-8")
    share = 100 // indicators
    weights = [share + (100 - share * indicators if index == 0 else 0) for index in range(indicators)]
    text = "fiscal_year: 2570\nagency: {name: กรมตัวอย่าง, ministry: กระทรวงตัวอย่าง}\nindicators:\n"
    for index, weight in enumerate(weights, start=1):
        number = f"1.{index}"
        text += INDICATOR.format(number=number, weight=weight)
        _write_card(folder / "9m", number, noise)
    (folder / "agreement.yaml").write_text(text, encoding="utf-8")
    return folder


def _write_card(folder: Path, number: str, noise: random.Random) -> None:
    long, short = (f"  งานที่ {number} {PARAGRAPH}" + f"  {PARAGRAPH}" * more for more in (6, 1))
    card = CARD.format(number=number, performance=long.rstrip("\n"), short=short.rstrip("\n"))
    (folder / number).mkdir()
    for index in range(1, FILES_PER_CARD + 1):
        name = f"evidence-{number}-{index}.pdf"
        (folder / number / name).write_bytes(_pdf(noise.randbytes(FILE_BYTES)))
        card += f"  - {{number: {number}-{index}, title: หลักฐานที่ {index}, file: {number}/{name}}}\n"
    (folder / f"{number}.yaml").write_text(card, encoding="utf-8")


def _pdf(filling: bytes) -> bytes:
    """A valid PDF of about the filling's size."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("data.bin", filling)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()
