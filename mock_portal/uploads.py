"""Posted files: taken from the form, kept below the data folder under a name the sender cannot choose."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile

from mock_portal.card_form import browser_file_name
from mock_portal.reports import Evidence

CHUNK = 1024 * 1024


def posted_files(form: FormData, field: str) -> list[UploadFile]:
    """The files that were chosen; a file input left empty still posts one nameless, empty part."""
    parts = (part for part in form.getlist(field) if isinstance(part, UploadFile))
    return [part for part in parts if part.filename or part.size]


def posted_name(part: UploadFile) -> str:
    """The file's name as the officer sees it."""
    return browser_file_name(part.filename or "")


async def keep(parts: Sequence[UploadFile], folder: Path, at: datetime) -> list[Evidence]:
    """Copy posted files into the evidence folder, in pieces, and say what they are. All of them or none."""
    kept: list[Evidence] = []
    try:
        for part in parts:
            file = secrets.token_hex(16)
            size, digest = await to_thread.run_sync(_copy, part, folder / file)
            kept.append(Evidence(0, posted_name(part), size, digest, file, at.isoformat()))
    except BaseException:
        discard(folder, [e.file for e in kept])
        raise
    return kept


def discard(folder: Path, files: Sequence[str]) -> None:
    """Remove files that no card points to."""
    for file in files:
        (folder / file).unlink(missing_ok=True)


def _copy(part: UploadFile, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("xb") as out:
            while piece := part.file.read(CHUNK):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()
