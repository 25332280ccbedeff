import pytest

from esar_bot.errors import UsageError
from esar_bot.workspace import (
    Finding,
    Place,
    Workspace,
    find_workspace,
    load_agreement,
    load_round,
    load_settings,
)
from esar_bot.workspace.located_yaml import read_located
from tests.unit.small_agency import AGREEMENT, SmallAgency

CARD = "9m/1.1.yaml"


def card_findings(agency: SmallAgency) -> list[Finding]:
    loaded = load_round(Workspace(agency.root), "9m")
    readable = [item.stem for item in loaded.cards if item.card is not None]
    assert readable == ["1.2", "1.10", "2.1"], "one card's faults must not hide the others"
    return list(loaded.findings)


def agreement_findings(agency: SmallAgency) -> list[Finding]:
    loaded = load_agreement(Workspace(agency.root))
    assert loaded.agreement is None
    return list(loaded.findings)


def test_a_valid_workspace_has_no_findings(agency):
    workspace = find_workspace(agency.root)
    assert not load_agreement(workspace).findings
    loaded = load_round(workspace, "9m")
    assert not loaded.findings
    assert [item.stem for item in loaded.cards] == ["1.1", "1.2", "1.10", "2.1"]
    settings = load_settings(workspace)
    assert (settings.fiscal_year, settings.portal.profile, settings.portal.url) == (2570, "mock", None)


@pytest.mark.parametrize(
    ("old", "new", "start", "words"),
    [
        ("performance:", "performence:", "performence:", "performance"),
        ("result: 87.43", "result: abc", "result:", "abc"),
        ("fiscal_year: 2570", "fiscal_year: 2027", "fiscal_year:", "2027"),
        ("round: 9m", "round: เก้าเดือน", "round:", "เก้าเดือน"),
        ('indicator: "1.1"', "indicator: หนึ่ง", "indicator:", "หนึ่ง"),
        ('indicator: "1.1"\n', "", "fiscal_year:", "indicator"),
        ("    file: 1.1/รายงาน.pdf\n", "", "number: 1.1-1", "evidence.1.file"),
        ("score: 3.9720", "score: 1,25", "score:", "1,25"),
        ("title: รายงานผลการดำเนินงาน", "title:", "title:", "evidence.1.title"),
        ("suggestions:", "suggestions: ก\nobstacles:", "obstacles:", "obstacles"),
    ],
)
def test_a_fault_of_a_card_is_named_with_its_line(agency, old, new, start, words):
    agency.edit(CARD, old, new)
    line = agency.line(CARD, start, nth=2 if "obstacles" in new else 1)
    (finding,) = card_findings(agency)
    assert finding.place == Place(CARD, line)
    assert words in finding.what + finding.next_step
    assert finding.indicator == "1.1"
    assert finding.next_step


def test_a_misspelt_key_is_given_its_right_spelling(agency):
    agency.edit(CARD, "supporting_factors:", "suporting_factors:")
    (finding,) = card_findings(agency)
    assert "supporting_factors" in finding.next_step


@pytest.mark.parametrize(
    ("old", "new", "start", "indicator"),
    [
        ("kind: milestones", "kind: ladder", "criteria: {kind: ladder", "1.10"),
        ("87.5, 90]", "87.5, 85]", "criteria: {kind: levels, levels: [80", "1.1"),
        ('number: "1.2"', 'number: "1.1.1.1.1.1.1.1"', 'number: "1.1.1', "1.1.1.1.1.1.1.1"),
        ("weight: 25", "weight: ยี่สิบห้า", "weight: ยี่", "1.2"),
        ("weight: 25", "weight: 101", "weight: 101", "1.2"),
        ("weights: {12m: 30}", "weights: {12m: สามสิบ}", "weights:", "1.1"),
        ("    name: ระยะเวลาเฉลี่ยของการให้บริการ\n", "", 'number: "1.2"', "1.2"),
        ("starts_at: 12m", "start_at: 12m", "start_at:", "2.2"),
        ("weight: 0.3", "weight: 0", '{number: "2"', "2.1"),
    ],
)
def test_a_fault_of_the_agreement_is_named_with_its_line(agency, old, new, start, indicator):
    agency.edit("agreement.yaml", old, new)
    (finding,) = agreement_findings(agency)
    assert finding.place == Place("agreement.yaml", agency.line("agreement.yaml", start))
    assert finding.indicator == indicator
    assert "Input should" not in finding.what


def test_all_faults_of_a_file_and_of_all_files_come_at_once(agency):
    agency.edit(CARD, "result: 87.43", "result: abc")
    agency.edit(CARD, "obstacles:", "obstacle:")
    agency.edit(CARD, "round: 9m", "round: x")
    agency.edit("9m/1.2.yaml", "score: 2.5200", "score: สอง")
    loaded = load_round(Workspace(agency.root), "9m")
    assert sorted((finding.place.file, finding.field) for finding in loaded.findings) == [
        ("9m/1.1.yaml", "obstacle"),
        ("9m/1.1.yaml", "result"),
        ("9m/1.1.yaml", "round"),
        ("9m/1.2.yaml", "score"),
    ]


def test_a_key_twice_is_refused_beside_other_faults(agency):
    agency.edit(CARD, "round: 9m", "round: 9m\nround: 12m\nresult: x")
    agency.edit(CARD, "score: 3.9720", "score: y")
    found = {(finding.place.line, finding.field) for finding in card_findings(agency)}
    assert found == {
        (3, ""),
        (agency.line(CARD, "result: 87"), ""),
        (4, "result"),
        (agency.line(CARD, "score"), "score"),
    }


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"# nothing\n", 1),
        (b"- a\n- b\n", 1),
        (b"fiscal_year: 2570\n  round: 9m\n", 2),
        (b"fiscal_year: 2570\nround: [9m\n", 3),
        (b"a: &a [*a]\n", 1),
        (b"[" * 1000, 1),
        (b"a: \x00\n", 1),
        ("fiscal_year: 2570\nround: 9m\nperformance: น้ำ\n".encode("cp874"), 3),
        ("fiscal_year: 2570\n".encode("utf-16"), 1),
    ],
)
def test_what_is_no_card_at_all_is_a_finding(agency, content, line):
    agency.write(CARD, content)
    (finding,) = card_findings(agency)
    assert finding.place == Place(CARD, line)


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path):
    located = read_located(tmp_path)
    assert located.data is None
    assert len(located.faults) == 1


def test_a_byte_order_mark_does_no_harm(agency):
    agency.write(CARD, b"\xef\xbb\xbf" + (agency.root / CARD).read_bytes())
    agency.write("esar.toml", b"\xef\xbb\xbf" + (agency.root / "esar.toml").read_bytes())
    assert not load_round(Workspace(agency.root), "9m").findings
    assert load_settings(Workspace(agency.root)).fiscal_year == 2570


def test_scalars_arrive_as_they_were_typed(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "a: 1.10\nb: 87.4300\nc: yes\nd: 2027-07-31\ne: 0x1F\nf:\ng: ~\nh: 'null'\ni: ๑.๑\n", encoding="utf-8"
    )
    assert read_located(path).data == {
        "a": "1.10",
        "b": "87.4300",
        "c": "yes",
        "d": "2027-07-31",
        "e": "0x1F",
        "f": None,
        "g": None,
        "h": "null",
        "i": "๑.๑",
    }


def test_an_unquoted_number_keeps_its_last_zero(agency):
    agency.edit("agreement.yaml", 'number: "1.10"', "number: 1.10")
    agency.edit("9m/1.10.yaml", 'indicator: "1.10"', "indicator: 1.10")
    workspace = Workspace(agency.root)
    assert load_agreement(workspace).agreement.indicator("1.10") is not None
    assert [item.card.indicator for item in load_round(workspace, "9m").cards][2] == "1.10"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("|\n  หนึ่ง\n    สอง: # ไม่ใช่หมายเหตุ\n\n  สาม\n", "หนึ่ง\n  สอง: # ไม่ใช่หมายเหตุ\n\nสาม"),
        ("|-\n  น้ำ\u200bท่วม\n", "น้ำ\u200bท่วม"),
        (">\n  หนึ่ง\n  สอง\n", "หนึ่ง สอง"),
        ('"บรรทัด\\nสอง"\n', "บรรทัด\nสอง"),
    ],
)
def test_texts_are_kept(agency, block, text):
    agency.edit(CARD, 'suggestions: ""\n', f"suggestions: {block}")
    assert load_round(Workspace(agency.root), "9m").cards[0].card.suggestions == text


def test_windows_line_ends(agency):
    agency.write(CARD, (agency.root / CARD).read_bytes().replace(b"\n", b"\r\n"))
    agency.edit(CARD, "result: 87.43", "result: abc")
    (finding,) = card_findings(agency)
    assert finding.place.line == 4


def test_anchors_and_aliases_may_be_used(agency):
    agency.edit("agreement.yaml", 'number: "1.1"', 'number: &first "1.1"')
    assert load_agreement(Workspace(agency.root)).agreement is not None


def test_files_that_computers_leave_behind_are_no_cards(agency):
    agency.write("9m/._1.1.yaml", b"\x00\x05\x16\x07")
    assert not load_round(Workspace(agency.root), "9m").findings


def test_a_missing_agreement_or_round(tmp_path):
    workspace = Workspace(tmp_path)
    (finding,) = load_agreement(workspace).findings
    assert finding.place == Place("agreement.yaml")
    assert load_round(workspace, "9m").cards == ()


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(UsageError, match=r"esar\.toml") as raised:
        find_workspace(tmp_path)
    assert "init" in raised.value.next_step


@pytest.mark.parametrize(
    "content",
    [
        b"fiscal_year = ",
        b"fiscal_year = 2027\n",
        b"year = 2570\n",
        "# ก\nfiscal_year=2570".encode("cp874"),
        b"",
    ],
)
def test_settings_that_cannot_be_used(tmp_path, content):
    (tmp_path / "esar.toml").write_bytes(content)
    with pytest.raises(UsageError) as raised:
        load_settings(Workspace(tmp_path))
    assert raised.value.where == "esar.toml"


def test_places(agency):
    loaded = load_agreement(Workspace(agency.root))
    assert AGREEMENT.count("indicators:") == 1
    assert str(loaded.place("indicators")) == "agreement.yaml:3"
    assert loaded.indicator_place("1.2", "weight").line == agency.line("agreement.yaml", "weight: 25")
    assert loaded.indicator_place("9.9") == Place("agreement.yaml", 1)
    assert loaded.place("indicators", 0, "baseline", 2569) == loaded.place("indicators", 0)
