"""Faults in what is stored of a card's texts. One strikes only where it changes something."""

import re
from sqlite3 import Connection

from pydantic import Field
from starlette.requests import Request

from mock_portal import sessions
from mock_portal.card_form import Problem
from mock_portal.faults.fault import FORM, Fault, FieldName
from mock_portal.portal import portal_of
from mock_portal.sessions import Session

TONE_MARKS = re.compile("[\u0e48-\u0e4b]")
ZERO_WIDTH_SPACE = "\u200b"
Texts = dict[str, str]


class Spoils(Fault):
    """A fault in the texts of a card."""

    path: re.Pattern[str] = FORM

    def spoil(self, texts: Texts) -> Texts:
        """The texts as they are stored instead."""
        raise NotImplementedError


class SpoilsField(Spoils):
    """A fault in one field."""

    field: FieldName = "performance"

    def spoil(self, texts: Texts) -> Texts:
        """All texts, with that one field spoilt."""
        return {**texts, self.field: self.instead(texts[self.field])}

    def instead(self, text: str) -> str:
        """The text as it is stored instead."""
        raise NotImplementedError


class Truncate(SpoilsField):
    """The end of a long text is cut off."""

    kind = "truncate"
    limit: int = Field(200, ge=0)

    def instead(self, text: str) -> str:
        """So many characters."""
        return text[: self.limit]


class LoseTones(SpoilsField):
    """Thai tone marks vanish."""

    kind = "lose-tones"

    def instead(self, text: str) -> str:
        """The text without them."""
        return TONE_MARKS.sub("", text)


class LoseZwsp(SpoilsField):
    """Zero-width spaces, which show where a line of Thai may break, vanish."""

    kind = "lose-zwsp"

    def instead(self, text: str) -> str:
        """The text without them."""
        return text.replace(ZERO_WIDTH_SPACE, "")


class Crlf(SpoilsField):
    """Line ends are stored, and shown, as CR LF."""

    kind = "crlf"

    def instead(self, text: str) -> str:
        """The text with such line ends."""
        return text.replace("\n", "\r\n")


class Swap(Spoils):
    """Two fields change places."""

    kind = "swap"
    field: FieldName = "obstacles"
    other: FieldName = Field("suggestions", alias="with")

    def spoil(self, texts: Texts) -> Texts:
        """The two, exchanged."""
        return {**texts, self.field: texts[self.other], self.other: texts[self.field]}


class ErrorThoughSaved(Fault):
    """The form comes back with an error although everything was stored."""

    kind = "error-though-saved"
    path: re.Pattern[str] = FORM
    message: str = "ไม่สามารถบันทึกข้อมูลได้ กรุณาตรวจสอบชนิดของไฟล์แล้วบันทึกใหม่"


def spoilt(request: Request, texts: Texts) -> Texts:
    """What is stored in place of what was typed."""
    book = portal_of(request).faults
    for fault in book.of(Spoils, request.scope):
        instead = fault.spoil(texts)
        if instead != texts and book.strikes(fault, request.scope):
            texts = instead
    return texts


def refusals(request: Request, db: Connection, session: Session) -> list[Problem]:
    """What the form complains of after all was stored; then nothing says that it was."""
    portal = portal_of(request)
    files = portal.form.evidence
    messages = [fault.message for fault in portal.faults.struck(ErrorThoughSaved, request.scope)]
    if messages:
        sessions.take_message(db, session, request.url.path)
    return [Problem(files.name, files.label, message) for message in messages]


KINDS: tuple[type[Fault], ...] = (Truncate, LoseTones, LoseZwsp, Crlf, Swap, ErrorThoughSaved)
