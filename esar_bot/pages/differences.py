"""What changed between two Thai texts, as a reader would mark it.

Thai puts spaces between phrases, not between words. Texts are first compared phrase by phrase; phrases
that differ, by clusters: a consonant with all its vowels and marks, a whole number, a Latin word.
So no mark is ever torn from its consonant. Phrases that have little in common are marked whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from esar_bot.text import canonical, unix_newlines

_PHRASE = re.compile(r"\s+|\S+")
_CLUSTER = re.compile(
    r"[\d๐-๙]+(?:[.,][\d๐-๙]+)*"  # a number with its separators
    r"|[A-Za-z]+"
    r"|\s+"
    r"|[เ-ไ]?.[ัิ-ฺ็-๎\u200b-\u200d]*[ะาำๅ]?",  # leading vowel, base, marks, following vowel
    re.DOTALL,
)
_SPACE = re.compile(r"\s")
CONTEXT = 120  # about so many characters around a change are kept
ALIKE = 0.5  # phrases less alike than this are marked whole
SHORT_GAP = 3  # so few equal clusters between two changes only distract


@dataclass(frozen=True)
class Run:
    """A stretch of text that either stays or changes; or the place of `omitted` characters that stay."""

    text: str
    changed: bool
    omitted: int = 0


def marked(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Both texts as runs, with the runs marked that the other text does not have."""
    old, new = _PHRASE.findall(unix_newlines(before)), _PHRASE.findall(unix_newlines(after))
    left: list[Run] = []
    right: list[Run] = []
    for same, i1, i2, j1, j2 in _compare(old, new):
        one, other = "".join(old[i1:i2]), "".join(new[j1:j2])
        if same:
            left.append(Run(one, changed=False))
            right.append(Run(other, changed=False))
        else:
            within = _mark_phrases(one, other)
            left.extend(within[0])
            right.extend(within[1])
    return _joined(left), _joined(right)


def _mark_phrases(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Two stretches that differ, compared cluster by cluster if they have enough in common."""
    old, new = _CLUSTER.findall(before), _CLUSTER.findall(after)
    blocks = list(_compare(old, new))
    common = sum(i2 - i1 for same, i1, i2, _, _ in blocks if same)
    if 2 * common < ALIKE * (len(old) + len(new)):
        return [Run(before, changed=True)], [Run(after, changed=True)]
    left, right = [], []
    for index, (same, i1, i2, j1, j2) in enumerate(blocks):
        between = 0 < index < len(blocks) - 1
        changed = not same or (between and i2 - i1 < SHORT_GAP)
        left.append(Run("".join(old[i1:i2]), changed))
        right.append(Run("".join(new[j1:j2]), changed))
    return left, right


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """The opcodes of two sequences, pieces compared in their canonical form."""
    matcher = SequenceMatcher(
        None, [_key(piece) for piece in old], [_key(piece) for piece in new], autojunk=False
    )
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield tag == "equal", i1, i2, j1, j2


def _key(piece: str) -> str:
    return canonical(piece) or piece


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbouring runs of the same kind become one; empty ones go."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].changed == run.changed:
            joined[-1] = Run(joined[-1].text + run.text, run.changed)
        elif run.text:
            joined.append(run)
    return joined


def abridged(runs: Sequence[Run]) -> list[Run]:
    """The runs with long unchanged stretches cut, at white space, to what surrounds the changes."""
    if not any(run.changed for run in runs):
        return list(runs)
    short: list[Run] = []
    for index, run in enumerate(runs):
        short.extend([run] if run.changed else _cut(run, first=index == 0, last=index == len(runs) - 1))
    return short


def _cut(run: Run, *, first: bool, last: bool) -> list[Run]:
    """An unchanged run: its beginning stays unless the text begins with it, its end unless the text ends."""
    start = 0 if first else _space_after(run.text, CONTEXT)
    end = len(run.text) if last else _space_before(run.text, len(run.text) - CONTEXT)
    if end - start < CONTEXT:
        return [run]
    pieces = (Run(run.text[:start], changed=False), Run(run.text[end:], changed=False))
    return [
        *(piece for piece in pieces[:1] if piece.text),
        Run("", changed=False, omitted=end - start),
        *(piece for piece in pieces[1:] if piece.text),
    ]


def _space_after(text: str, position: int) -> int:
    match = _SPACE.search(text, min(position, len(text)))
    return match.start() if match else len(text)


def _space_before(text: str, position: int) -> int:
    return max((match.end() for match in _SPACE.finditer(text, 0, max(position, 0))), default=0)
