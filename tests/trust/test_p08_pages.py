"""P8, where the portal itself shows a secret: it is masked in all that a run prints or leaves.

Guards: `esar_bot.redact` in `esar_bot.cli.output` and in `esar_bot.errors.EsarBotError`, in `esar_bot.pages`
and `esar_bot.receipt` (a card's field shows it, or a file's name); `Session.protect_cookies` of
`flows.session` (without it a cookie is told, the first one or one that was renewed);
`flows.picture._shows_a_secret` (without it there is a picture of a page that shows the password). Before them
stands the mask over the portal's refusal in `flows.pages.login._press`; without it the others still hold.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rehearsal import MockPortal
from tests.trust.between import BAD_GATEWAY, LOGIN, SAVE, Answer, Ask, Between, Exchange
from tests.trust.canary import CANARY, ESCAPED, assert_kept, session_of, signed_in, submit

RENEWED = re.compile(rb"canary-cookie-\d+")


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
