"""What a portal accepts: the limits that a profile states and precheck applies offline."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from esar_bot.models.quantities import Frozen

Positive = Annotated[int, Field(gt=0)]


class Limits(Frozen):
    """Limits of a portal's forms.

    `text_lengths` are in characters as the browser counts them, by card field; file types are extensions
    without the dot, in lower case; sizes are in bytes, name lengths in bytes of UTF-8.
    """

    text_lengths: dict[str, Positive] = {}
    file_types: tuple[str, ...] = ()
    file_bytes: Positive | None = None
    file_name_bytes: Positive | None = None
    file_name_refused: str = ""
    files_per_card: Positive | None = None
