"""Pictures of the page on which a run ended, kept where the officer can look at them."""

from __future__ import annotations

from pathlib import Path

from esar_bot.errors import EsarBotError
from esar_bot.language import say

FOLDER = "problems"


def keep_picture(workspace: Path, name: str, error: EsarBotError) -> Path | None:
    """Write the error's picture, for its owner only, and return its path; None where there is none.

    A picture that cannot be written is said, and hides nothing of the error.
    """
    if error.picture is None:
        return None
    from datetime import datetime

    from esar_bot.calendar import BANGKOK
    from esar_bot.cli import output
    from esar_bot.private_files import write_private

    path = workspace.resolve() / FOLDER / f"{name}-{datetime.now(BANGKOK):%Y%m%d-%H%M%S}.jpg"
    try:
        write_private(path, error.picture)
    except OSError as failure:
        output.line(say(f"เก็บภาพหน้าจอไม่ได้: {failure}", f"the picture cannot be kept: {failure}"), "yellow")
        return None
    return path
