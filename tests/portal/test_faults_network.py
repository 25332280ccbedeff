"""Faults on the line and in the answer, before and after the portal has done what was asked."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mock_portal.server import running
from tests.portal.person import FULL, ROUND, by_testid, text

FORM = f"{ROUND}/cards/1.1/edit"
CLOSED = (httpx.RemoteProtocolError, httpx.ReadError)


def seconds_for(act):
    start = time.monotonic()
    act()
    return time.monotonic() - start


def test_slow_answers_late(officer):
    officer.switch_on("slow path=/audit$ seconds=0.3")
    assert seconds_for(lambda: officer.get("/audit")) >= 0.3
    assert officer.met() == [("slow", "GET", "/audit")]


@pytest.mark.parametrize(("when", "saves"), [("before", 0), ("after", 1)])
def test_a_slow_save_is_done_early_or_late(officer, when, saves):
    officer.token()
    officer.switch_on(f"slow method=POST seconds=1 when={when}")
    officer.http.timeout = 0.4
    with pytest.raises(httpx.ReadTimeout):
        officer.save(**FULL)
    officer.http.timeout = 5
    assert officer.card()["saves"] == saves
    until = time.monotonic() + 5
    while officer.card()["saves"] == 0 and time.monotonic() < until:
        time.sleep(0.1)
    assert officer.card()["saves"] == 1, "done, though nobody waited for it"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
@pytest.mark.parametrize(("when", "saves"), [("before", 0), ("after", 1)])
def test_a_server_error_comes_before_or_after_storing(officer, status, when, saves):
    officer.switch_on(f"status method=POST status={status} when={when} retry_after=7")
    answer = officer.save(**FULL)
    assert answer.status_code == status
    assert answer.headers["retry-after"] == "7"
    assert officer.card()["saves"] == saves
    officer.switch_on("status")
    assert "retry-after" not in officer.get("/").headers


@pytest.mark.parametrize(("when", "saves"), [("before", 0), ("after", 1)])
def test_a_connection_is_really_dropped(officer, when, saves):
    officer.switch_on(f"drop method=POST when={when}")
    with pytest.raises(CLOSED):
        officer.save(files=[("a.pdf", b"1" * 200_000)], **FULL)
    assert officer.card()["saves"] == saves
    assert officer.save(**FULL).status_code == 303


def test_an_upload_is_dropped_in_the_middle(officer):
    officer.switch_on("drop-upload")
    with pytest.raises((*CLOSED, httpx.WriteError)):
        officer.save(files=[("a.pdf", b"1" * 3_000_000)], **FULL)
    assert officer.card() == {
        "fields": dict.fromkeys(officer.card()["fields"], ""),
        "evidence": [],
        "saves": 0,
    }


def test_only_the_named_part_of_an_upload_is_read(officer, portal):
    officer.switch_on("drop-upload bytes=3 path=/login")
    host, port = portal.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12")
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.sendall(b"3")
        line.settimeout(5)
        assert line.recv(1) == b""
    assert officer.met() == [("drop-upload", "POST", "/login")]


@pytest.mark.parametrize(("when", "saves"), [("before", 0), ("after", 1)])
def test_a_hanging_request_is_never_answered(officer, when, saves):
    officer.token()
    officer.switch_on(f"hang method=POST when={when}")
    officer.http.timeout = 0.5
    with pytest.raises(httpx.ReadTimeout):
        officer.save(**FULL)
    assert officer.card()["saves"] == saves


def test_a_hanging_request_ends_with_the_connection(officer):
    officer.switch_on("hang path=/audit$ seconds=0.3")

    def ask():
        with pytest.raises(CLOSED):
            officer.get("/audit")

    assert 0.3 <= seconds_for(ask) < 3


def test_no_complaint_is_left_behind(make_app, new_person, capfd):
    with running(make_app()) as url:
        officer = new_person(url).sign_in()
        for fault in (
            "drop",
            "drop when=after",
            "hang seconds=0.2",
            "hang seconds=0.2 when=after",
            "restart seconds=0",
        ):
            officer.switch_on(fault)
            with pytest.raises(CLOSED):
                officer.get("/audit")
    assert capfd.readouterr().err == ""


def test_a_restart_cuts_everybody_off_and_forgets_who_was_signed_in(officer, assessor):
    officer.save(**FULL)
    host, port = officer.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=3) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        officer.switch_on("restart path=/audit$ seconds=1")
        with pytest.raises(CLOSED):
            officer.get("/audit")
        while idle.recv(1000):  # its timeout would come first if the connection stayed
            pass
    for person in (officer, assessor):
        with pytest.raises(CLOSED):
            person.get("/login")
    time.sleep(1)
    assert officer.get("/").headers["location"].startswith("/login?expired=1")
    assert assessor.get("/").headers["location"].startswith("/login?expired=1")
    assert officer.card()["fields"]["result"] == FULL["result"]
    assert officer.met() == [("restart", "GET", "/audit")]


def test_a_real_restart_keeps_what_was_stored(make_app, new_person):
    with running(make_app()) as url:
        officer = new_person(url).sign_in()
        officer.fill(files=[("a.pdf", b"123")])
        officer.submit()
        before = officer.state()["rounds"]
        log = officer.audit()
        port = int(url.rpartition(":")[2])
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    with running(make_app(), port=port) as again:
        assert again == url
        assert officer.state()["rounds"] == before
        assert officer.get(f"{ROUND}/cards/1.1").status_code == 200, "the session is kept, too"
        assert officer.audit() == log


@pytest.mark.parametrize("status", [503, 200])
def test_maintenance_is_a_page_of_its_own(officer, status):
    officer.switch_on(f"maintenance status={status} method=POST")
    answer = officer.save(**FULL)
    assert answer.status_code == status
    assert "ปิดปรับปรุงระบบ" in text(answer, "maintenance")
    assert not by_testid(answer, "signed-in")
    assert officer.card()["saves"] == 0


def test_a_redirect_leads_to_another_host(officer):
    officer.switch_on("redirect to=https://sso.example.org/sign-in?x=1 path=/audit$ status=307")
    answer = officer.get("/audit")
    assert (answer.status_code, answer.headers["location"]) == (307, "https://sso.example.org/sign-in?x=1")


def test_a_confirmation_gets_lost(officer):
    officer.switch_on("lose-confirmation count=2")
    assert officer.submit().status_code == 422
    assert httpx.post(f"{officer.url}{ROUND}/submit").status_code == 303
    assert officer.met() == [], "what was not accepted has no confirmation"
    officer.fill()
    with pytest.raises(CLOSED):
        officer.submit()
    assert officer.state()["rounds"]["9m"]["status"] == "submitted"
    receipts = [officer.get(f"{ROUND}/receipt").status_code for _ in range(3)]
    assert receipts == [500, 500, 200]
    assert officer.get("/2570/6m/receipt").status_code == 404
    assert [m[1:] for m in officer.met()] == [
        ("POST", f"{ROUND}/submit"),
        ("GET", f"{ROUND}/receipt"),
        ("GET", f"{ROUND}/receipt"),
    ]
    assert officer.submit().status_code == 409, "a second submission is refused, and its answer arrives"


def test_a_hanging_request_ends_with_the_server(make_app, new_person, capfd):
    with ThreadPoolExecutor(1) as pool, running(make_app()) as url:
        officer, witness = new_person(url).sign_in(), new_person(url)
        officer.switch_on("hang path=/audit$")
        asked = pool.submit(officer.get, "/audit")
        while not witness.met():
            time.sleep(0.02)
    with pytest.raises(CLOSED):
        asked.result()
    assert capfd.readouterr().err == "", "the server did not wait for it"


@pytest.mark.parametrize("fault", ["status", "maintenance", "redirect to=https://example.org/"])
def test_an_upload_is_read_before_it_is_answered_otherwise(officer, portal, fault):
    officer.switch_on(f"{fault} path=/login$ method=POST")
    host, port = portal.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=0.3) as line:
        line.sendall(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.sendall(b"2")
        line.settimeout(5)
        assert line.recv(12).startswith(b"HTTP/1.1 ")
