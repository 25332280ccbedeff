"""P8: no secret is in any byte of what a run prints or leaves, whether it goes well or not.

The secrets are the password, the session's cookie and a code from the officer's phone.

Guards: `protect_token` in `esar_bot.stored_session` (without it the cookie of a login by hand is told), and
those of `test_p08_pages`. Before them stand `repr=False` of the accounts and `flows.pages.login._type`
(Playwright's errors tell what was typed); without one of them it still holds.
"""

from __future__ import annotations

import os
import signal
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
import trustme

from tests.desk import at_a_terminal, set_up_desk, sign_in_as_officer
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot
from tests.trust.between import LOGIN, SAVE, Answer, Ask, Between, Exchange, portal_with_between
from tests.trust.canary import (
    AT_DEBUG,
    CANARY,
    as_officer,
    assert_kept,
    command,
    session_of,
    signed_in,
    submit,
)
from tests.trust.started import start_bot


def test_when_all_goes_well(workspace: Path, portal: MockPortal, between: Between, tokens: set[str]) -> None:
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
    assert list(workspace.glob("receipts/*/*/receipt.pdf"))
    assert len(tokens) == 2, "one before the login, one after it"
    assert_kept(ran, workspace, secrets=tokens)


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
        return answer.with_page(answer.body.decode().replace('type="password"', 'type="password" readonly'))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--dry-run")
    assert ran.code == 8, ran.stderr
    assert between.posts() == []
    assert_kept(ran, workspace)


def test_when_the_session_ends_in_the_middle(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str]
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that forgets who is signed in when it is to save for the first time."""
        if exchange.method == "POST" and SAVE.search(exchange.path) and len(between.posts(SAVE)) == 1:
            forgotten = [(b"location", b"/login"), (b"set-cookie", b"esar_session=gone; Path=/; Max-Age=0")]
            return Answer(303, forgotten, b"")
        return await signed_in(exchange, ask)

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--draft", "--yes")
    assert between.posts(LOGIN) == ["/login"] * 2, ran.stderr
    assert_kept(ran, workspace, secrets=tokens - {"gone"})


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process, and no SIGKILL")
def test_when_a_run_is_ended_in_the_middle(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str], how: str
) -> None:
    saving = threading.Event()

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        answer = await signed_in(exchange, ask)
        if exchange.method == "POST" and SAVE.search(exchange.path):
            saving.set()
        return answer

    between.meddle = meddle
    env = {**OFFICER, "ESAR_BOT_PASSWORD": CANARY}
    with start_bot(*command(workspace, portal.url), "--yes", env=env) as process:
        assert saving.wait(60)
        process.send_signal(signal.Signals[how])
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode in {-9, 130}
    assert_kept(Ran(process.returncode, stdout, stderr), workspace, secrets=tokens)


def test_when_the_portal_asks_for_a_code(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    given: set[str] = set()
    with portal_with_between(tmp_path_factory.mktemp("asking"), workspace, second_step="otp") as (
        asking,
        seen,
    ):
        otp = httpx.get(f"{asking.url}/__test__/otp").json()["otp"]
        seen.meddle, seen.heard = signed_in, lambda answer: given.update(answer.cookies)
        ran = submit(workspace, asking.url, "--dry-run")
    assert ran.code == 6, ran.stderr
    assert list(workspace.glob("problems/*.jpg"))
    assert_kept(ran, workspace, secrets={otp, *given})


def test_when_the_certificate_is_not_trusted(workspace: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake_hands() -> None:
            with suppress(OSError):
                while True:
                    with suppress(ssl.SSLError), context.wrap_socket(listening.accept()[0], server_side=True):
                        pass

        thread = threading.Thread(target=shake_hands, daemon=True)
        thread.start()
        ran = submit(workspace, f"https://127.0.0.1:{listening.getsockname()[1]}", "--dry-run")
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert ran.code == 6, ran.stderr
    assert "no password was typed" in ran.stderr
    assert_kept(ran, workspace)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo terminal")
def test_when_a_person_signs_in_by_hand(
    workspace: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given: set[str] = set()
    desk = set_up_desk(tmp_path)
    with portal_with_between(tmp_path_factory.mktemp("asking"), workspace, second_step="otp") as (
        asking,
        seen,
    ):
        seen.heard = lambda answer: given.update(answer.cookies)
        otp = httpx.get(f"{asking.url}/__test__/otp").json()["otp"]
        login = ("-C", workspace, *AT_DEBUG, "login", "--portal-url", asking.url)
        with at_a_terminal(*login, env=desk.env) as running:
            desk.act(lambda page: sign_in_as_officer(page, otp))
            code, said = running.end()
        assert code == 0, said

        async def meddle(exchange: Exchange, ask: Ask) -> Answer:
            """A portal that writes the session's cookie where the round's state should stand."""
            answer = await ask(exchange)
            if not answer.is_page:
                return answer
            told = f'data-status="{session_of(exchange)}"'
            return answer.with_page(answer.body.decode().replace('data-status="draft"', told))

        seen.meddle = meddle
        ran = run_bot(*command(workspace, asking.url), "--dry-run", env=desk.env)
        assert ran.code == 8, ran.stderr
        assert "“***”" in ran.stderr
    (stored,) = desk.files()
    assert [token for token in given if token in stored.read_text(encoding="utf-8")], "it is what is kept"
    typed = {otp, OFFICER["ESAR_BOT_PASSWORD"]}
    assert not [secret for secret in typed if secret in stored.read_text(encoding="utf-8")]
    assert_kept(Ran(ran.code, said + ran.stdout, ran.stderr), workspace, secrets={*typed, *given})
