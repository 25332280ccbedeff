"""Personal data and broken text: found wherever people write, and never repeated in a message."""

import pytest

from esar_bot.precheck.rules.broken_pdf_text import excerpt
from esar_bot.precheck.rules.personal_citizen_id import citizen_ids, is_citizen_id
from esar_bot.precheck.rules.personal_email import emails
from esar_bot.precheck.rules.personal_phone import phones
from esar_bot.workspace import Level, Place

CARD = "9m/1.1.yaml"
CITIZEN = "1101700230708"
DATA = {
    "personal-citizen-id": "1-1017-00230-70-8",
    "personal-phone": "081-234-5678",
    "personal-email": "somsri@example.go.th",
}


def thai(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


@pytest.mark.parametrize("rule", DATA)
@pytest.mark.parametrize(
    "key", ["performance", "supporting_factors", "obstacles", "suggestions", "title", "file"]
)
def test_personal_data_is_found_at_its_line_and_not_repeated(agency, rule, key):
    old = {
        "performance": "  และรายงานผลต่อผู้บริหาร",
        "supporting_factors": "ความร่วมมือของหน่วยงาน",
        "obstacles": 'obstacles: ""',
        "suggestions": 'suggestions: ""',
        "title": "รายงานผลการดำเนินงาน",
        "file": "1.1/รายงาน.pdf",
    }[key]
    datum = DATA[rule]
    text = {"performance": f"  ติดต่อ {datum}", "file": f"'1.1/ของ {datum}.pdf'"}.get(key, f"ติดต่อ {datum} ได้")
    agency.edit(CARD, old, f"{key}: {text}" if old.startswith(f"{key}:") else text)
    (finding,) = agency.found(rule)
    assert finding.level is Level.WARNING
    assert finding.place == Place(CARD, agency.line(CARD, f"{key}:"))
    assert finding.field.endswith(key)
    assert datum not in finding.what + finding.next_step
    assert "บรรทัดที่" in finding.what
    if key == "performance":
        assert "บรรทัดที่ 2 " in finding.what


def test_a_valid_card_holds_no_personal_data(agency):
    for rule in DATA:
        assert not agency.found(rule)


@pytest.mark.parametrize(
    "text",
    [
        CITIZEN,
        thai(CITIZEN),
        "1-1017-00230-70-8",
        "1 1017 00230 70 8",
        "1–1017–00230–70–8",
        f"เลข{CITIZEN}ของ",
        f"รวม 2 {CITIZEN} คน",
        f"ปี 2570\n{CITIZEN}",
    ],
)
def test_citizen_ids(text):
    assert len(list(citizen_ids(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "1101700230709",
        f"{CITIZEN}5",
        f"9{CITIZEN}",
        "110170023070\n8",
        "1,101,700,230,708",
        "นร 0201.1101700230708",
    ],
)
def test_what_is_no_citizen_id(text):
    assert not list(citizen_ids(text))


def test_the_check_digit_is_one_in_ten():
    assert [d for d in "0123456789" if is_citizen_id(CITIZEN[:12] + d)] == ["8"]


@pytest.mark.parametrize(
    "text",
    [
        "0-2000-0101",
        "0 2000 0101",
        "02-000-0101",
        "020000101",
        "053-123456",
        "081-234-5678",
        "0812345678",
        "08 1234 5678",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "+66 81 234 5678",
        "+6621234567",
        "+66 (0) 81 234 5678",
        "(02) 123-4567",
        "โทร.0812345678"[4:],
        "โทร0812345678",
    ],
)
def test_phones(text):
    assert len(list(phones(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2570",
        "1,250.50",
        "0.0812345678",
        "ว 0812/2570",
        "01 02 2570",
        "0001234567",
        "08123456789",
        "1.1-2",
        "ร้อยละ 0.25",
        "031245",
    ],
)
def test_what_is_no_phone(text):
    assert not list(phones(text))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a@b.go.th", 1),
        ("ติดต่อsom.sri+1@mail.example.comครับ", 1),
        ("a@b", 0),
        ("@opdc", 0),
        ("อัตรา 5 @ 10.5", 0),
    ],
)
def test_emails(text, count):
    assert len(list(emails(text))) == count


BROKEN = [
    "กรมได้จัดท ำค ำรับรอง",
    "น้ ำหนัก",
    "ป ีงบประมาณ",
    "ด\u0e4d\u0e32าเนินงาน",
    "ท\u0e4d\u0e32งาน",
    "น\u0e4d\u0e49\u0e32",
    "ทำางาน",
    "ที\uf70bดี",
    "ที\uf71aดี",
    "ข้อ\ufffdความ",
    "เป9าหมาย",
    "ก า ร พ ั ฒ น า",
    "ร ะ บ บ ร า ช ก า ร",
    "กา รั บ ร อ ง ด้ ว ย ก า ร",
]
SOUND = [
    "กรมได้จัดทำคำรับรอง น้ำหนัก ปีงบประมาณ 2570",
    "ข้อ ก ข ค และ ง",
    "ระดับ A B C D E F",
    "ร้อยละ 90 ของ SDGs ทั้ง 17 ข้อ",
    "ฯลฯ ๆ ไทย\nอังกฤษ",
    "อรหํ",
    "",
]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_text_is_found(text):
    assert excerpt(text)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_is_passed(text):
    assert not excerpt(text)


def test_broken_pdf_text_is_an_error_in_a_card_with_an_excerpt(agency):
    agency.edit(CARD, "  และรายงานผลต่อผู้บริหาร", "  และจัดท ำรายงานผล")
    (finding,) = agency.found("broken-pdf-text")
    assert (finding.level, finding.place) == (Level.ERROR, Place(CARD, agency.line(CARD, "performance:")))
    assert "จัดท ำรายงาน" in finding.what


def test_broken_pdf_text_in_an_evidence_title(agency):
    agency.edit(CARD, "title: รายงานผลการดำเนินงาน", "title: รายงานผลการด ำเนินงาน")
    (finding,) = agency.found("broken-pdf-text")
    assert finding.place.line == agency.line(CARD, "title:")


def test_broken_pdf_text_in_the_agreement_is_a_warning(agency):
    assert not agency.found("broken-pdf-text")
    agency.edit("agreement.yaml", "ระดับความสำเร็จของแผนงาน", "ระดับความส ำเร็จของแผนงาน")
    (finding,) = agency.found("broken-pdf-text")
    assert (finding.level, finding.indicator, finding.place.file) == (Level.WARNING, "1.10", "agreement.yaml")


def test_an_example_of_init_is_an_error_unless_it_is_a_rehearsal(agency):
    agency.edit("9m/1.1.yaml", "performance: |\n  ", "performance: |\n  (ตัวอย่าง) ")
    (finding,) = agency.found("placeholder-text", rehearsal=False)
    assert (finding.level, finding.field) == (Level.ERROR, "performance")
    (finding,) = agency.found("placeholder-text", rehearsal=True)
    assert finding.level is Level.WARNING


def test_ordinary_words_for_example_are_no_placeholder(agency):
    agency.edit("9m/1.1.yaml", "performance: |\n  ", "performance: |\n  ยกตัวอย่างเช่น ")
    assert not agency.found("placeholder-text")
