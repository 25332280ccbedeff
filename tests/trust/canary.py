"""A password that is known by sight, in every spelling, and where nothing of it may be found after a run."""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from tests.rehearsal import OFFICER, Ran, run_bot
from tests.trust.between import LOGIN, Answer, Ask, Exchange
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
ESCAPED = html.escape(CANARY).replace("\\", r"\\")
AT_DEBUG = ("--log-level", "debug", "--log-format", "json")


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


async def signed_in(exchange: Exchange, ask: Ask) -> Answer:
    """A portal whose password is the canary."""
    is_login = exchange.method == "POST" and LOGIN.search(exchange.path)
    return await ask(as_officer(exchange) if is_login else exchange)


def session_of(exchange: Exchange) -> str:
    """The session's cookie as the browser sent it."""
    return exchange.header(b"cookie").decode().partition("=")[2]
