"""The portal as a service: windows, restarts, the test API, headers, hostile input, and its independence."""

import ast
import hashlib
import io
import random
import socket
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

import mock_portal
from mock_portal.agreement import AgreementError
from mock_portal.app import create_app
from mock_portal.sample import sample_agency
from mock_portal.server import running, serve
from tests.portal.person import FULL, ROUND, by_testid, elements, text

FIELDS = ("result", "score", "performance", "supporting_factors", "obstacles", "suggestions", "evidence_list")


@pytest.mark.parametrize(
    ("options", "window"),
    [
        ({"today": date(2027, 6, 30)}, "upcoming"),
        ({"today": date(2027, 7, 1)}, "open"),
        ({"today": date(2027, 7, 31)}, "open"),
        ({"today": date(2027, 8, 1)}, "closed"),
        ({"closed": frozenset({"9m"})}, "closed"),
        ({"closed": frozenset({"6m"})}, "open"),
        ({}, "open"),
    ],
)
def test_a_round_takes_reports_in_its_window_only(make_app, new_person, options, window):
    with running(make_app(**options)) as url:
        officer = new_person(url).sign_in()
        page = officer.get(ROUND)
        assert by_testid(page, "round-window")[0][1]["data-window"] == window
        answer = officer.save(performance="x", files=[("a.pdf", b"1")])
        submitted = officer.submit()
        if window == "open":
            assert answer.status_code == 303
            return
        said = {"upcoming": "ยังไม่เปิด", "closed": "ปิดรับรายงาน"}[window]
        for refused in (answer, submitted, officer.post(f"{ROUND}/cards/1.1/evidence/1/delete")):
            assert refused.status_code == 403
            assert said in text(refused, "closed-notice")
        assert by_testid(officer.get(f"{ROUND}/cards/1.1/edit"), "closed-notice")
        assert officer.card()["saves"] == 0


def test_everything_survives_a_restart(make_app, new_person):
    with running(make_app()) as url:
        officer = new_person(url).sign_in()
        officer.fill(files=[("a.pdf", b"123")])
        officer.submit()
        before = officer.state()["rounds"]
        cookie = officer.http.cookies["esar_session"]
    with running(make_app()) as url:
        page = httpx.get(url + ROUND, cookies={"esar_session": cookie})
        assert page.status_code == 200
        assert httpx.get(url + "/__test__/state").json()["rounds"] == before


def test_one_app_can_be_served_twice(make_app):
    app = make_app()
    for _ in range(2):
        with running(app) as url:
            assert httpx.get(url + "/healthz").text == "ok"


def test_a_changed_agreement_changes_descriptions_and_keeps_reports(make_app, new_person, workspace):
    with running(make_app()) as url:
        new_person(url).sign_in().save(**FULL)
    file = workspace / "agreement.yaml"
    file.write_text(file.read_text("utf-8").replace("ระดับคุณภาพการให้บริการ", "ชื่อใหม่ของตัวชี้วัด"), "utf-8")
    with running(make_app()) as url:
        officer = new_person(url).sign_in()
        assert "ชื่อใหม่ของตัวชี้วัด" in officer.get(ROUND).text
        assert officer.card()["fields"]["result"] == "87.43"


def test_an_agreement_of_the_next_year_stands_beside_the_old_one(make_app, new_person, workspace):
    make_app()
    file = workspace / "agreement.yaml"
    file.write_text(file.read_text("utf-8").replace("fiscal_year: 2570", "fiscal_year: ๒๕๗๑"), "utf-8")
    with running(make_app()) as url:
        officer = new_person(url).sign_in()
        assert officer.get("/2571/9m").status_code == 200
        assert officer.get("/2570/9m").status_code == 200


@pytest.mark.parametrize("text_", ["", "- a", "fiscal_year: x", "a: [", "fiscal_year: 2570\nindicators: []"])
def test_an_agreement_that_cannot_be_read_is_named(tmp_path, text_):
    (tmp_path / "agreement.yaml").write_text(text_, "utf-8")
    with pytest.raises(AgreementError, match=r"agreement\.yaml"):
        create_app(tmp_path / "data", tmp_path)
    with pytest.raises(AgreementError, match="cannot read"):
        create_app(tmp_path / "data", tmp_path / "nowhere")


def test_the_state_has_exactly_the_agreed_shape(officer):
    officer.save(files=[("ก.pdf", b"1")], performance="ข")
    state = officer.state()
    assert set(state) == {"rounds", "requests"}
    assert set(state["requests"]) == {"GET", "POST"}
    assert list(state["rounds"]) == ["3m", "6m", "9m", "12m"]
    assert {key: list(r["cards"]) for key, r in state["rounds"].items()} == {
        "3m": ["1.1", "1.2", "2.1", "3.1", "3.3"],
        "6m": ["1.1", "1.2", "2.1", "3.1"],
        "9m": ["1.1", "1.2", "2.1", "3.1"],
        "12m": ["1.1", "1.2", "2.1", "3.1", "3.2"],
    }
    assert state["rounds"]["9m"]["status"] == "draft"
    assert state["rounds"]["9m"]["confirmation"] is None
    assert state["rounds"]["9m"]["cards"]["1.1"] == {
        "fields": {**dict.fromkeys(FIELDS, ""), "performance": "ข"},
        "evidence": [{"name": "ก.pdf", "bytes": 1, "sha256": hashlib.sha256(b"1").hexdigest()}],
        "saves": 1,
    }


def test_requests_are_counted_but_not_those_of_tests_and_style(officer):
    before = officer.state()["requests"]
    officer.get("/healthz")
    officer.get("/static/portal.css")
    officer.get("/fonts/Sarabun-Regular.ttf")
    assert officer.state()["requests"] == before
    token = officer.token()
    officer.get(ROUND)
    officer.post("/logout", token=token)
    after = officer.state()["requests"]
    assert (after["GET"] - before["GET"], after["POST"] - before["POST"]) == (2, 1)


def test_reset_forgets_everything_but_the_agreement(officer, tmp_path):
    officer.fill(files=[("a.pdf", b"1")])
    officer.submit()
    assert officer.http.delete("/__test__/state").status_code == 204
    state = officer.state()
    assert state["requests"] == {"GET": 0, "POST": 0}
    assert state["rounds"]["9m"]["status"] == "draft"
    assert state["rounds"]["9m"]["confirmation"] is None
    assert officer.card()["evidence"] == []
    assert not any(officer.card()["fields"].values())
    assert not list((tmp_path / "data" / "evidence").iterdir())
    assert officer.get("/").headers["location"].startswith("/login")
    officer.http.cookies.clear()
    assert len(by_testid(officer.sign_in().get("/audit"), "audit-row")) == 1


def test_reset_lifts_a_lock_out(anybody):
    for _ in range(5):
        anybody.try_password("officer", "wrong")
    anybody.http.delete("/__test__/state")
    anybody.sign_in()


def test_somebody_else_may_edit(officer):
    body = {"round": "9m", "indicator": "1.1", "fields": {"obstacles": "โดยผู้อื่น"}}
    assert officer.http.post("/__test__/edit", json=body).status_code == 200
    assert officer.card()["fields"]["obstacles"] == "โดยผู้อื่น"
    assert officer.card()["saves"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"1",
        b'{"round": "9m", "indicator": "9.9", "fields": {}}',
        b'{"round": "9m", "indicator": "1.1", "fields": {"x": "1"}}',
        b'{"round": "9m", "indicator": "1.1", "fields": {"result": 1}}',
        b'{"round": "9m", "indicator": "1.1", "fields": {"result": "\\ud800"}}',
        b'{"round": [], "indicator": "1.1", "fields": {}}',
        b'{"round": "9m", "indicator": "1.1", "fields": 5}',
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(officer, body):
    assert officer.http.post("/__test__/edit", content=body).status_code == 400


def test_the_test_api_must_be_asked_for(make_app, new_person):
    with running(make_app(test_api=False)) as url:
        person = new_person(url)
        assert person.get("/__test__/state").status_code == 404
        assert person.http.delete("/__test__/state").status_code == 404
        assert person.http.post("/__test__/edit", json={}).status_code == 404


def test_pages_carry_strict_headers_and_no_inline_script(officer):
    officer.save(
        performance="<img src=x onerror=alert(1)>",
        files=[("<b>.pdf".replace("<", "(").replace(">", ")"), b"1")],
    )
    for path in (
        "/",
        ROUND,
        f"{ROUND}/cards/1.1",
        f"{ROUND}/cards/1.1/edit",
        f"{ROUND}/summary",
        "/audit",
        "/x",
    ):
        page = officer.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        for tag, attributes, content in elements(page):
            assert not any(name.startswith("on") for name in attributes)
            assert "style" not in attributes
            assert tag != "style"
            assert tag != "script" or (attributes["src"].startswith("/static/") and not content)
        assert "<img src=x" not in page.text
        assert "http://" not in page.text
        assert "https://" not in page.text


def test_every_page_says_that_it_is_a_rehearsal(anybody):
    page = anybody.get("/login")
    assert "ระบบจำลองสำหรับซ้อมบันทึก" in page.text
    assert "มิใช่ระบบของสำนักงาน ก.พ.ร." in page.text


def test_fonts_come_from_the_installed_package(anybody):
    for weight in ("Regular", "SemiBold", "Bold"):
        font = anybody.get(f"/fonts/Sarabun-{weight}.ttf")
        assert font.status_code == 200
        assert len(font.content) > 50_000
    assert anybody.get("/static/../../pyproject.toml").status_code == 404
    assert anybody.get("/static/%2e%2e/app.py").status_code == 404


def test_hostile_forms_never_break_the_portal(officer):
    chance = random.Random(2570)  # noqa: S311  only variety is wanted
    pool = "ก้ำ\u200b<>\"'&%\\/\x00\x7f\ud7ff\uffff😀{}[];=\r\n -9.N/A"
    token = officer.token()
    paths = ["/login", f"{ROUND}/cards/1.1/edit", f"{ROUND}/submit", f"{ROUND}/cards/1.1/evidence/1/delete"]
    for _ in range(60):
        junk = ["".join(chance.choices(pool, k=chance.randint(0, 40))) for _ in range(12)]
        data = {"csrf_token": token, **dict(zip((*FIELDS, "username", "next"), junk, strict=False))}
        files = [("evidence", (junk[9], junk[10].encode())), ("performance", ("x.pdf", b"1"))]
        chosen = chance.choice([None, files])
        answer = officer.http.post(chance.choice(paths), data=data, files=chosen)
        assert answer.status_code in {303, 401, 404, 409, 422}, answer.text


@pytest.mark.parametrize("path", ["/login", f"{ROUND}/cards/1.1/edit"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
        ("multipart/form-data; boundary=\xff; charset=nonsense", b"--\xff--"),
        ("application/x-www-form-urlencoded", b"\xff\xfe%ZZ%00=&&&=&csrf_token=%ff"),
        ("application/json", b"{"),
        ("", b"\x00" * 1000),
    ],
)
def test_broken_bodies_are_refused(officer, path, kind, body):
    headers = [(b"content-type", kind.encode("latin-1"))]
    answer = officer.http.post(path, content=body, headers=headers)
    assert answer.status_code in {400, 403}


def test_too_many_and_too_large_parts_are_refused(officer):
    token = officer.token()
    many = {"csrf_token": token, **{f"x{n}": "1" for n in range(300)}}
    url = f"{ROUND}/cards/1.1/edit"
    assert officer.http.post(url, data=many, files=[("evidence", ("", b""))]).status_code == 400
    files = [("evidence", (f"{n}.pdf", b"1")) for n in range(40)]
    assert officer.http.post(url, data={"csrf_token": token}, files=files).status_code == 422


def test_an_endless_body_is_cut_off(officer, monkeypatch):
    def body():
        yield b"--x\r\nContent-Disposition: form-data; name=evidence; filename=a.pdf\r\n\r\n"
        for _ in range(220):
            yield b"\0" * 1024**2

    headers = {"content-type": "multipart/form-data; boundary=x"}
    try:
        answer = officer.http.post(f"{ROUND}/cards/1.1/edit", content=body(), headers=headers)
    except httpx.TransportError:
        return  # the server may close the connection while the rest is still being sent
    assert answer.status_code == 413


def test_a_refused_upload_is_answered_by_a_page_and_not_by_a_broken_connection(anybody):
    big = io.BytesIO(b"\0" * (5 * 1024**2))
    answer = anybody.http.post(f"{ROUND}/cards/1.1/edit", files={"evidence": ("a.zip", big)})
    assert answer.status_code == 303


def test_methods_that_a_page_does_not_have_are_refused_in_thai(officer):
    for method in ("PUT", "DELETE", "PATCH"):
        answer = officer.http.request(method, f"{ROUND}/cards/1.1/edit")
        assert answer.status_code == 405
        assert "ไม่รองรับ" in answer.text


def test_answers_wait_but_styles_do_not(make_app, monkeypatch):
    waited = []

    async def note(seconds):
        waited.append(seconds)

    monkeypatch.setattr("mock_portal.middleware.asyncio", SimpleNamespace(sleep=note))
    with running(make_app(delay_ms=200)) as url:
        httpx.get(url + "/static/portal.css")
        httpx.get(url + "/fonts/Sarabun-Regular.ttf")
        assert waited == []
        httpx.get(url + "/login")
        assert waited == [0.2]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104  that it is refused is the point
def test_only_this_computer_is_served(make_app, host):
    with pytest.raises(ValueError, match="this computer only"):
        serve(make_app(), host=host)


def test_a_port_in_use_is_said_at_once(make_app):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            serve(make_app(), port=taken.getsockname()[1])


def test_the_portal_shares_no_code_with_what_it_watches():
    modules = list(Path(mock_portal.__file__).parent.rglob("*.py"))
    assert len(modules) > 20
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {n.split(".")[0] for n in names} & {"esar_bot", "flows", "playwright"}, module


def test_the_sample_agency_is_where_it_says(tmp_path, monkeypatch):
    assert sample_agency().parts[-2:] == ("fixtures", "sample_agency")
    packed = tmp_path / "sample_agency"
    packed.mkdir()
    monkeypatch.setattr("mock_portal.sample.__file__", str(tmp_path / "sample.py"))
    assert sample_agency() == packed
