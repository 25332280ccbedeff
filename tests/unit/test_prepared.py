import hashlib
from decimal import Decimal

import pytest

from esar_bot.models import Evidence
from esar_bot.prepared import PreparedReport, evidence_list, hash_evidence, prepare
from esar_bot.scoring import rounded
from tests.unit.small_agency import SmallAgency, pdf


def prepared(agency: SmallAgency, round_key: str = "9m") -> PreparedReport:
    result = agency.check(round_key)
    assert not result.findings
    return prepare(result.agreement, result.report, agency.root / round_key)


def test_cards_come_in_the_order_of_their_numbers(agency):
    assert [card.number for card in prepared(agency).cards] == ["1.1", "1.2", "1.10", "2.1"]
    assert [card.number for card in prepared(agency, "12m").cards] == ["1.1", "1.2", "1.10", "2.1", "2.2"]


def test_the_total_is_that_of_the_worked_example(agency):
    report = prepared(agency)
    assert [str(rounded(card.weighted)) for card in report.cards] == ["1.5888", "0.6300", "0.8000", "0.5775"]
    assert rounded(report.total) == Decimal("3.5963")


def test_fields_are_what_is_typed(agency):
    fields = {card.number: card.fields for card in prepared(agency, "12m").cards}
    assert {number: (values["result"], values["score"]) for number, values in fields.items()} == {
        "1.1": ("87.43", "3.9720"),
        "1.2": ("16.2", "2.5200"),
        "1.10": ("4", "4.0000"),
        "2.1": ("3.8500", "3.8500"),
        "2.2": ("98.86", "83.3333"),
    }
    assert fields["1.1"]["performance"] == "ดำเนินการตามแผนแล้วเสร็จ\nและรายงานผลต่อผู้บริหาร"
    assert fields["1.1"]["obstacles"] == ""
    assert fields["1.1"]["evidence_list"] == "1.1-1 รายงานผลการดำเนินงาน"


@pytest.mark.parametrize(
    ("result", "typed"), [("87.4300", "87.4300"), ("๘๗.๔๓", "87.43"), ("1,250.50", "1250.50"), ("0", "0")]
)
def test_a_result_keeps_the_decimals_that_were_written(agency, result, typed):
    agency.edit("9m/1.1.yaml", "result: 87.43\nscore: 3.9720", f"result: {result}")
    assert prepared(agency).cards[0].fields["result"] == typed


def test_not_applicable_has_no_score(agency):
    agency.edit("9m/1.1.yaml", "result: 87.43\nscore: 3.9720", "result: n/a")
    card = prepared(agency).cards[0]
    assert (card.fields["result"], card.fields["score"], card.score, card.weighted) == ("N/A", "", None, None)


def test_a_composite_without_parts_is_left_empty(agency):
    agency.edit("9m/2.1.yaml", 'parts: {"1": 92, "2": 75, "3": 100}\nscore: 3.8500\n', "result: N/A\n")
    assert prepared(agency).cards[3].fields["result"] == "N/A"


def test_weights_are_those_of_the_round(agency):
    assert [prepared(agency, key).cards[0].weight for key in ("9m", "12m")] == [40, 30]


def test_evidence_is_hashed_whole(tmp_path):
    content = pdf("x") + b"\x00" * 3_000_000
    path = tmp_path / "ก.pdf"
    path.write_bytes(content)
    entry = hash_evidence(Evidence(number="1-1", title="ข", file="ก.pdf"), path)
    assert (entry.name, entry.bytes, entry.sha256) == (
        "ก.pdf",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


def test_evidence_list_has_a_line_for_each_file():
    assert evidence_list([]) == ""
    items = [Evidence(number=f"1-{n}", title=title, file="x") for n, title in ((1, "ก"), (2, "ข"))]
    assert evidence_list(items) == "1-1 ก\n1-2 ข"


def test_a_result_that_does_not_fit_its_criteria_is_refused(agency):
    agency.edit("9m/1.10.yaml", "result: 4\nscore: 4", "result: 7")
    result = agency.check()
    with pytest.raises(ValueError, match="step"):
        prepare(result.agreement, result.report, agency.root / "9m")
