"""Every command but submit, as people and scheduled jobs run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import httpx
import pytest
import typer.main

from esar_bot import __version__
from esar_bot.cli.app import app
from fixtures.make_broken_agency import write_large_file
from tests.rehearsal import OFFICER, SAMPLE_AGENCY, MockPortal, Ran, environment_of_the_bot, run_bot

FIXTURES = SAMPLE_AGENCY.parent
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
NO_BROWSER = {"ESAR_BOT_BROWSER": "/nowhere"}
ROUNDS = ("3m", "6m", "9m", "12m")
WITHOUT_TWIN = {"--version", "--help"}


def files_below(folder: Path) -> list[str]:
    """All files, by their path in the folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def planted(agency: str, round_key: str = "") -> list[dict[str, str]]:
    """The faults that a fixture holds, as its FAULTS.toml tells them."""
    text = (FIXTURES / agency / "FAULTS.toml").read_text(encoding="utf-8")
    return [fault for fault in tomllib.loads(text)["fault"] if fault.get("round", "") in {"", round_key}]


# init


def test_what_init_writes_passes_the_check_in_every_round(tmp_path: Path) -> None:
    folder = tmp_path / "กรมตัวอย่าง 2570"
    made = run_bot("init", folder)
    assert made.code == 0, made.stderr
    assert f"esar-bot -C {folder} check" in made.stderr.replace("\n", " ")
    assert {"esar.toml", "agreement.yaml", ".gitignore"} <= set(files_below(folder))
    for round_key in ROUNDS:
        ran = run_bot("-C", folder, "check", "--round", round_key, "--json")
        assert ran.code == 0, ran.stderr
        assert [found for found in ran.json["findings"] if found["level"] == "error"] == []


def test_init_leaves_a_folder_with_files_alone(tmp_path: Path) -> None:
    (tmp_path / "บันทึก.txt").write_text("ของเดิม", encoding="utf-8")
    ran = run_bot("init", tmp_path)
    assert ran.code == 2
    assert "not empty" in ran.stderr
    assert files_below(tmp_path) == ["บันทึก.txt"]


# check


def test_check_reports_every_planted_fault_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "agency"
    shutil.copytree(FIXTURES / "broken_agency", folder)
    write_large_file(folder)
    ran = run_bot("-C", folder, "check", "--round", "9m", "--json", "--today", "2027-07-05", env=NO_BROWSER)
    assert ran.code == 3, ran.stderr
    assert set(ran.json) == {"schema", "command", "exit_code", "round", "findings", "unexamined"}
    assert (ran.json["command"], ran.json["exit_code"], ran.json["round"]) == ("check", 3, "9m")
    found = {(item["rule"], item["file"], item["indicator"], item["level"]) for item in ran.json["findings"]}
    missing = {
        (fault["rule"], fault["file"], fault["indicator"], fault["level"])
        for fault in planted("broken_agency", "9m")
    } - found
    assert missing == set()
    for item in ran.json["findings"]:
        assert set(item) == {"rule", "level", "file", "line", "indicator", "field", "what", "next_step"}
        assert item["what"]
        assert item["next_step"]
        place = item["file"] if item["line"] is None else f"{item['file']}:{item['line']}"
        assert place in re.sub(r"\s*\n\s*", "", ran.stderr) or item["file"] in ran.stderr


def test_check_reads_on_past_what_it_cannot_read() -> None:
    ran = run_bot("-C", FIXTURES / "unreadable_agency", "check", "--round", "9m", "--json")
    assert ran.code == 3, ran.stderr
    found = {
        (item["file"], item["indicator"]) for item in ran.json["findings"] if item["rule"] == "unreadable"
    }
    assert {(fault["file"], fault["indicator"]) for fault in planted("unreadable_agency")} <= found


def test_check_of_a_good_folder_says_what_no_rule_looked_at() -> None:
    ran = run_bot("-C", SAMPLE_AGENCY, "check", "--round", "9m", "--json", "--today", "2027-07-05")
    assert ran.code == 0, ran.stderr
    assert ran.json["findings"] == []
    assert ran.json["unexamined"]
    assert "no rule looks at these" in ran.stderr


def test_check_without_a_round_takes_the_next_one(workspace: Path) -> None:
    assert run_bot("-C", workspace, "check", "--json", "--today", "2027-05-20").json["round"] == "9m"


# preview


def test_the_preview_is_one_file_made_without_network_or_browser(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n"
        "def refused(*_a, **_k): raise RuntimeError('network used')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused\n",
        encoding="utf-8",
    )
    env = {**NO_BROWSER, "PYTHONPATH": str(tmp_path)}
    ran = run_bot("-C", workspace, "preview", "--round", "9m", "--json", env=env)
    assert ran.code == 0, ran.stderr
    page = Path(ran.json["preview"])
    assert page.parent == workspace / "previews"
    html = page.read_text(encoding="utf-8")
    assert "86.75" in html
    assert "ประชุมชี้แจงแนวทาง" in html
    shown_from = re.findall(r"(?:src|href)=[\"']?([^\"'\s>]+)|url\([\"']?([^\"')]+)", html)
    elsewhere = [link for pair in shown_from for link in pair if link and not link.startswith(("data:", "#"))]
    assert elsewhere == []


def test_the_preview_of_a_faulty_folder_is_refused(workspace: Path) -> None:
    card = workspace / "9m" / "1.1.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("86.75", "abc"), encoding="utf-8")
    ran = run_bot("-C", workspace, "preview", "--round", "9m")
    assert ran.code == 3
    assert "9m/1.1.yaml:8" in ran.stderr
    assert not list(workspace.glob("previews/*"))


@pytest.mark.parametrize("command", ["check", "preview"])
def test_after_the_last_round_there_is_nothing_to_prepare(workspace: Path, command: str) -> None:
    ran = run_bot("-C", workspace, command, "--json", "--today", "2027-12-01")
    assert ran.code == 0, ran.stderr
    assert (ran.json["command"], ran.json["round"], ran.json["outcome"]) == (command, None, "no-round-open")
    assert "no round is open today" in ran.stderr


# status and receipts


def test_without_a_receipt_it_is_said_and_in_a_narrow_window_no_path_is_broken(workspace: Path) -> None:
    ran = run_bot("-C", workspace, "receipts")
    assert (ran.code, ran.stderr.strip()) == (0, "no receipts yet")
    ran = run_bot("-C", workspace, "check", "--round", "9m", "--today", "2027-07-05", env={"COLUMNS": "30"})
    assert str(workspace) in ran.stderr


def test_status_before_anything_was_submitted(workspace: Path) -> None:
    ran = run_bot("-C", workspace, "status", "--json", "--today", "2027-07-05")
    assert ran.code == 0, ran.stderr
    assert ran.json["today"] == "2027-07-05"
    rounds = {item["round"]: item for item in ran.json["rounds"]}
    assert list(rounds) == list(ROUNDS)
    assert [item["open_today"] for item in rounds.values()] == [False, False, True, False]
    assert rounds["9m"]["working_days_left"] > 0
    assert rounds["3m"]["working_days_left"] == 0
    assert rounds["12m"]["working_days_left"] > rounds["9m"]["working_days_left"] + 50
    assert rounds["9m"]["safe_day"] <= rounds["9m"]["due"]
    for item in rounds.values():
        assert (item["cards_prepared"], item["cards_expected"]) == (2, 2)
        assert (item["last_outcome"], item["confirmation"]) == (None, None)


def test_status_and_receipts_after_a_submission(
    submit: Callable[..., Ran], workspace: Path, portal: MockPortal
) -> None:
    assert submit("--draft", "--yes").code == 0
    submitted = submit("--yes")
    assert submitted.code == 0, submitted.stderr
    number = submitted.json["confirmation"]["number"]

    status = run_bot("-C", workspace, "status", "--json")
    (nine,) = (item for item in status.json["rounds"] if item["round"] == "9m")
    assert (nine["last_outcome"], nine["confirmation"]) == ("submitted", number)
    assert number in status.stderr

    receipts = run_bot("-C", workspace, "receipts", "--json")
    listed = receipts.json["receipts"]
    assert [item["outcome"] for item in listed] == ["submitted", "draft"], "newest first"
    assert listed[0]["confirmation"]["number"] == number
    folder = workspace / "receipts" / "9m" / listed[0]["run_id"]
    assert Path(submitted.json["receipt"]).parent == folder
    assert number in receipts.stderr
    assert f"receipts/9m/{listed[0]['run_id']}" in receipts.stderr
    assert run_bot("-C", workspace, "receipts", "--round", "3m", "--json").json["receipts"] == []


# credentials


def check_account(workspace: Path, portal: MockPortal, **account: str) -> Ran:
    """Run `credentials check`; without an account nothing is found anywhere."""
    url = ("--portal-url", portal.url)
    return run_bot("-C", workspace, "credentials", "check", *url, env={**NO_KEYRING, **account})


def test_credentials_check_signs_in_and_writes_nothing(workspace: Path, portal: MockPortal) -> None:
    ran = check_account(workspace, portal, **OFFICER)
    assert ran.code == 0, ran.stderr
    assert "environment" in ran.stderr
    assert portal.posts() == 1
    assert OFFICER["ESAR_BOT_PASSWORD"] not in ran.stdout + ran.stderr


def test_credentials_check_of_a_wrong_account_tries_once(workspace: Path, portal: MockPortal) -> None:
    ran = check_account(workspace, portal, **{**OFFICER, "ESAR_BOT_PASSWORD": "wrong-canary"})
    assert ran.code == 6, ran.stderr
    assert portal.posts() == 1
    assert "wrong-canary" not in ran.stdout + ran.stderr


def test_credentials_check_without_an_account(workspace: Path, portal: MockPortal) -> None:
    ran = check_account(workspace, portal)
    assert ran.code == 6, ran.stderr
    assert "credentials set" in ran.stderr
    assert portal.is_untouched()


def test_credentials_delete_with_nothing_stored(workspace: Path) -> None:
    ran = run_bot("-C", workspace, "credentials", "delete", env=NO_KEYRING)
    assert ran.code == 0, ran.stderr
    assert "no account was stored" in ran.stderr


def test_credentials_delete_without_a_keyring(workspace: Path) -> None:
    env = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    ran = run_bot("-C", workspace, "credentials", "delete", env=env)
    assert ran.code == 6, ran.stderr
    assert "Traceback" not in ran.stderr


# setup, demo, mock-portal


def test_setup_proves_a_browser() -> None:
    ran = run_bot("setup")
    assert ran.code == 0, ran.stderr
    assert re.search(r"✓ ready: .*\d+\.\d+", ran.stderr)


def test_setup_does_not_replace_the_browser_that_is_named() -> None:
    ran = run_bot("setup", env=NO_BROWSER)
    assert ran.code == 2
    assert "/nowhere" in ran.stderr
    assert "downloading" not in ran.stderr


def test_the_demo_submits_a_round_and_replaces_only_its_own_folder(tmp_path: Path) -> None:
    folder = tmp_path / "ที่ซ้อม"
    left_over = folder / "workspace" / "left-over.txt"
    folder.mkdir()
    (folder / "อื่น.txt").write_text("ของผู้อื่น", encoding="utf-8")
    refused = run_bot("demo", "--dir", folder)
    assert refused.code == 2
    assert "--dir" in refused.stderr
    assert files_below(folder) == ["อื่น.txt"]
    (folder / "อื่น.txt").unlink()

    first = run_bot("demo", "--dir", folder, "--json", env=NO_KEYRING)
    assert first.code == 0, first.stderr
    assert first.json["outcome"] == "submitted"
    assert first.json["confirmation"]["number"]
    assert Path(first.json["receipt"]).is_file()
    left_over.write_text("x", encoding="utf-8")

    second = run_bot("demo", "--dir", folder, "--json", "--round", "3m", env=NO_KEYRING)
    assert second.code == 0, second.stderr
    assert (second.json["round"], second.json["outcome"]) == ("3m", "submitted")
    assert not left_over.exists()
    assert not Path(first.json["receipt"]).exists()


@pytest.fixture
def started_portal(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`esar-bot mock-portal` on a free port, as a person starts it."""
    with subprocess.Popen(
        [sys.executable, "-m", "esar_bot", "mock-portal", "--data", str(tmp_path / "data"), "--port", "0"],
        env=environment_of_the_bot({"PYTHONUNBUFFERED": "1"}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield process
        process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_the_mock_portal_says_where_it_is_and_ends_well(started_portal: subprocess.Popen[str]) -> None:
    assert started_portal.stdout is not None
    said = [started_portal.stdout.readline().strip() for _ in range(5)]
    url = said[1]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    assert said[2].startswith("officer / rehearse-2570")
    assert said[3].startswith("assessor / assess-2570")
    assert httpx.get(f"{url}/login").status_code == 200
    assert httpx.get(f"{url}/__test__/state").status_code == 404, "only with --test-api"
    started_portal.send_signal(signal.SIGINT)
    _stdout, stderr = started_portal.communicate(timeout=30)
    assert started_portal.returncode == 0, stderr
    assert stderr == ""


def test_the_mock_portal_needs_an_agreement(tmp_path: Path) -> None:
    ran = run_bot("mock-portal", "--data", tmp_path / "data", "--workspace", tmp_path)
    assert ran.code == 2
    assert "agreement.yaml" in ran.stderr


def test_no_number_and_no_path_is_broken_at_80_columns(workspace: Path, portal: MockPortal) -> None:
    env = {**OFFICER, "COLUMNS": "80", "ESAR_BOT_LANG": "th"}
    arguments = ("--round", "9m", "--yes", "--json", "--portal-url", portal.url)
    done = run_bot("-C", workspace, "submit", *arguments, env=env)
    again = run_bot("-C", workspace, "submit", *arguments, env=env)
    assert "✓ รอบนี้ส่งแล้ว ไม่มีสิ่งที่ต้องทำ" in again.stderr
    number, folder = done.json["confirmation"]["number"], Path(done.json["receipt"]).parent
    told = run_bot("-C", workspace, "receipts", env=env).stderr
    assert f"receipts/9m/{folder.name}" in told
    assert number in told
    assert re.search(r"^9m  \d+ \S+ 25\d\d \d\d\.\d\d\.\d\d น\.$", told, re.MULTILINE)
    assert number in run_bot("-C", workspace, "status", env=env).stderr


def test_the_mock_portal_knows_which_round_is_to_be_closed(tmp_path: Path) -> None:
    ran = run_bot("mock-portal", "--data", tmp_path / "data", "--closed", "9m", "--closed", "10m")
    assert ran.code == 2
    assert "there is no round 10m" in ran.stderr
    assert "3m 6m 9m 12m" in ran.stderr


def test_a_wrong_fault_is_told_in_thai_around_the_words_that_are_meant(tmp_path: Path) -> None:
    ran = run_bot("mock-portal", "--data", tmp_path, "--fault", "dorp", env={"ESAR_BOT_LANG": "th"})
    assert ran.code == 2
    assert "คำอธิบายความขัดข้องไม่ถูกต้อง ('dorp' is no kind of fault" in ran.stderr


# the program itself


def test_the_version() -> None:
    ran = run_bot("--version")
    assert (ran.code, ran.stdout) == (0, f"esar-bot {__version__}\n")


def test_help_is_thai_unless_english_is_asked_for() -> None:
    thai = run_bot("--help", env={"ESAR_BOT_LANG": ""})
    english = run_bot("--help", env={"ESAR_BOT_LANG": "en"})
    assert (thai.code, english.code) == (0, 0)
    assert "ตรวจแฟ้มงานของรอบ" in thai.stdout
    assert not re.search("[ก-๙]", english.stdout)
    assert "Check a round's folder" in english.stdout


def test_a_console_that_knows_no_thai_is_no_crash() -> None:
    env = {"ESAR_BOT_LANG": "th", "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    ran = run_bot("--help", env=env)
    assert ran.code == 0, ran.stderr
    assert "\\u0e15" in ran.stdout


def commands(group: click.Command, name: str = "esar-bot") -> Iterator[tuple[str, click.Command]]:
    """The program, its groups and their commands, by what is typed."""
    yield name, group
    for child, command in getattr(group, "commands", {}).items():
        yield from commands(command, f"{name} {child}")


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_the_commands_are_these() -> None:
    assert sorted(name.removeprefix("esar-bot").strip() for name in COMMANDS) == [
        "",
        "check",
        "credentials",
        "credentials check",
        "credentials delete",
        "credentials set",
        "demo",
        "init",
        "login",
        "logout",
        "mock-portal",
        "plan",
        "preview",
        "receipts",
        "setup",
        "status",
        "submit",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_an_environment_twin_and_shows_it(name: str) -> None:
    command = COMMANDS[name]
    context = typer.Context(command, info_name=name)  # type: ignore[arg-type]
    shown = " ".join(command.get_help(context).split())  # type: ignore[arg-type]
    for option in command.params:
        if option.param_type_name != "option" or WITHOUT_TWIN & set(option.opts):
            continue
        assert str(option.envvar).startswith("ESAR_BOT_"), option.opts
        assert re.search(rf"env var: {option.envvar}\b", shown), option.opts


def test_an_option_may_come_from_the_environment(workspace: Path) -> None:
    env = {
        "ESAR_BOT_DIRECTORY": str(workspace),
        "ESAR_BOT_ROUND": "3m",
        "ESAR_BOT_JSON": "1",
        "ESAR_BOT_TODAY": "2027-01-05",
    }
    ran = run_bot("check", env=env)
    assert (ran.code, ran.json["round"]) == (0, "3m")


def test_logs_as_json_are_one_object_a_line_on_standard_error(workspace: Path, portal: MockPortal) -> None:
    command = ("credentials", "check", "--portal-url", portal.url)
    ran = run_bot("-C", workspace, "--log-format", "json", "--log-level", "info", *command, env=OFFICER)
    assert ran.code == 0, ran.stderr
    assert ran.stdout == ""
    logged = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith("{")]
    assert {"event", "level", "timestamp", "source"} <= set(logged[0])
    assert logged[0]["event"] == "account found"


DEAR = (
    "playwright rich ruamel jinja2 structlog keyring pypdf starlette esar_bot.models esar_bot.workspace flows"
)


@pytest.mark.parametrize(
    ("arguments", "dear"),
    [
        (["--help"], f"{DEAR} pydantic"),
        (["--version"], f"{DEAR} pydantic"),
        (["submit", "--help"], DEAR),  # Typer itself needs Pydantic for a command's options
    ],
    ids=["--help", "--version", "submit --help"],
)
def test_help_pays_for_nothing_that_it_does_not_need(arguments: list[str], dear: str) -> None:
    ran = run_bot(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert ran.code == 0
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert imported & set(dear.split()) == set()
    assert "esar_bot.cli.submit" in imported
