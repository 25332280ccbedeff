"""Thai text in all its spellings: what a reader sees, and the ways in which it may be written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
CONSONANTS = "กขคงจชดตนบปผพมยรลวสหอ"
LEADING = ["", "เ", "แ", "โ", "ใ", "ไ"]
VOWELS = ["", "ะ", "า", "ิ", "ี", "ึ", "ื", "ุ", "ู", "ำ", "็"]
TONES = ["", "่", "้", "๊", "๋"]
OTHERS = "0123456789๐๑๒๓๔๕๖๗๘๙ฯๆabAB.,/()–“”²"


@dataclass(frozen=True)
class Syllable:
    """A consonant with what stands around it, as a reader sees it."""

    leading: str
    consonant: str
    vowel: str
    tone: str

    def __str__(self) -> str:
        beside = self.vowel in {"ะ", "า", "ำ"}
        marks = self.tone + self.vowel if beside else self.vowel + self.tone
        return self.leading + self.consonant + marks

    def spellings(self) -> list[str]:
        """Every way of writing it that looks the same."""
        before = self.leading + self.consonant
        if self.vowel == "ำ":
            tone, joined, split = self.tone, "\u0e33", "\u0e4d\u0e32"
            marks = [tone + joined, joined + tone, tone + split, split + tone, f"\u0e4d{tone}\u0e32"]
            return [before + order for order in marks]
        if self.vowel in {"ุ", "ู"}:
            return [before + self.vowel + self.tone, before + self.tone + self.vowel]
        return [str(self)]


syllables = st.builds(
    Syllable,
    st.sampled_from(LEADING),
    st.sampled_from(CONSONANTS),
    st.sampled_from(VOWELS),
    st.sampled_from(TONES),
)
seen_texts = st.lists(st.one_of(syllables, st.sampled_from([*OTHERS, " ", "\n"])), min_size=1, max_size=25)


def shown(pieces: list[Syllable | str]) -> str:
    """The text in its plainest spelling, without spaces at the ends of lines and of the whole."""
    text = "".join(map(str, pieces))
    return "\n".join(line.rstrip(" ") for line in text.split("\n")).strip(" \n")


@st.composite
def spelt(draw: st.DrawFn, pieces: list[Syllable | str]) -> str:
    """One of the many ways in which the text may be stored."""
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    other_ways = {" ": [" ", "\u00a0"], "\n": [line_end, " " + line_end]}
    text = "".join(
        draw(
            st.sampled_from(
                piece.spellings() if isinstance(piece, Syllable) else other_ways.get(piece, [piece])
            )
        )
        for piece in pieces
    )
    for place in sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)), reverse=True):
        text = text[:place] + draw(st.sampled_from(ZERO_WIDTH)) + text[place:]
    return draw(st.sampled_from(["", " ", "\n", "\u00a0 "])) + text + draw(st.sampled_from(["", " ", "\r\n"]))


@st.composite
def two_that_differ(draw: st.DrawFn) -> tuple[list[Syllable | str], list[Syllable | str]]:
    """Two texts that differ in one mark: a letter, a vowel, a tone, or a digit of the other kind."""
    before, after = draw(seen_texts), draw(seen_texts)
    one = draw(st.one_of(syllables, st.sampled_from("0123456789")))
    if isinstance(one, str):
        return [*before, one, *after], [*before, "๐๑๒๓๔๕๖๗๘๙"[int(one)], *after]
    part, values = draw(
        st.sampled_from([("leading", LEADING), ("consonant", CONSONANTS), ("vowel", VOWELS), ("tone", TONES)])
    )
    other = draw(st.sampled_from([value for value in values if value != getattr(one, part)]))
    return [*before, one, *after], [*before, replace(one, **{part: other}), *after]
