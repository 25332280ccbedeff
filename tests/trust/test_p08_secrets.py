"""P8: a password is in no byte of what a run prints or leaves, whether it goes well or not.

Guards: `esar_bot.redact` in `esar_bot.cli.output` (a page below holds the password). Before it stand the mask
over the portal's refusal in `flows.pages.login._press`, `repr=False` of the accounts and
`flows.pages.login._type` (Playwright's errors tell what was typed); without one of them it still holds.
"""

from __future__ import annotations

import html
import json
import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot
from tests.trust.between import LOGIN, Answer, Ask, Between, Exchange
from tests.trust.conftest import ROUND

CANARY = 'canary "ลับ" <b>&\'\\2570'
SPELLINGS = {
    CANARY,
    quote(CANARY),
    quote(CANARY, safe=""),
    quote_plus(CANARY),
    html.escape(CANARY),
    json.dumps(CANARY)[1:-1],
    json.dumps(CANARY, ensure_ascii=False)[1:-1],
    repr(CANARY)[1:-1],
    "canary",
}
AT_DEBUG = ("--log-level", "debug", "--log-format", "json")


def assert_kept(ran: Ran, workspace: Path) -> None:
    """No spelling of the canary was printed, or is in any file of the workspace."""
    for spelt in SPELLINGS:
        assert spelt not in ran.stdout
        assert spelt not in ran.stderr
    files = [path for path in workspace.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in files) or ran.code != 0
    for path in files:
        content = path.read_bytes()
        for spelt in SPELLINGS:
            assert spelt.encode() not in content, path
            assert spelt.encode("utf-16-le") not in content, path


def submit(workspace: Path, url: str, *options: str) -> Ran:
    """A run at the most talkative level, with the canary as its password."""
    command = ("-C", workspace, *AT_DEBUG, "submit", "--round", ROUND, "--json", "--portal-url", url)
    return run_bot(*command, *options, env={**OFFICER, "ESAR_BOT_PASSWORD": CANARY})


def as_officer(exchange: Exchange) -> Exchange:
    """The posted login with the officer's real password, as if the canary were it."""
    form = dict(parse_qsl(exchange.body.decode()))
    form["password"] = OFFICER["ESAR_BOT_PASSWORD"]
    return replace(exchange, body=urlencode(form).encode())


def test_when_all_goes_well(workspace: Path, portal: MockPortal, between: Between) -> None:
    typed: list[str] = []

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal whose password is the canary."""
        if exchange.method == "POST" and LOGIN.search(exchange.path):
            typed.append(dict(parse_qsl(exchange.body.decode()))["password"])
            exchange = as_officer(exchange)
        return await ask(exchange)

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--yes")
    assert ran.code == 0, ran.stderr
    assert typed == [CANARY]
    assert '"source": "environment"' in ran.stderr, "logs say where it came from"
    assert list(workspace.glob("receipts/*/*/receipt.html"))
    assert list(workspace.glob("receipts/*/*/journal.jsonl"))
    assert list(workspace.glob("previews/*.html"))
    assert_kept(ran, workspace)


def test_when_the_portal_refuses_it_and_says_it_back(
    workspace: Path, portal: MockPortal, between: Between
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that shows the refused password."""
        answer = await ask(exchange)
        if exchange.method != "POST" or not LOGIN.search(exchange.path):
            return answer
        page = answer.body.decode()
        assert "ไม่ถูกต้อง" in page
        return answer.with_page(page.replace("ไม่ถูกต้อง", f"ไม่ถูกต้อง ({html.escape(CANARY)})"))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--yes")
    assert ran.code == 6, ran.stderr
    assert "ไม่ถูกต้อง (***)" in ran.stderr
    assert "(***)" in ran.json["error"]["what"]
    assert_kept(ran, workspace)


def test_when_a_page_of_the_portal_holds_it(workspace: Path, portal: MockPortal, between: Between) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that writes the password where the round's state should stand."""
        if exchange.method == "POST" and LOGIN.search(exchange.path):
            exchange = as_officer(exchange)
        answer = await ask(exchange)
        if not answer.is_page:
            return answer
        page = answer.body.decode()
        return answer.with_page(page.replace('data-status="draft"', f'data-status="{html.escape(CANARY)}"'))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--dry-run")
    assert ran.code == 8, ran.stderr
    assert "“***”" in ran.json["error"]["what"]
    assert "“***”" in ran.stderr
    assert_kept(ran, workspace)


def test_when_the_portal_cannot_be_reached(workspace: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    ran = submit(workspace, url, "--dry-run")
    assert ran.code == 10, ran.stderr
    assert_kept(ran, workspace)


def test_when_the_login_field_takes_nothing(workspace: Path, portal: MockPortal, between: Between) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A login page whose password field cannot be typed into: Playwright's error holds the password."""
        answer = await ask(exchange)
        if not LOGIN.search(exchange.path):
            return answer
        return answer.with_page(answer.body.decode().replace('type="password"', 'type="checkbox"'))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--dry-run")
    assert ran.code == 8, ran.stderr
    assert between.posts() == []
    assert_kept(ran, workspace)
