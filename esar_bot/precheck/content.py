"""What kind of file some bytes are, whatever the file is named."""

from __future__ import annotations

import zipfile

from esar_bot.precheck.evidence import StoredFile

PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")
OLE, ENCRYPTED_OFFICE = "office 97–2003", "encrypted office"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}

KNOWN: dict[str, frozenset[str]] = {
    **{
        name: frozenset({name})
        for name in ("pdf", "docx", "xlsx", "pptx", "png", "gif", "bmp", "webp", "rar", "7z")
    },
    **{name: frozenset({OLE}) for name in ("doc", "xls", "ppt")},
    "jpg": frozenset({"jpg"}),
    "jpeg": frozenset({"jpg"}),
    "tif": frozenset({"tif"}),
    "tiff": frozenset({"tif"}),
    "zip": frozenset({"zip", "docx", "xlsx", "pptx"}),
    "txt": frozenset({""}),
    "csv": frozenset({""}),
}
"""The extensions whose content can be judged, each with the kinds that it may hold ("" is no known kind)."""


def is_pdf(stored: StoredFile) -> bool:
    """Whether it begins as a PDF; readers allow some bytes before the mark (ISO 32000-1, annex H)."""
    return PDF_MARK in stored.head[:PDF_MARK_WITHIN]


def kind_of(stored: StoredFile) -> str:
    """The kind of a file by its content, as the extension it should have; "" if it is none that is known.

    Raises:
        OSError: the file cannot be read any more.
    """
    import filetype  # type: ignore[import-untyped]

    if is_pdf(stored):
        return "pdf"
    if stored.head.startswith(OLE_MARK):
        return ENCRYPTED_OFFICE if _holds_encrypted_package(stored) else OLE
    if stored.head.startswith(b"PK"):
        return _kind_of_zip(stored)
    return filetype.guess_extension(stored.head) or ""


def _kind_of_zip(stored: StoredFile) -> str:
    """Office files are zips that hold certain members; only the zip's directory is read."""
    try:
        with zipfile.ZipFile(stored.path) as archive:
            members = set(archive.namelist())
    except zipfile.BadZipFile:
        return ""
    if "[Content_Types].xml" not in members:
        return "zip"
    return next((kind for part, kind in _MAIN_PARTS.items() if part in members), "zip")


def _holds_encrypted_package(stored: StoredFile) -> bool:
    """Whether an OLE file is an Office file with a password: it then holds a stream of that name."""
    window = b""
    with stored.path.open("rb") as file:
        while chunk := file.read(1 << 16):
            if _ENCRYPTED_STREAM in window + chunk:
                return True
            window = chunk[-len(_ENCRYPTED_STREAM) :]
    return False
