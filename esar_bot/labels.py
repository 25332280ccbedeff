"""How the fields of a SAR card are called on paper."""

from esar_bot.language import say

EVIDENCE = "evidence"
_LABELS = {
    "result": "ผลการดำเนินงาน",
    "score": "ค่าคะแนนที่ได้",
    "performance": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
    "supporting_factors": "ปัจจัยสนับสนุนต่อการดำเนินงาน",
    "obstacles": "ปัญหา/อุปสรรคต่อการดำเนินงาน",
    "suggestions": "ข้อเสนอแนะ",
    "evidence_list": "รายการหลักฐานอ้างอิง",
    EVIDENCE: "ไฟล์หลักฐานอ้างอิง",
}


def field_label(name: str) -> str:
    """The field's Thai label; a field that has none keeps its name."""
    return _LABELS.get(name, name)


def field_word(name: str) -> str:
    """A field as a message names it: by its label for whoever reads Thai, else by its key."""
    return say(field_label(name), name)
