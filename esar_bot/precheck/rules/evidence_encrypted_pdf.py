"""A PDF that asks for a password, or that cannot be opened at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from esar_bot.language import say
from esar_bot.precheck.content import is_pdf
from esar_bot.precheck.evidence import StoredFile
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.workspace import Level

if TYPE_CHECKING:
    from pypdf import PdfReader


def check(subject: Subject) -> Iterator[Problem]:
    limit = subject.limits.file_bytes
    for item in subject.evidence:
        stored = item.stored
        if stored is None or not is_pdf(stored) or (limit is not None and stored.size > limit):
            continue
        file = item.evidence.file
        match _state(stored):
            case "locked":
                yield Problem(
                    item.at("file"),
                    say(
                        f"แฟ้ม {file} มีรหัสผ่าน ผู้ประเมินเปิดไม่ได้",
                        f"{file} asks for a password; no assessor can open it",
                    ),
                    say("บันทึก PDF ใหม่โดยไม่ใส่รหัสผ่าน", "save the PDF again without a password"),
                )
            case "restricted":
                yield Problem(
                    item.at("file"),
                    say(
                        f"แฟ้ม {file} เปิดได้ แต่ถูกเข้ารหัสเพื่อจำกัดสิทธิ์",
                        f"{file} opens, but is encrypted to restrict its use",
                    ),
                    say("บันทึก PDF ใหม่โดยไม่จำกัดสิทธิ์", "save the PDF again without restrictions"),
                    Level.WARNING,
                )
            case "unreadable":
                yield Problem(
                    item.at("file"),
                    say(f"แฟ้ม {file} อ่านไม่ได้ อาจเสียหาย", f"{file} is unreadable; it may be damaged"),
                    say("ลองเปิดแฟ้มดู หากเปิดไม่ได้ให้สร้างใหม่", "try to open it; if that fails, make it again"),
                    Level.WARNING,
                )


def _state(stored: StoredFile) -> str:
    """Whether a PDF is "open", "restricted" (opens without a password), "locked" or "unreadable"."""
    from pypdf import PdfReader

    try:
        with _quiet(), stored.path.open("rb") as file:
            reader = PdfReader(file)
            if reader.is_encrypted:
                return "restricted" if _opens_without_password(reader) else "locked"
            return "open" if len(reader.pages) else "unreadable"
    except Exception:  # noqa: BLE001 - pypdf meets a damaged file with many kinds of exception; all mean the same
        return "unreadable"


def _opens_without_password(reader: PdfReader) -> bool:
    from pypdf.errors import DependencyError

    try:
        return bool(reader.decrypt(""))
    except DependencyError:
        return False


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pypdf's remarks about a file out of the terminal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


RULE = Rule("evidence-encrypted-pdf", ("evidence.file",), check, (Level.ERROR, Level.WARNING))
