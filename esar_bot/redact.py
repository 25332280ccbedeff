"""Redaction by value: once a secret is known here, no log line or message that passes through shows it."""

from __future__ import annotations

from urllib.parse import quote

SHORTEST = 3
MASK = "***"
_secrets: set[str] = set()


def protect(secret: str) -> None:
    """Remember a secret, also as addresses would spell it. Very short ones would mask ordinary text."""
    if len(secret) >= SHORTEST:
        _secrets.update({secret, quote(secret, safe="")})


def redact(text: str) -> str:
    """The text with every known secret masked, longest first, so that none shows inside another."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
