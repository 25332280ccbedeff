"""What the journals say of our own earlier values: by hash, by indicator, by field."""

from __future__ import annotations

import pytest

from esar_bot.journal import Journal, written_before
from esar_bot.written import Written, is_remnant, value_hash, written_in

DIGEST = "a" * 64
PORTAL = "https://esar.example.go.th"


def save(indicator="1.1", files=(), **values):
    hashes = {name: value_hash(value) for name, value in values.items()}
    return {"event": "save", "indicator": indicator, "values": hashes, "files": list(files)}


def test_a_value_is_known_by_field_and_indicator():
    written = written_in([save(performance="ข้อความ", files=[["ก.pdf", DIGEST]])])
    assert written.has_value("1.1", "performance", "ข้อความ")
    assert not written.has_value("1.1", "obstacles", "ข้อความ")
    assert not written.has_value("1.2", "performance", "ข้อความ")
    assert written.has_file("1.1", "ก.pdf", DIGEST)
    assert not written.has_file("1.1", "ข.pdf", DIGEST)
    assert not written.has_file("1.2", "ก.pdf", DIGEST)
    assert not written.has_file("1.1", "ก.pdf", None)


def test_a_portals_white_space_does_not_disguise_our_value():
    written = written_in([save(performance="น้ำ\nดี")])
    assert written.has_value("1.1", "performance", " น\u0e49\u0e4d\u0e32 \r\nดี\u200b ")
    assert not written.has_value("1.1", "performance", "นำ\nดี")


def test_all_saves_count_and_not_only_the_last():
    written = written_in(
        [save(result="80"), save(result="81", files=[["ก.pdf", DIGEST]]), save("1.2", result="80")]
    )
    assert all(written.has_value("1.1", "result", value) for value in ("80", "81"))
    assert written.has_value("1.2", "result", "80")
    assert not written.has_value("1.2", "result", "81")


def test_a_save_without_values_or_files_says_nothing():
    written = written_in([{"indicator": "1.1"}, {"indicator": "1.1", "values": None, "files": "x"}])
    assert not written.has_value("1.1", "result", "")
    assert not written.has_file("1.1", "x", "x")
    assert not Written().has_value("1.1", "result", "")


def run(folder, portal, *saves):
    with Journal(folder) as journal:
        journal.record("start", portal=portal, indicator="1.1", values={"result": value_hash("70")})
        for entry in saves:
            journal.record(**entry)


def test_journals_of_all_runs_are_gathered_and_only_their_saves(tmp_path):
    run(tmp_path / "run-1", PORTAL, save(result="80"))
    run(tmp_path / "run-2", PORTAL, save(result="81", files=[["ก.pdf", DIGEST]]))
    written = written_before(tmp_path, PORTAL)
    assert [written.has_value("1.1", "result", value) for value in ("70", "80", "81")] == [False, True, True]
    assert written.has_file("1.1", "ก.pdf", DIGEST)


def test_what_was_rehearsed_elsewhere_explains_nothing_here(tmp_path):
    run(tmp_path / "run-1", "http://127.0.0.1:8365", save(result="80"))
    assert not written_before(tmp_path, PORTAL).has_value("1.1", "result", "80")


def test_without_receipts_nothing_was_written(tmp_path):
    assert written_before(tmp_path / "nowhere", PORTAL) == Written()


OURS = "ดำเนินการตามแผนแล้วเสร็จ น้ำหนัก 40\nและรายงานผล"
OTHERS = ("ขอความร่วมมือจากทุกหน่วยงานในสังกัด", "87.43", "-")


@pytest.mark.parametrize(
    "shown",
    [
        OURS[:20],
        OURS.replace("้", ""),
        OURS.replace("\n", "\r\n"),
        OURS.replace(" ", ""),
        OTHERS[0],
    ],
)
def test_what_a_portal_made_of_our_text_is_a_remnant(shown):
    assert is_remnant(shown, OURS, OTHERS)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        " ",
        "-",
        "ดำเนิน",
        OURS[:19],
        "87.43",
        "8",
        OURS + " เพิ่ม",
        "ดำเนินการตามแผน แต่ยังไม่เสร็จ",
        OTHERS[0][:25],
    ],
)
def test_what_a_person_may_have_typed_is_none(shown):
    assert not is_remnant(shown, OURS, OTHERS)
