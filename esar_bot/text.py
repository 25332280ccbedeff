"""Thai text: one normal form for comparing and for locating, and the reading of Thai digits.

NFKC is never used: it splits sara am (U+0E33) into U+0E4D U+0E32, which NFC does not join again.
"""

import re
import unicodedata
from decimal import Decimal

_SARA_AM_SPLIT = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_SARA_AM_TONE_LAST = re.compile("\u0e33([\u0e48-\u0e4b]+)")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def unix_newlines(text: str) -> str:
    """The text with LF as its only line break, as web forms keep it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def canonical(text: str) -> str:
    """The form in which two Thai texts are compared.

    Unifies what no reader can tell apart: NFC order of marks, sara am written as nikhahit and aa,
    zero-width characters, no-break spaces, line breaks and white space at line ends and at both ends
    of the text. Tone marks, vowels, words and the spaces between them all count.
    """
    text = unix_newlines(text.translate(_ZERO_WIDTH)).replace("\u00a0", " ")
    text = _SARA_AM_SPLIT.sub("\\1\u0e33", unicodedata.normalize("NFC", text))
    text = _SARA_AM_TONE_LAST.sub("\\1\u0e33", text)
    text = unicodedata.normalize("NFC", text)  # a tone that was moved may stand among other marks now
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def canonical_line(text: str) -> str:
    """The form in which names are compared, however a page breaks its lines."""
    return " ".join(canonical(text).split())


def number(text: str) -> Decimal | None:
    """The number that a text is, Thai digits and thousands separators understood; None if it is none."""
    written = arabic_digits(text).strip()
    return Decimal(written.replace(",", "")) if _NUMBER.fullmatch(written) else None


def arabic_digits(text: str) -> str:
    """The text with Thai digits ๐–๙ as 0–9."""
    return text.translate(_THAI_DIGITS)
