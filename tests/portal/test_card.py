import hashlib

import pytest

from tests.portal.person import FULL, ROUND, by_testid, elements, text, typed

FORM = f"{ROUND}/cards/1.1/edit"
VIEW = f"{ROUND}/cards/1.1"
NASTY = (
    "ก่อนเที่ยง น้ำ ป้ำ กำลัง\n\nบรรทัดที่สาม   เว้นวรรคท้าย  \n"
    "\u200bตัด\u200bคำ นํ้า ก\u0e4d\u0e32 \u0e01\u0e48\u0e38 เเ แ \u00a0\ufeff 😀🇹🇭 "
    "<script>alert(1)</script> &amp; \"'` {{ 7*7 }}\t</textarea>\n"
)


def stored(page, field):
    (element,) = elements(page, data_field=field)
    return element[2]


def test_the_form_has_the_fields_and_labels_of_the_card(officer):
    page = officer.get(FORM)
    labels = {e[1]["for"]: e[2] for e in elements(page) if e[0] == "label"}
    assert labels == {
        "result": "ผลการดำเนินงาน",
        "score": "ค่าคะแนนที่ได้",
        "weighted_score": "ค่าคะแนนถ่วงน้ำหนัก",
        "performance": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
        "supporting_factors": "ปัจจัยสนับสนุนต่อการดำเนินงาน",
        "obstacles": "ปัญหา/อุปสรรคต่อการดำเนินงาน",
        "suggestions": "ข้อเสนอแนะ",
        "evidence_list": "รายการหลักฐานอ้างอิง",
        "evidence": "แนบไฟล์หลักฐานอ้างอิง",
    }
    limits = {e[1]["name"]: e[1].get("maxlength") for e in elements(page) if e[0] == "textarea"}
    assert limits == {
        "performance": "4000",
        "supporting_factors": "1000",
        "obstacles": "1000",
        "suggestions": "1000",
        "evidence_list": "2000",
    }
    assert text(page, "card-indicator") == "1.1"
    assert elements(page, name="result")[0][1]["inputmode"] == "decimal"
    assert ".pdf" in elements(page, name="evidence")[0][1]["accept"]
    for field in (*limits, "result", "score", "evidence"):
        (element,) = elements(page, name=field)
        help_id = element[1]["aria-describedby"].split()[0]
        assert elements(page, id=help_id)


def test_the_head_shows_the_agreement(officer):
    page = officer.get(FORM).text
    for part in ("นายสมมติ แผนงาน", "0 2000 0001", "ผู้บันทึกคะแนน", "82.5", "84.20", "ร้อยละ 90"):
        assert part in page
    assert "เสนอแผน" in officer.get(f"{ROUND}/cards/1.2/edit").text
    assert "ความพึงพอใจ" in officer.get(f"{ROUND}/cards/2.1/edit").text
    assert "1,202.17" in officer.get(f"{ROUND}/cards/3.1/edit").text


def test_saving_shows_so_once_and_only_on_that_page(officer):
    answer = officer.save(**FULL)
    assert (answer.status_code, answer.headers["location"]) == (303, FORM)
    assert not by_testid(officer.get(f"{ROUND}/cards/1.2/edit"), "saved")
    assert text(officer.get(FORM), "saved") == "บันทึกร่างเรียบร้อยแล้ว"
    assert not by_testid(officer.get(FORM), "saved")
    assert officer.card()["saves"] == 1


def test_texts_are_kept_to_the_character(officer):
    long = ("น้ำ😀\u200bที่ยั่งยืน\n" * 400)[:3700]
    fields = {"performance": long, "obstacles": NASTY, "suggestions": "\n\nขึ้นต้นด้วยบรรทัดว่าง"}
    posted = {name: value.replace("\n", "\r\n") for name, value in fields.items()}
    assert officer.save(**posted).status_code == 303
    for name, value in fields.items():
        assert officer.card()["fields"][name] == value
        assert stored(officer.get(VIEW), name) == value
        assert typed(officer.get(FORM), name) == value
    assert stored(officer.get(VIEW), "supporting_factors") == ""
    assert "<script>alert" not in officer.get(VIEW).text


def test_a_text_of_exactly_the_limit_is_taken_and_one_more_is_not(officer):
    assert officer.save(performance="ก" * 4000).status_code == 303
    assert officer.save(performance="ก" * 4001).status_code == 422
    assert officer.save(performance="😀" * 2000).status_code == 303
    assert officer.save(performance="😀" * 2001).status_code == 422
    assert officer.save(performance="\r\n".join("ก" * 2000) + "\r\n").status_code == 303


@pytest.mark.parametrize("value", ["87.43", "0", "-1.5", "N/A", "1250.4000", "", "999999999999999"])
def test_results_that_are_taken(officer, value):
    assert officer.save(result=value).status_code == 303
    assert officer.card()["fields"]["result"] == value


@pytest.mark.parametrize(
    "value", ["๘๗", "87.43210", "1,250", "n/a", " 87", "87 ", "1e3", "NaN", "+5", ".5", "5.", "ดี", "9" * 25]
)
def test_results_that_are_refused(officer, value):
    answer = officer.save(result=value, obstacles="เก็บไว้")
    assert answer.status_code == 422
    assert "ผลการดำเนินงาน" in text(answer, "errors")
    assert elements(answer, href="#result")
    assert elements(answer, id="result")[0][1]["aria-invalid"] == "true"
    assert typed(answer, "result") == value
    assert typed(answer, "obstacles") == "เก็บไว้"
    assert officer.card()["saves"] == 0
    assert not any(officer.card()["fields"].values())


@pytest.mark.parametrize("value", ["5.0001", "6", "๔", "-1", "4.00001", "N/A"])
def test_scores_that_are_refused(officer, value):
    assert officer.save(score=value).status_code == 422


def test_an_anchored_indicator_takes_scores_to_a_hundred(officer):
    assert officer.save("3.1", score="83.3333").status_code == 303
    assert officer.save("3.1", score="100").status_code == 303
    assert officer.save("3.1", score="100.0001").status_code == 422
    assert "ต้องไม่เกิน 5" in text(officer.save("1.1", score="83"), "errors")


@pytest.mark.parametrize("value", ["ก\x00ข", "ก\x08", "\x1b[0m", "\x0c"])
def test_control_characters_are_refused_and_never_lost_silently(officer, value):
    answer = officer.save(performance=value)
    assert answer.status_code == 422
    assert "อักขระควบคุม" in text(answer, "errors")


def test_files_are_stored_byte_by_byte_in_order(officer):
    first, second = bytes(range(256)) * 9000, b"%PDF-1.7 \r\n\x00"
    files = [("รายงาน น้ำ (1).pdf", first), ("b.PNG", second), ("b.PNG", first)]
    assert officer.save(files=files).status_code == 303
    assert officer.card()["evidence"] == [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files
    ]
    page = officer.get(VIEW)
    links = by_testid(page, "evidence-name")
    assert [link[2] for link in links] == [name for name, _ in files]
    sizes = [e[1]["data-bytes"] for e in elements(page) if "data-bytes" in e[1]]
    assert sizes == [str(len(c)) for _, c in files]
    for link, (_, content) in zip(links, files, strict=True):
        got = officer.get(link[1]["href"])
        assert got.content == content
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E0%B8%A3" in officer.get(links[0][1]["href"]).headers["content-disposition"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.exe", b"1", "ชนิด"),
        ("pdf", b"1", "ชนิด"),
        (".pdf", b"1", "ชนิด"),
        ("ว่าง.pdf", b"", "ไฟล์ว่าง"),
        ("ก" * 66 + ".pdf", b"1", "200 ไบต์"),
        ("../../etc/x.pdf", b"1", "อักขระต้องห้าม"),
        ("..\\x.pdf", b"1", "อักขระต้องห้าม"),
        ("a:b.pdf", b"1", "อักขระต้องห้าม"),
        ('a"b.pdf', b"1", "อักขระต้องห้าม"),
        ("a\nb.pdf", b"1", "อักขระต้องห้าม"),
        ("a|b?*<>.pdf", b"1", "อักขระต้องห้าม"),
    ],
)
def test_files_that_are_refused(officer, tmp_path, name, content, why):
    answer = officer.save(files=[("good.pdf", b"1"), (name, content)], performance="ใหม่")
    assert answer.status_code == 422
    assert why in text(answer, "errors")
    assert elements(answer, href="#evidence")
    assert officer.card() == {
        "fields": dict.fromkeys(officer.card()["fields"], ""),
        "evidence": [],
        "saves": 0,
    }
    assert not list((tmp_path / "data" / "evidence").iterdir())


def test_a_name_of_exactly_200_bytes_is_taken(officer):
    name = "ก" * 65 + "x" + ".pdf"
    assert len(name.encode()) == 200
    assert officer.save(files=[(name, b"1")]).status_code == 303


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(officer):
    limit = b"\0" * (20 * 1024**2)
    assert "20 MB" in text(officer.save(files=[("big.zip", limit + b"\0")]), "errors")
    assert officer.save(files=[("big.zip", limit)]).status_code == 303


def test_a_card_takes_ten_files(officer):
    assert officer.save(files=[(f"{n}.pdf", b"1") for n in range(9)]).status_code == 303
    answer = officer.save(files=[("9.pdf", b"1"), ("10.pdf", b"1")])
    assert "ไม่เกิน 10 ไฟล์" in text(answer, "errors")
    assert officer.save(files=[("9.pdf", b"1")]).status_code == 303
    assert len(officer.card()["evidence"]) == 10


def test_a_deleted_file_is_gone_from_page_and_disk(officer, tmp_path):
    officer.save(files=[("a.pdf", b"1"), ("b.pdf", b"2")])
    row = by_testid(officer.get(FORM), "evidence-row")[0]
    number = row[1]["data-evidence-id"]
    assert elements(officer.get(FORM), aria_label="ลบไฟล์ a.pdf")
    (form,) = elements(officer.get(FORM), id=f"delete-{number}")
    assert form[1]["data-confirm"] == "ต้องการลบไฟล์หลักฐานนี้ใช่หรือไม่"
    answer = officer.post(form[1]["action"])
    assert (answer.status_code, answer.headers["location"]) == (303, FORM)
    assert "a.pdf" in text(officer.get(FORM), "notice")
    assert [e["name"] for e in officer.card()["evidence"]] == ["b.pdf"]
    assert len(list((tmp_path / "data" / "evidence").iterdir())) == 1
    assert officer.post(form[1]["action"]).status_code == 404
    assert officer.get(f"{VIEW}/evidence/{number}").status_code == 404


def test_a_file_belongs_to_its_card_only(officer):
    officer.save(files=[("a.pdf", b"1")])
    number = by_testid(officer.get(FORM), "evidence-row")[0][1]["data-evidence-id"]
    assert officer.get(f"{ROUND}/cards/1.2/evidence/{number}").status_code == 404
    assert officer.post(f"{ROUND}/cards/1.2/evidence/{number}/delete").status_code == 404


def test_a_field_that_was_not_posted_keeps_its_value(officer):
    officer.save(performance="ก", obstacles="ข")
    officer.save(performance="ค")
    assert officer.card()["fields"]["obstacles"] == "ข"


def test_the_card_shows_a_weighted_score(officer):
    officer.save(result="87.43", score="3.9720")
    assert stored(officer.get(VIEW), "weighted_score") == "1.5888"
    officer.save(result="N/A")
    assert stored(officer.get(VIEW), "weighted_score") == ""
    officer.save("3.1", result="1", score="50")
    assert stored(officer.get(f"{ROUND}/cards/3.1"), "weighted_score") == "0.6250"


def test_the_states_of_a_card(officer):
    def status():
        return by_testid(officer.get(VIEW), "card-status")[0][1]["data-status"]

    assert status() == "empty"
    officer.save(obstacles="ก")
    assert status() == "draft"
    officer.save(obstacles="")
    assert status() == "empty"
