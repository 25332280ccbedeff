"""What earlier runs of ours wrote, as hashes: enough to tell our own values from another person's.

What a portal made of our values counts as ours, too: otherwise what it cut short or put into the wrong field
would look like somebody's own words, and nobody could mend it without deciding a conflict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from esar_bot.text import canonical, number

_TONES_AND_SPACE = re.compile(r"[\u0e48-\u0e4b\s]")


def value_hash(value: str) -> str:
    """SHA-256 of a value's canonical form: white space, or 87.4300 for 87.43, does not disguise our value."""
    figure = number(value)
    plain = canonical(value) if figure is None else f"{figure.normalize():f}"
    return hashlib.sha256(plain.encode()).hexdigest()


def is_remnant(shown: str, sent: Collection[str]) -> bool:
    """Whether what a portal shows is one of the sent texts: whole, cut short, or without tones and spaces.

    Figures count only whole: a cut one is another figure, which a person may have typed.
    """
    if number(shown) is not None:
        return any(value_hash(shown) == value_hash(text) for text in sent)
    rest, bare = canonical(shown), _TONES_AND_SPACE.sub("", canonical(shown))
    return bool(rest) and any(
        canonical(text).startswith(rest) or _TONES_AND_SPACE.sub("", canonical(text)) == bare for text in sent
    )


@dataclass(frozen=True)
class Written:
    """Hashes of the values and files that were ever written, by indicator."""

    values: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    files: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def has_value(self, indicator: str, name: str, value: str) -> bool:
        """Whether we once wrote this value into that field."""
        return (name, value_hash(value)) in self.values.get(indicator, frozenset())

    def has_file(self, indicator: str, name: str, sha256: str | None) -> bool:
        """Whether we once attached a file of this name and these bytes to that card."""
        return sha256 is not None and (name, sha256) in self.files.get(indicator, frozenset())


def written_in(entries: Iterable[Mapping[str, object]]) -> Written:
    """Gather a journal's entries that have `indicator`, `values` (field to hash) and `files` (name, hash)."""
    values: dict[str, set[tuple[str, str]]] = {}
    files: dict[str, set[tuple[str, str]]] = {}
    for entry in entries:
        indicator = str(entry["indicator"])
        hashes, attached = entry.get("values"), entry.get("files")
        if isinstance(hashes, Mapping):
            values.setdefault(indicator, set()).update(
                (str(name), str(digest)) for name, digest in hashes.items()
            )
        if isinstance(attached, list):
            files.setdefault(indicator, set()).update(
                (str(pair[0]), str(pair[1]))
                for pair in attached
                if isinstance(pair, list | tuple) and len(pair) == 2  # noqa: PLR2004 - name and hash
            )
    return Written(
        {indicator: frozenset(found) for indicator, found in values.items()},
        {indicator: frozenset(found) for indicator, found in files.items()},
    )
