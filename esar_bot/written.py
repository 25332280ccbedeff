"""What earlier runs of ours wrote, as hashes: enough to tell our own values from another person's.

What a portal made of our values counts as ours, too: otherwise what it cut short or put into the wrong field
would look like somebody's own words, and nobody could mend it without deciding a conflict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from esar_bot.text import canonical, number

VERIFIED = "saved"  # the outcome of a card that was read back as it was to be
UNMISTAKABLE = 20  # characters that nobody types by chance as we did
_TONES_AND_SPACE = re.compile(r"[\u0e48-\u0e4b\s]")


def value_hash(value: str) -> str:
    """SHA-256 of a value's canonical form: white space, or 87.4300 for 87.43, does not disguise our value."""
    figure = number(value)
    plain = canonical(value) if figure is None else f"{figure.normalize():f}"
    return hashlib.sha256(plain.encode()).hexdigest()


def is_remnant(shown: str, own: str, others: Iterable[str]) -> bool:
    """Whether what a portal shows in a field stems from ours: cut short, stripped, or another field's.

    What is short counts only if it is the field's own, less tones and spaces: a person may have typed it.
    """
    rest, bare = canonical(shown), _without_tones(shown)
    if rest and bare == _without_tones(own):
        return True
    return len(rest) >= UNMISTAKABLE and (
        canonical(own).startswith(rest) or any(canonical(other) == rest for other in others)
    )


def _without_tones(text: str) -> str:
    return _TONES_AND_SPACE.sub("", canonical(text))


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
    """Gather the saves of journals, and what they came to, in their order; other entries say nothing.

    A save has `indicator`, `values` (field to hash) and `files` (name, hash), a deletion its `file`. Once a
    save was read back, what stood in its fields before explains nothing any more, nor does a file that was
    deleted: whoever puts it there again is a person.
    """
    values: dict[str, dict[str, set[str]]] = {}
    files: dict[str, set[tuple[str, str]]] = {}
    last: dict[str, dict[str, str]] = {}
    for entry in entries:
        indicator, told = str(entry.get("indicator", "")), _texts(entry.get("values"))
        of_card = values.setdefault(indicator, {})
        match entry.get("event"):
            case "save":
                last[indicator] = told
                files.setdefault(indicator, set()).update(attached(entry))
            case "deleted":
                files.setdefault(indicator, set()).difference_update(_pairs([entry.get("file")]))
            case "outcome":
                if entry.get("outcome") == VERIFIED:
                    of_card.update({name: {digest} for name, digest in last.pop(indicator, {}).items()})
            case _:
                continue
        for name, digest in told.items():
            of_card.setdefault(name, set()).add(digest)
    return Written(
        {
            indicator: frozenset((name, digest) for name, found in fields.items() for digest in found)
            for indicator, fields in values.items()
        },
        {indicator: frozenset(found) for indicator, found in files.items()},
    )


@dataclass(frozen=True)
class Sent:
    """A save that was never read back as it should be: when it was sent, and what with it, as hashes."""

    at: datetime
    values: Mapping[str, str]
    files: frozenset[tuple[str, str]]


def sent_in(entries: Iterable[Mapping[str, object]]) -> dict[str, Sent]:
    """The last save of each card, by indicator, unless it was read back: files may still be on their way."""
    sent: dict[str, Sent] = {}
    for entry in entries:
        indicator = str(entry.get("indicator", ""))
        if entry.get("event") == "save":
            at = datetime.fromisoformat(str(entry["at"]))
            sent[indicator] = Sent(at, _texts(entry.get("values")), attached(entry))
        elif entry.get("event") == "outcome" and entry.get("outcome") == VERIFIED:
            sent.pop(indicator, None)
    return sent


def attached(save: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    """The files of a save: name and hash."""
    return _pairs(save.get("files"))


def _pairs(files: object) -> frozenset[tuple[str, str]]:
    return frozenset(
        (str(pair[0]), str(pair[1]))
        for pair in (files if isinstance(files, list) else ())
        if isinstance(pair, list | tuple) and len(pair) == 2  # noqa: PLR2004 - name and hash
    )


def _texts(values: object) -> dict[str, str]:
    return {str(name): str(digest) for name, digest in values.items()} if isinstance(values, Mapping) else {}
