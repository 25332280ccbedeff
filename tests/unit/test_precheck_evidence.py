"""Rules about evidence: each finds its fault, at its line."""

import os
import shutil
import sys

import pytest

from esar_bot.models import Limits
from esar_bot.precheck.content import KNOWN, OLE_MARK, kind_of
from esar_bot.precheck.evidence import PathFault, StoredFile, find
from esar_bot.precheck.rules.evidence_name_refused import faults
from esar_bot.workspace import Level, Place
from tests.unit.small_agency import LIMITS, SmallAgency, office, pdf

CARD = "9m/1.1.yaml"
PNG = bytes.fromhex("89504E470D0A1A0A0000000D49484452") + bytes(32)
JPEG = bytes.fromhex("FFD8FFE000104A46494600010100") + bytes(32)
DOCX = office("[Content_Types].xml", "word/document.xml")
XLSX = office("[Content_Types].xml", "xl/workbook.xml")
OLE = OLE_MARK + bytes(600)
LOCKED_OFFICE = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64)


def attach(
    agency: SmallAgency, file: str, content: bytes | None, number: str = "1.1-2", card: str = CARD
) -> int:
    """Add an evidence entry and its file; the line of its `file:`."""
    with (agency.root / card).open("a", encoding="utf-8") as out:
        out.write(f"  - number: {number}\n    title: หลักฐาน\n    file: '{file}'\n")
    if content is not None:
        agency.write(f"{card.partition('/')[0]}/{file}", content)
    return len((agency.root / card).read_text(encoding="utf-8").splitlines())


def test_evidence_required(agency):
    for card in ("9m/1.1.yaml", "12m/1.1.yaml"):
        text = (agency.root / card).read_text(encoding="utf-8")
        agency.write(card, text.partition("evidence:")[0])
    (finding,) = agency.found("evidence-required", "12m")
    assert (finding.place.file, finding.indicator) == ("12m/1.1.yaml", "1.1")
    assert not agency.found("evidence-required", "9m")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("1.1/หายไป.pdf", "ไม่พบแฟ้ม"),
        ("1.1\\รายงาน.pdf", "1.1/รายงาน.pdf"),
        ("../12m/1.1/รายงาน.pdf", "นอกโฟลเดอร์"),
        ("1.1/../../esar.toml", "นอกโฟลเดอร์"),
        ("/etc/passwd", "นอกโฟลเดอร์"),
        ("C:/งาน/รายงาน.pdf", "นอกโฟลเดอร์"),
        ("1.1", "โฟลเดอร์ ไม่ใช่แฟ้ม"),
        ("1.1/" + "ย" * 300 + ".pdf", "ไม่พบแฟ้ม"),
    ],
)
def test_evidence_missing_file(agency, file, words):
    line = attach(agency, file, None)
    (finding,) = agency.found("evidence-missing-file")
    assert finding.place == Place(CARD, line)
    assert (finding.indicator, finding.field) == ("1.1", "evidence.2.file")
    assert words in finding.what + finding.next_step


def test_a_missing_file_of_nearly_that_name_is_proposed(agency):
    agency.edit(CARD, "file: 1.1/รายงาน.pdf", "file: 1.1/รายงาน .pdf")
    (finding,) = agency.found("evidence-missing-file")
    assert "1.1/รายงาน.pdf" in finding.next_step


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_a_link_out_of_the_round_is_not_followed(agency):
    (agency.root / "9m/1.1/link.pdf").symlink_to(agency.root / "12m/1.1/รายงาน.pdf")
    line = attach(agency, "1.1/link.pdf", None)
    (finding,) = agency.found("evidence-missing-file")
    assert finding.place.line == line


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_no_file_and_stops_nothing(agency):
    os.mkfifo(agency.root / "9m/1.1/pipe.pdf")
    assert find(agency.root / "9m", "1.1/pipe.pdf") is PathFault.MISSING


def test_evidence_empty_file(agency):
    line = attach(agency, "1.1/ว่าง.pdf", b"")
    (finding,) = agency.found("evidence-empty-file")
    assert finding.place == Place(CARD, line)
    assert not agency.found("evidence-wrong-bytes")


def test_evidence_too_large(agency):
    content = pdf("a") + bytes(LIMITS.file_bytes)
    line = attach(agency, "1.1/ใหญ่.pdf", content)
    (finding,) = agency.found("evidence-too-large")
    assert finding.place == Place(CARD, line)
    agency.write("9m/1.1/ใหญ่.pdf", content[: LIMITS.file_bytes])
    assert not agency.found("evidence-too-large")
    assert not agency.found("evidence-too-large", limits=Limits())


@pytest.mark.parametrize(
    ("name", "refused"), [("setup.exe", True), ("ไม่มีนามสกุล", True), ("รูป.JPG", False), ("a.Png", False)]
)
def test_evidence_type_refused(agency, name, refused):
    line = attach(agency, f"1.1/{name}", JPEG)
    found = agency.found("evidence-type-refused")
    assert [finding.place for finding in found] == ([Place(CARD, line)] if refused else [])
    assert not agency.found("evidence-type-refused", limits=Limits())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PNG),
        ("a.pdf", DOCX),
        ("a.docx", office("ก.txt")),
        ("a.docx", XLSX),
        ("a.docx", OLE),
        ("a.docx", b"PK\x03\x04broken"),
        ("a.doc", DOCX),
        ("a.jpg", PNG),
        ("a.png", b"no picture at all"),
        ("a.zip", pdf("z")),
        ("a.csv", PNG),
    ],
)
def test_evidence_wrong_bytes(agency, name, content):
    line = attach(agency, f"1.1/{name}", content)
    (finding,) = agency.found("evidence-wrong-bytes")
    assert finding.place == Place(CARD, line)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf("b")),
        ("a.PDF", b"\r\n\r\n" + pdf("c")),
        ("a.docx", DOCX),
        ("a.xlsx", XLSX),
        ("a.pptx", office("[Content_Types].xml", "ppt/presentation.xml")),
        ("a.doc", OLE),
        ("a.xls", OLE),
        ("a.jpeg", JPEG),
        ("a.png", PNG),
        ("a.zip", office("ก.txt")),
        ("a.csv", "ก,ข\n".encode("cp874")),
        ("a.xyz", PNG),
    ],
)
def test_right_bytes_are_passed(agency, name, content):
    attach(agency, f"1.1/{name}", content)
    assert not agency.found("evidence-wrong-bytes")


def test_an_office_file_with_a_password_is_told_from_an_old_one(agency):
    attach(agency, "1.1/a.docx", LOCKED_OFFICE)
    (finding,) = agency.found("evidence-wrong-bytes")
    assert "รหัสผ่าน" in finding.next_step
    attach(agency, "1.1/b.doc", LOCKED_OFFICE + b"x", number="1.1-3")
    assert len(agency.found("evidence-wrong-bytes")) == 2


def test_every_known_extension_has_kinds():
    assert all(KNOWN.values())


def test_kinds_are_found_in_large_files_by_their_ends(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(LOCKED_OFFICE[:600] + bytes((1 << 16) - 610) + "EncryptedPackage".encode("utf-16-le"))
    assert kind_of(StoredFile(path, path.stat().st_size, OLE[:512])) == "encrypted office"


def test_evidence_duplicate_within_a_card_is_an_error(agency):
    line = attach(agency, "1.1/สำเนา.pdf", (agency.root / "9m/1.1/รายงาน.pdf").read_bytes())
    (finding,) = agency.found("evidence-duplicate")
    assert (finding.place, finding.level) == (Place(CARD, line), Level.ERROR)
    assert "1.1-1" in finding.what


def test_evidence_duplicate_across_cards_is_a_warning(agency):
    shutil.copy(agency.root / "9m/1.1/รายงาน.pdf", agency.root / "9m/1.2/รายงาน.pdf")
    (finding,) = agency.found("evidence-duplicate")
    assert (finding.place.file, finding.level) == ("9m/1.2.yaml", Level.WARNING)
    assert "9m/1.1.yaml" in finding.what


def test_the_same_file_listed_twice_is_a_duplicate_once(agency):
    attach(agency, "1.1/รายงาน.pdf", None)
    assert [finding.level for finding in agency.found("evidence-duplicate")] == [Level.ERROR]
    assert not agency.found("evidence-same-name")


def test_files_of_equal_size_are_no_duplicates(agency):
    content = (agency.root / "9m/1.1/รายงาน.pdf").read_bytes()
    attach(agency, "1.1/b.pdf", content[:-1] + bytes([content[-1] ^ 1]))
    assert not agency.found("evidence-duplicate")


@pytest.mark.parametrize(
    ("content", "level"),
    [
        (pdf("p", "owner", user_password="user"), Level.ERROR),
        (pdf("q", "owner"), Level.WARNING),
        (b"%PDF-1.7\nno more than that\n", Level.WARNING),
        (pdf("r")[:200], Level.WARNING),
        (pdf("s"), None),
        (PNG, None),
    ],
)
def test_evidence_encrypted_pdf(agency, content, level, caplog):
    line = attach(agency, "1.1/x.pdf", content)
    found = agency.found("evidence-encrypted-pdf")
    assert [(finding.place, finding.level) for finding in found] == (
        [(Place(CARD, line), level)] if level else []
    )
    assert not caplog.records


def test_a_pdf_that_is_too_large_is_not_read(agency, monkeypatch):
    attach(agency, "1.1/x.pdf", pdf("p", "owner", user_password="user"))
    assert not agency.found("evidence-encrypted-pdf", limits=Limits(file_bytes=400))


def test_evidence_name_too_long_counts_bytes(agency):
    line = attach(agency, f"1.1/{'ก' * 29}.pdf", pdf("n"))
    (finding,) = agency.found("evidence-name-too-long")
    assert finding.place == Place(CARD, line)
    assert "91" in finding.what
    assert not agency.found("evidence-name-too-long", limits=Limits(file_name_bytes=91))
    assert not agency.found("evidence-name-too-long", limits=Limits())


@pytest.mark.parametrize(
    "name",
    [
        "ก#1.pdf",
        "100%.pdf",
        "a:b.pdf",
        "a?.pdf",
        'a".pdf',
        "<a>.pdf",
        "a|b.pdf",
        "a*.pdf",
        "e\u0301.pdf",
        "ก\u200b.pdf",
        "ก.pdf ",
        "ก.",
        " ก.pdf",
    ],
)
def test_evidence_name_refused(agency, name):
    line = attach(agency, f"1.1/{name}", None)
    found = agency.found("evidence-name-refused")
    assert [finding.place for finding in found] == [Place(CARD, line)]


@pytest.mark.parametrize("name", ["รายงาน (ฉบับที่ ๒).pdf", "น้ำ.pdf", "Report_1-2.final.PDF", "ก+ข=ค.pdf"])
def test_names_that_are_fine(name):
    assert not list(faults(name, LIMITS.file_name_refused))


@pytest.mark.parametrize("number", ["1.2-1", "1.1", "1.1-0", "1.1-ก", "1.1.1-1", "1.1-1-1", "-1", "1.1-1"])
def test_evidence_number(agency, number):
    attach(agency, "1.1/x.pdf", pdf("n"), number=f'"{number}"')
    (finding,) = agency.found("evidence-number")
    assert finding.place == Place(CARD, agency.line(CARD, "number:", nth=2))


@pytest.mark.parametrize("number", ["1.1-2", "๑.๑-๒", "1.1-12"])
def test_evidence_numbers_that_are_fine(agency, number):
    attach(agency, "1.1/x.pdf", pdf("n"), number=number)
    assert not agency.found("evidence-number")


def test_evidence_too_many(agency):
    for n in (2, 3):
        attach(agency, f"1.1/{n}.pdf", pdf(str(n)), number=f"1.1-{n}")
    assert not agency.found("evidence-too-many")
    attach(agency, "1.1/4.pdf", pdf("4"), number="1.1-4")
    (finding,) = agency.found("evidence-too-many")
    assert finding.place == Place(CARD, agency.line(CARD, "evidence:"))
    assert not agency.found("evidence-too-many", limits=Limits())


@pytest.mark.parametrize(
    ("file", "same"), [("1.1/ก/รายงาน.pdf", True), ("1.1/ก/รายงาน.PDF", True), ("1.1/อื่น.pdf", False)]
)
def test_evidence_same_name(agency, file, same):
    line = attach(agency, file, pdf("other"))
    found = agency.found("evidence-same-name")
    assert [finding.place for finding in found] == ([Place(CARD, line)] if same else [])


def test_evidence_unlisted(agency):
    agency.write("9m/1.1/ลืมระบุ.pdf", pdf("u"))
    agency.write("9m/1.1/.DS_Store", b"x")
    agency.write("9m/1.1/Thumbs.db", b"x")
    agency.write("9m/1.1/~$รายงาน.docx", b"x")
    (finding,) = agency.found("evidence-unlisted")
    assert (finding.place, finding.level) == (Place("9m/1.1/ลืมระบุ.pdf"), Level.WARNING)
    assert finding.indicator == "1.1"


def test_files_of_a_card_that_cannot_be_read_are_not_called_unlisted(agency):
    agency.write(CARD, "- nothing\n")
    assert not agency.found("evidence-unlisted")
    assert "9m/1.1/รายงาน.pdf" in [item.place.file for item in agency.check().unexamined]


def test_large_files_are_never_read_whole(agency):
    import tracemalloc

    path = agency.root / "9m/1.1/ใหญ่.pdf"
    for name in ("ใหญ่.pdf", "ใหญ่สอง.pdf"):
        attach(agency, f"1.1/{name}", None, number=f"1.1-{len(name)}")
        with path.with_name(name).open("wb") as out:
            out.write(b"%PDF-1.4\n")
            out.truncate(64 << 20)
    agency.found("evidence-duplicate")
    tracemalloc.start()
    assert agency.found("evidence-duplicate")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20
