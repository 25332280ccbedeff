"""A known secret is masked wherever it appears, however formatting spelt it."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esar_bot import redact
from esar_bot.redact import MASK, protect
from esar_bot.redact import redact as masked

SECRETS = [
    "rehearse-2570",
    'with "quotes" & <signs>',
    "back\\slash'",
    "a b+c/d?e=f&g",
    "รหัสผ่านลับ",
    "tab\there",
]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(redact, "_secrets", set())


def test_what_is_no_secret_is_left_alone():
    assert masked("รอบ 9m ตัวชี้วัด 1.1") == "รอบ 9m ตัวชี้วัด 1.1"


def test_a_secret_is_masked_wherever_it_stands():
    protect("hunter2-long")
    assert masked("a hunter2-long,hunter2-longer\nhunter2-long") == f"a {MASK},{MASK}er\n{MASK}"


@pytest.mark.parametrize("order", [["abcdef", "abc"], ["abc", "abcdef"]])
def test_the_longest_goes_first_so_that_no_rest_is_left(order):
    for secret in order:
        protect(secret)
    assert masked("abcdef abc") == f"{MASK} {MASK}"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "spelt",
    [
        str,
        lambda secret: quote(secret, safe=""),
        quote,
        quote_plus,
        html.escape,
        repr,
        lambda secret: json.dumps({"password": secret}),
        lambda secret: json.dumps({"password": secret}, ensure_ascii=False),
    ],
    ids=["plain", "quote all", "quote", "quote_plus", "html", "repr", "json", "json unescaped"],
)
def test_every_spelling_of_a_secret_is_masked(secret, spelt):
    protect(secret)
    shown = masked(f"before {spelt(secret)} after")
    assert MASK in shown
    assert spelt(secret) not in shown
    assert secret not in shown


@pytest.mark.parametrize("short", ["", "a", "ab"])
def test_very_short_secrets_would_mask_ordinary_text(short):
    protect(short)
    assert masked("a table about ab") == "a table about ab"


@given(st.text(min_size=3).filter(lambda text: MASK not in text and text not in MASK), st.text(), st.text())
def test_no_secret_survives(secret, before, after):
    redact._secrets.clear()
    protect(secret)
    shown = masked(before + secret + after)
    assert MASK in shown
    assert secret not in shown.replace(MASK, "\0")


@pytest.mark.parametrize("shown", ["รหัส Canary  Secret!", "canary\nsecret!", "CANARY SECRET!"])
def test_a_secret_is_known_however_a_page_shows_it(monkeypatch, shown):
    monkeypatch.setattr(redact, "_secrets", set())
    redact.protect("canary secret!")
    assert redact.holds_secret(shown)


def test_a_text_without_a_secret_holds_none(monkeypatch):
    monkeypatch.setattr(redact, "_secrets", set())
    redact.protect("canary secret!")
    redact.protect("    ")
    assert not redact.holds_secret("canary - secret!")


def test_a_short_cookie_is_no_secret(monkeypatch):
    monkeypatch.setattr(redact, "_secrets", set())
    redact.protect_token("th-TH")
    redact.protect_token("0123456789abcdef")
    assert redact.redact("th-TH 0123456789abcdef") == "th-TH ***"
