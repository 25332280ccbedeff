"""What earlier runs of ours wrote, as hashes: enough to tell our own values from another person's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from esar_bot.text import canonical, number


def value_hash(value: str) -> str:
    """SHA-256 of a value's canonical form: white space, or 87.4300 for 87.43, does not disguise our value."""
    figure = number(value)
    plain = canonical(value) if figure is None else f"{figure.normalize():f}"
    return hashlib.sha256(plain.encode()).hexdigest()


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


def written_in(saves: Iterable[Mapping[str, object]]) -> Written:
    """Gather the journal's save entries: `indicator`, `values` (field to hash), `files` (name, hash)."""
    values: dict[str, set[tuple[str, str]]] = {}
    files: dict[str, set[tuple[str, str]]] = {}
    for save in saves:
        indicator = str(save["indicator"])
        hashes, attached = save.get("values"), save.get("files")
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
