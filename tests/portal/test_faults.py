"""Faults as described: which requests they concern, how often they strike, what a wrong description says."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mock_portal.faults.description import KINDS, FaultError, read_fault
from mock_portal.faults.fault import Fault
from mock_portal.server import running
from tests.portal.person import FULL, ROUND
from tests.rehearsal import run_bot

VIEW = f"{ROUND}/cards/1.1"


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("slwo", "'slwo' is no kind of fault; allowed: slow, drop,"),
        ("", "'' is no kind of fault"),
        ("slow 3", "slow: '3' is no key=value"),
        (
            "slow second=1",
            "slow: 'second' is no key of it; allowed: method, path, count, skip, probability, seconds",
        ),
        ("slow seconds=31", "slow: seconds=31: input should be less than or equal to 30"),
        ("slow seconds=fast", "slow: seconds=fast: input should be a valid number"),
        ("drop count=1 count=2", "drop: count stands there twice"),
        ("drop count=-1", "drop: count=-1: input should be greater than or equal to 0"),
        ("drop probability=1.5", "drop: probability=1.5: input should be less than or equal to 1"),
        ("drop method=FETCH", "drop: method=FETCH: input should be 'GET' or 'POST'"),
        ("drop path=(", "drop: path=(: input should be a valid regular expression"),
        ("drop when=later", "drop: when=later: input should be 'before' or 'after'"),
        ("drop 'x", '"drop \'x": no closing quotation'),
        ("status status=404", "status: status=404: input should be 500, 502, 503 or 429"),
        (
            "edit field=name",
            "edit: field=name: no field of the card's form; allowed: result, score, performance",
        ),
        ("redirect", "redirect: to=… is needed"),
        ("redirect to=elsewhere", "redirect: to=elsewhere: input should be a valid URL"),
        ({"kind": "slow", "seconds": [1]}, "slow: seconds=[1]: input should be a valid number"),
        ({"seconds": 1}, "'' is no kind of fault"),
        (7, "7 is no description: write 'KIND key=value …'"),
    ],
)
def test_a_wrong_description_is_one_line_that_says_what_is_allowed(description, said):
    with pytest.raises(FaultError) as caught:
        read_fault(description)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_description_may_hold_spaces_and_patterns():
    fault = read_fault(r'dialog path=/cards/1\.1/edit$ message="โปรดยืนยัน # อีกครั้ง" ask=confirm')
    assert fault.message == "โปรดยืนยัน # อีกครั้ง"
    assert fault.matches("GET", "/2570/9m/cards/1.1/edit")
    assert not fault.matches("GET", "/2570/9m/cards/1x1/edit")
    assert read_fault({"kind": "slow", "seconds": 2, "method": "post"}).matches("POST", "/")


def test_every_kind_says_what_it_does():
    assert len(KINDS) == 27
    for name, kind in KINDS.items():
        assert kind.kind == name
        assert kind.__doc__ != kind.__mro__[1].__doc__


def test_a_fault_strikes_once_where_no_count_is_given(officer):
    officer.switch_on("status path=/audit$")
    assert [officer.get("/audit").status_code for _ in range(3)] == [500, 200, 200]
    assert officer.met() == [("status", "GET", "/audit")]


def test_count_and_skip_choose_the_occasions(officer):
    officer.switch_on("status path=/audit$ skip=1 count=2")
    assert [officer.get("/audit").status_code for _ in range(5)] == [200, 500, 500, 200, 200]
    officer.switch_on("status path=/audit$ count=0 status=502")
    assert [officer.get("/audit").status_code for _ in range(5)] == [502] * 5


def test_method_and_path_choose_the_requests(officer):
    officer.switch_on("status method=POST path=/cards/1.1/edit$ count=0")
    assert officer.get(f"{VIEW}/edit").status_code == 200
    assert officer.save("1.2", **FULL).status_code == 303
    assert officer.save("1.1", **FULL).status_code == 500
    assert officer.card("1.1")["saves"] == 0


def test_a_probability_is_the_same_luck_with_the_same_seed(officer):
    def luck(seed):
        officer.switch_on("status path=/audit$ probability=0.5 count=0", seed=seed)
        return [officer.get("/audit").status_code for _ in range(24)]

    first = luck(7)
    assert 4 < first.count(500) < 20
    assert luck(7) == first
    assert luck(8) != first
    officer.switch_on("status path=/audit$ probability=0 count=0")
    assert {officer.get("/audit").status_code for _ in range(9)} == {200}


def test_no_fault_takes_another_ones_luck(officer):
    alone = "status path=/audit$ probability=0.5 count=0"
    officer.switch_on(alone, seed=7)
    expected = [officer.get("/audit").status_code for _ in range(12)]
    officer.switch_on(alone, "slow path=/login seconds=0.2 probability=0.5", seed=7)
    seen = []
    for _ in range(12):
        officer.get("/login")
        seen.append(officer.get("/audit").status_code)
    assert seen == expected


def test_several_faults_strike_at_once_the_first_outermost(officer):
    officer.switch_on("status path=/audit$ status=503", "status path=/audit$ status=502 when=after")
    assert officer.get("/audit").status_code == 503
    assert [m[0] for m in officer.met()] == ["status", "status"]


def test_what_is_switched_on_and_met_can_be_asked(officer):
    known = officer.switch_on("status path=/audit$ status=502", "drop path=/nowhere", seed=3)
    assert known == {
        "seed": 3,
        "faults": [
            {"kind": "status", "path": "/audit$", "status": 502, "met": 0},
            {"kind": "drop", "path": "/nowhere", "met": 0},
        ],
        "met": [],
    }
    officer.get("/audit?page=2")
    known = officer.get("/__test__/faults").json()
    assert [f["met"] for f in known["faults"]] == [1, 0]
    assert known["met"] == [{"kind": "status", "method": "GET", "path": "/audit"}]


def test_faults_are_replaced_and_switched_off(officer):
    officer.switch_on("status path=/audit$ count=0")
    assert officer.http.post("/__test__/faults", json=["status path=^/$ count=0"]).status_code == 200
    assert (officer.get("/audit").status_code, officer.get("/").status_code) == (200, 500)
    assert officer.http.delete("/__test__/faults").status_code == 204
    assert officer.get("/").status_code == 200
    assert officer.get("/__test__/faults").json() == {"seed": 0, "faults": [], "met": []}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"7",
        b"[7]",
        b'["slwo"]',
        b'{"seed": 1}',
        b'{"faults": ["slow"], "seed": "x"}',
        b'{"faults": 7}',
        b"\xff",
    ],
)
def test_a_wrong_list_of_faults_changes_nothing(officer, body):
    officer.switch_on("status path=/audit$")
    answer = officer.http.post("/__test__/faults", content=body)
    assert answer.status_code == 400
    assert "\n" not in answer.json()["error"]
    assert officer.get("/audit").status_code == 500


def test_styles_fonts_health_and_tests_are_never_hit(make_app):
    with running(make_app(faults=["status count=0"])) as url:
        for path in ("/static/portal.css", "/fonts/Sarabun-Regular.ttf", "/healthz", "/__test__/state"):
            assert httpx.get(url + path).status_code == 200, path
        assert httpx.get(f"{url}/login").status_code == 500


def test_a_portal_starts_with_faults(make_app):
    described = ["status path=/login probability=0.5 count=0"]
    luck = []
    for _ in range(2):
        with running(make_app(faults=described, fault_seed=11, test_api=False)) as url:
            luck.append([httpx.get(f"{url}/login").status_code for _ in range(16)])
    assert luck[0] == luck[1]
    assert {200, 500} == set(luck[0])


def test_a_portal_that_can_have_no_faults_has_no_door_for_them(make_app):
    def door(**options):
        return "Door" in [m.cls.__name__ for m in make_app(**options).user_middleware]

    assert not door(test_api=False)
    assert door(test_api=True)
    assert door(test_api=False, faults=["slow"])


def test_a_wrong_description_stops_both_commands_in_one_line(tmp_path):
    ran = run_bot("mock-portal", "--data", tmp_path, "--fault", "slow", "--fault", "drop when=later")
    assert ran.code == 2
    assert "drop: when=later: input should be 'before' or 'after'" in ran.stderr
    env = {"ESAR_BOT_FAULT": "slow seconds=2 drop when=later"}
    assert "drop: when=later" in run_bot("mock-portal", "--data", tmp_path, env=env).stderr
    command = [sys.executable, "-m", "mock_portal", "--data", str(tmp_path), "--fault", "slwo"]
    alone = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert alone.returncode == 2
    assert "'slwo' is no kind of fault" in alone.stderr.splitlines()[-1]


def test_the_manual_lists_every_kind_with_its_keys_and_an_example_that_is_one():
    manual = (Path(__file__).parents[2] / "docs" / "mock-portal.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (.*?) \| .* \| `(.+?)` \|$", manual.partition("## Faults")[2], re.MULTILINE
    )
    assert [kind for kind, _, _ in rows] == list(KINDS)
    common = set(Fault.model_fields)
    for kind, keys, example in rows:
        fields = KINDS[kind].model_fields
        own = {field.alias or name for name, field in fields.items() if name not in common}
        assert set(re.findall("`([a-z_]+)`", keys)) == own, kind
        assert read_fault(example).kind == kind
