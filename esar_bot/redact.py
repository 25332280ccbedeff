"""Redaction by value: once a secret is known here, no log line or message that passes through shows it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

SHORTEST = 3
SHORTEST_TOKEN = 16
MASK = "***"
SPELLINGS: tuple[Callable[[str], str], ...] = (
    quote,
    lambda text: quote(text, safe=""),
    quote_plus,
    html.escape,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: repr(text)[1:-1],
    lambda text: repr(text + "'\"")[1:-4],  # as part of a text with both kinds of quotes
    lambda text: repr(text.encode())[2:-1],
)
_secrets: set[str] = set()


def protect(secret: str) -> None:
    """Remember a secret, also as addresses, pages, JSON and Python spell it, and one inside another.

    Very short ones would mask ordinary text.
    """
    if len(secret) >= SHORTEST:
        once = {secret, *(spell(secret) for spell in SPELLINGS)}
        _secrets.update(once, (spell(text) for text in once for spell in SPELLINGS))


def protect_token(value: str) -> None:
    """Remember a cookie's value, or the like, if it is long enough to be a session's key and no word."""
    if len(value) >= SHORTEST_TOKEN:
        protect(value)


def holds_secret(text: str) -> bool:
    """Whether a known secret is in a text, however its white space and capitals are shown."""
    shown = _as_shown(text)
    return any(_as_shown(secret) in shown for secret in _secrets if secret.strip())


def _as_shown(text: str) -> str:
    return " ".join(text.split()).casefold()


def redact(text: str) -> str:
    """The text with every known secret masked, longest first, so that none shows inside another."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
