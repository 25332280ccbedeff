"""The receipt as a page: A4 when printed, the pictures loaded from beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path
from urllib.parse import quote

import imagesize

from esar_bot.models import months
from esar_bot.pages import render_page
from esar_bot.portal import STATE_WORDS
from esar_bot.receipt.model import CardRecord, Receipt
from esar_bot.receipt.words import (
    CARD_WORDS,
    EVIDENCE_WORDS,
    MODE_WORDS,
    READING_WORDS,
    REHEARSAL,
    does_not_prove,
    outcome_sentence,
    proves,
)

PAGE_RATIO = 1.3  # height to width of the room that an A4 page leaves for a picture
SHRUNK_RATIO = 2.0  # up to this the whole picture on one page can still be read
OVERLAP = 0.02  # of a slice's height is seen on both pages, so that no line is lost at the cut


@dataclass(frozen=True)
class Slice:
    """A part of a picture, in per cent of the picture's width."""

    top: float
    height: float


@dataclass(frozen=True)
class PictureView:
    """A card's picture, ready to be shown: its file beside the page, and the slices to print it in.

    A picture whose size is not known is shown whole.
    """

    card: CardRecord
    url: str
    slices: tuple[Slice, ...]

    @property
    def height(self) -> float:
        """The whole picture's height in per cent of its width."""
        return self.slices[-1].top + self.slices[-1].height if self.slices else 0.0


def receipt_html(receipt: Receipt, folder: Path) -> str:
    """The receipt as a page for `folder`, which holds the pictures that it names.

    Raises:
        OSError: a picture cannot be read.
    """
    return render_page(
        "esar_bot.receipt",
        "receipt.html.j2",
        receipt=receipt,
        months=months(receipt.round),
        sentence=outcome_sentence(receipt),
        proves=proves(receipt),
        does_not_prove=does_not_prove(receipt),
        pictures=[
            _view(card, folder / card.picture.file, folder)
            for card in receipt.cards
            if card.picture is not None
        ],
        card_words=CARD_WORDS,
        evidence_words=EVIDENCE_WORDS,
        mode_words=MODE_WORDS,
        state_words=STATE_WORDS,
        reading_words=READING_WORDS,
        rehearsal_words=REHEARSAL,
    )


def _view(card: CardRecord, file: Path, folder: Path) -> PictureView:
    return PictureView(card, quote(file.relative_to(folder).as_posix()), slices_of(file))


def slices_of(picture: Path) -> tuple[Slice, ...]:
    """How a tall picture is cut, each part a page at full width; empty if it is no picture."""
    width, height = imagesize.get(picture)
    if width <= 0:
        return ()
    ratio = height / width
    if ratio <= SHRUNK_RATIO:
        return (Slice(0.0, 100 * ratio),)
    step = PAGE_RATIO * (1 - OVERLAP)
    overlap = PAGE_RATIO - step
    tops = [0.0, *takewhile(lambda top: top + overlap < ratio, (step * n for n in count(1)))]
    return tuple(Slice(100 * top, 100 * min(PAGE_RATIO, ratio - top)) for top in tops)
