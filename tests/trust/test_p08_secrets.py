"""P8: no secret is in any byte of what a run prints or leaves, whether it goes well or not.

The secrets are the password, the session's cookie and a code from the officer's phone.

Guards: `esar_bot.redact` in `esar_bot.cli.output` and in `esar_bot.errors.EsarBotError` (pages below hold the
password, or the cookie), in `esar_bot.pages` and `esar_bot.receipt` (a card's field shows it, or a file's
name); `flows.session.Session.protect_cookies` and `protect_token` in `esar_bot.stored_session` (without it
the cookie is told, the first one or one that was renewed);
`flows.picture._shows_a_secret` (without it there is a picture of a page that shows the password). Before them
stand the mask over the portal's refusal in `flows.pages.login._press`, `repr=False` of the accounts and
`flows.pages.login._type` (Playwright's errors tell what was typed); without one of them it still holds.
"""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import ssl
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import httpx
import pytest
import trustme
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from tests.desk import at_a_terminal, set_up_desk, sign_in_as_officer
from tests.rehearsal import OFFICER, MockPortal, Ran, run_bot
from tests.trust.between import (
    BAD_GATEWAY,
    LOGIN,
    SAVE,
    Answer,
    Ask,
    Between,
    Exchange,
    portal_with_between,
)
from tests.trust.conftest import ROUND
from tests.trust.started import start_bot

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
ESCAPED = html.escape(CANARY).replace("\\", r"\\")
RENEWED = re.compile(rb"canary-cookie-\d+")
AT_DEBUG = ("--log-level", "debug", "--log-format", "json")


@pytest.fixture(autouse=True)
def tokens(between: Between) -> set[str]:
    """The session cookies that the portal gave away, whatever else a test has it do."""
    given: set[str] = set()
    between.heard = lambda answer: given.update(cookies_of(answer))
    return given


def cookies_of(answer: Answer) -> Iterator[str]:
    for name, value in answer.headers:
        if name == b"set-cookie":
            yield value.decode().split(";")[0].partition("=")[2].strip('"')


def spelt(secrets: Iterable[str]) -> set[str]:
    """The canary, and secrets that are spelt alike everywhere."""
    return {*SPELLINGS, *(secret for secret in secrets if secret)}


def readable(path: Path) -> Iterator[bytes]:
    """All bytes of a file, also those that it holds in packed form."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if content.startswith(b"%PDF"):
        reader = PdfReader(path)
        for number in range(1, len(reader.xref[0]) + 1):
            found = reader.get_object(IndirectObject(number, 0, reader))
            if isinstance(found, StreamObject) and found.get("/Subtype") != "/Image":
                yield found.get_data()
        yield from (page.extract_text().encode() for page in reader.pages)


def assert_kept(ran: Ran, *folders: Path, secrets: Iterable[str] = ()) -> None:
    """No spelling of a secret was printed, or is in any file of the folders."""
    known = spelt(secrets)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in files) or ran.code != 0
    for secret in known:
        assert secret not in ran.stdout
        assert secret not in ran.stderr
        for path in files:
            for content in readable(path):
                assert secret.encode() not in content, path
                assert secret.encode("utf-16-le") not in content, path


def submit(workspace: Path, url: str, *options: str) -> Ran:
    """A run at the most talkative level, with the canary as its password."""
    return run_bot(*command(workspace, url), *options, env={**OFFICER, "ESAR_BOT_PASSWORD": CANARY})


def command(workspace: Path, url: str) -> tuple[str | Path, ...]:
    """`submit` as it is called here."""
    return "-C", workspace, *AT_DEBUG, "submit", "--round", ROUND, "--json", "--portal-url", url


def as_officer(exchange: Exchange) -> Exchange:
    """The posted login with the officer's real password, as if the canary were it."""
    form = dict(parse_qsl(exchange.body.decode()))
    form["password"] = OFFICER["ESAR_BOT_PASSWORD"]
    return replace(exchange, body=urlencode(form).encode())


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


async def signed_in(exchange: Exchange, ask: Ask) -> Answer:
    """A portal whose password is the canary."""
    is_login = exchange.method == "POST" and LOGIN.search(exchange.path)
    return await ask(as_officer(exchange) if is_login else exchange)


def session_of(exchange: Exchange) -> str:
    """The session's cookie as the browser sent it."""
    return exchange.header(b"cookie").decode().partition("=")[2]


@pytest.mark.parametrize("secret", ["password", "cookie"])
def test_when_a_page_of_the_portal_holds_it(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str], secret: str
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that writes the secret where the round's state should stand."""
        answer = await signed_in(exchange, ask)
        if not answer.is_page:
            return answer
        told = html.escape(CANARY) if secret == "password" else session_of(exchange)
        return answer.with_page(answer.body.decode().replace('data-status="draft"', f'data-status="{told}"'))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--dry-run")
    assert ran.code == 8, ran.stderr
    assert "“***”" in ran.json["error"]["what"]
    assert "“***”" in ran.stderr
    assert_kept(ran, workspace, secrets=tokens)


@pytest.mark.parametrize("shown", [False, True], ids=["page without it", "page that shows it"])
def test_a_picture_is_kept_only_of_a_page_without_it(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str], shown: bool
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A round in a state that nobody knows, perhaps with the password beside it."""
        answer = await signed_in(exchange, ask)
        if not answer.is_page:
            return answer
        page = answer.body.decode().replace('data-status="draft"', 'data-status="unheard-of"')
        return answer.with_page(page.replace("</main>", f"<p>{html.escape(CANARY)}</p></main>" * shown))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--dry-run")
    assert ran.code == 8, ran.stderr
    assert len(list(workspace.glob("problems/*.jpg"))) == (not shown)
    assert ("picture: " in ran.stderr) == (not shown)
    assert_kept(ran, workspace, secrets=tokens)


def test_when_a_card_shows_it(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str]
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal whose cards show the password in place of a text, once they were saved."""
        answer = await signed_in(exchange, ask)
        if not answer.is_page or not between.posts(SAVE):
            return answer
        page = answer.body.decode()
        return answer.with_page(re.sub(r'(data-field="obstacles"[^>]*>)[^<]*', rf"\1{ESCAPED}", page))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--yes")
    assert ran.code == 5, ran.stderr
    (receipt,) = workspace.glob("receipts/*/*/receipt.json")
    assert "***" in receipt.read_text(encoding="utf-8")
    assert not list(workspace.glob("receipts/*/*/cards/*.jpg")), "nor is there a picture of it"
    assert_kept(ran, workspace, secrets=tokens)

    again = submit(workspace, portal.url, "--dry-run")
    assert again.code == 6, again.stderr
    (preview,) = workspace.glob("previews/*.html")
    assert "***" in preview.read_text(encoding="utf-8"), "both sides of the conflict are shown"
    assert_kept(again, workspace, secrets=tokens)


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


@pytest.mark.parametrize(("status", "code"), [(502, 0), (422, 9)], ids=["fault", "refusal"])
def test_when_a_save_is_answered_by_it(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str], status: int, code: int
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that tells what it got as soon as it is to save, whether it saved or not."""
        if exchange.method != "POST" or not SAVE.search(exchange.path):
            return await signed_in(exchange, ask)
        told = f"<p data-testid=errors>{html.escape(CANARY)} {session_of(exchange)}</p>"
        page = Answer(status, [(b"content-type", b"text/html; charset=utf-8")], told.encode())
        if status == BAD_GATEWAY.status:
            await ask(exchange)
        return page

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--draft", "--yes")
    assert ran.code == code, ran.stderr
    assert len(between.posts(SAVE)) == 2
    assert_kept(ran, workspace, secrets=tokens)


def test_when_its_cookie_is_renewed_and_said_back(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str]
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that gives another cookie with every page, and names the one that a save came with."""
        renewed = RENEWED.search(exchange.header(b"cookie"))
        if exchange.method == "POST" and SAVE.search(exchange.path):
            assert renewed is not None
            told = f"<p data-testid=errors>{renewed[0].decode()}</p>"
            return Answer(422, [(b"content-type", b"text/html; charset=utf-8")], told.encode())
        answer = await signed_in(exchange, ask)
        cookie = f"renewed=canary-cookie-{len(between.seen):06}; Path=/; HttpOnly".encode()
        return replace(answer, headers=[*answer.headers, (b"set-cookie", cookie)])

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--draft", "--yes")
    assert ran.code == 9, ran.stderr
    assert "***" in ran.stderr
    assert_kept(ran, workspace, secrets=tokens)


def test_when_a_file_is_named_by_it(
    workspace: Path, portal: MockPortal, between: Between, tokens: set[str]
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """A portal that calls a file by the password, once it was saved."""
        answer = await signed_in(exchange, ask)
        if not answer.is_page or not between.posts(SAVE):
            return answer
        return answer.with_page(answer.body.decode().replace(">report.pdf<", f">{html.escape(CANARY)}<"))

    between.meddle = meddle
    ran = submit(workspace, portal.url, "--yes")
    assert ran.code == 5, ran.stderr
    (receipt,) = workspace.glob("receipts/*/*/receipt.json")
    found = [file for card in json.loads(receipt.read_bytes())["cards"] for file in card["evidence"]]
    assert "***" in {file["name"] for file in found}
    assert_kept(ran, workspace, secrets=tokens)


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
        seen.meddle, seen.heard = signed_in, lambda answer: given.update(cookies_of(answer))
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
        seen.heard = lambda answer: given.update(cookies_of(answer))
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
