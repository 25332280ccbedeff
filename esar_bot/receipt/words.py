"""The receipt's outcomes in words, and what it proves and does not prove."""

from __future__ import annotations

from esar_bot.portal import State
from esar_bot.receipt.model import EvidenceOutcome, Reading, Receipt
from esar_bot.run import CardOutcome, RoundOutcome

CARD_WORDS = {
    CardOutcome.UNCHANGED: "คงเดิม",
    CardOutcome.SAVED: "บันทึกแล้ว",
    CardOutcome.MISMATCH: "ค่าไม่ตรง",
    CardOutcome.FAILED: "บันทึกไม่สำเร็จ",
    CardOutcome.UNKNOWN: "ไม่ทราบผล",
    CardOutcome.NOT_REACHED: "ยังไม่ได้ดำเนินการ",
}
EVIDENCE_WORDS = {
    EvidenceOutcome.ATTACHED: "แนบแล้ว",
    EvidenceOutcome.KEPT: "คงไว้",
    EvidenceOutcome.MISSING: "ไม่พบบนระบบ",
    EvidenceOutcome.REMOVED: "ลบแล้ว",
    EvidenceOutcome.NOT_REMOVED: "ยังไม่ถูกลบ",
    EvidenceOutcome.FOUND: "มีบนระบบ แต่ไม่มีในรายงาน",
    EvidenceOutcome.UNKNOWN: "ไม่ทราบผล",
}
MODE_WORDS = {"submit": "บันทึกและส่งรอบ", "draft": "บันทึกร่าง"}
READING_WORDS = {
    Reading.AFTER: "อ่านทวนหลังดำเนินการ",
    Reading.BEFORE: "อ่านก่อนดำเนินการ (ไม่มีการเขียน)",
    Reading.NONE: "ไม่ได้อ่านทวน",
}

REHEARSAL = "ใบรับจากการซ้อมกับระบบจำลอง – ใช้เป็นหลักฐานการส่งรายงานจริงไม่ได้"
DIFFERS = " ข้อมูลบนระบบต่างจากรายงานที่เตรียมไว้บางรายการ"


def outcome_sentence(receipt: Receipt) -> str:
    """The round's outcome in one sentence."""
    if receipt.outcome is RoundOutcome.NOTHING_TO_DO:
        differs = "" if all(card.agrees for card in receipt.cards) else DIFFERS
        return _nothing_done(receipt) + differs
    return {
        RoundOutcome.SUBMITTED: "ส่งรายงานแล้ว และระบบออกเลขที่ยืนยันการรับ",
        RoundOutcome.DRAFT: "บันทึกเป็นร่างบนระบบแล้ว ยังไม่ได้ส่งรายงาน",
        RoundOutcome.NOT_SUBMITTED: "การทำงานครั้งนี้ไม่ได้ส่งรายงาน",
        RoundOutcome.UNKNOWN: "ไม่ทราบว่าระบบรับรายงานแล้วหรือไม่ ต้องตรวจสอบบนระบบ",
        RoundOutcome.INTERRUPTED: "การทำงานครั้งนี้ไม่ได้ส่งรายงาน",
    }[receipt.outcome]


def _nothing_done(receipt: Receipt) -> str:
    if receipt.state_before is State.ACCEPTED:
        return "ผู้ประเมินรับรองรายงานรอบนี้ก่อนการดำเนินการครั้งนี้แล้ว จึงไม่มีการบันทึกหรือส่งเพิ่ม"
    if receipt.state_before.is_locked:
        return "ระบบรับรายงานรอบนี้ไว้ก่อนการดำเนินการครั้งนี้แล้ว จึงไม่มีการบันทึกหรือส่งเพิ่ม"
    return "ไม่มีสิ่งที่ต้องบันทึก และยังไม่ได้ส่งรายงาน"


def proves(receipt: Receipt) -> tuple[str, ...]:
    """What a reader may conclude from this receipt."""
    statements = []
    if receipt.confirmation is not None:
        statements.append(
            f"ระบบรับแล้ว: ระบบแสดงเลขที่ยืนยัน {receipt.confirmation.number} สำหรับรายงานรอบนี้ เมื่ออ่านสถานะรอบจากระบบ"
        )
    if any(field.verified for card in receipt.cards for field in card.fields):
        statements.append(
            "ช่องที่ระบุว่า “ตรง” คือช่องที่หน้าแสดงผลของระบบ ซึ่งแก้ไขไม่ได้ แสดงค่าตรงกับรายงานที่เตรียมไว้ "
            "โดยตัวเลขเทียบตามค่า ข้อความเทียบทุกตัวอักษร ยกเว้นช่องว่างหัวท้ายข้อความและท้ายบรรทัด กับรหัสอักขระที่ผู้อ่านแยกไม่ออก"
        )
    if any(
        item.portal_sha256 and item.portal_sha256 == item.sha256
        for card in receipt.cards
        for item in card.evidence
    ):
        statements.append("ไฟล์ที่มีค่า SHA-256 จากระบบตรงกัน คือไฟล์ที่ดาวน์โหลดกลับจากระบบแล้วเหมือนต้นฉบับทุกไบต์")
    if any(card.picture for card in receipt.cards):
        statements.append("ภาพหน้าจอเป็นภาพของหน้าแสดงผลของระบบในขณะที่อ่านทวน และมีค่า SHA-256 กำกับทุกภาพ")
    return tuple(statements)


def does_not_prove(receipt: Receipt) -> tuple[str, ...]:
    """What a reader must not conclude from it."""
    statements = []
    if receipt.state_before is not State.ACCEPTED:
        statements.append("“ระบบรับแล้ว” ไม่ได้หมายความว่า “ผู้ประเมินรับรองแล้ว” ผู้ประเมินอาจส่งคืนให้แก้ไขได้")
    statements += [
        "ไม่ได้รับรองว่าเนื้อหาของรายงานหรือหลักฐานถูกต้อง หรือว่าคะแนนนี้เป็นผลการประเมิน",
        "ไม่ได้แสดงว่าข้อมูลบนระบบยังคงเดิมหลังเวลาสิ้นสุดที่ระบุไว้",
        "เวลาในเอกสารนี้เป็นเวลาของเครื่องคอมพิวเตอร์ที่ใช้บันทึก ไม่ใช่เวลาที่ระบบรับรอง",
        "เอกสารนี้จัดทำโดย esar-bot ไม่ใช่เอกสารที่สำนักงาน ก.พ.ร. หรือระบบ e-SAR ออกให้ และไม่มีลายมือชื่ออิเล็กทรอนิกส์",
    ]
    return tuple(statements)
