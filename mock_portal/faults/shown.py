"""Faults in the pages shown: unexpected questions, scripts that undo what was typed, fields nobody knows."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from pydantic import Field as Key
from starlette.requests import Request

from mock_portal.card_form import CardForm, Field
from mock_portal.faults.fault import FORM, Fault, FieldName
from mock_portal.portal import portal_of

CARD_FORM = "card_form.html"
SENT_FORMS = {CARD_FORM, "summary.html"}


@dataclass(frozen=True)
class Script:
    """What static/faults.js does on a page, and the data that it needs for it."""

    does: str
    data: dict[str, str | float] = field(default_factory=dict)


class Dialog(Fault):
    """A page asks something: as it opens, before its form is sent (Cancel: it is not), or as it is left."""

    kind = "dialog"
    ask: Literal["alert", "confirm", "beforeunload"] = "alert"
    message: str = "กรุณาตรวจสอบข้อมูลก่อนดำเนินการต่อ"


class LateReset(Fault):
    """A script of the form puts a field back to what it was when the page came, `seconds` later."""

    kind = "late-reset"
    path: re.Pattern[str] = FORM
    field: FieldName = "performance"
    seconds: float = Key(1, ge=0, le=60)


class TwinLabel(Fault):
    """The form has a second field with the same label."""

    kind = "twin-label"
    path: re.Pattern[str] = FORM
    field: FieldName = "performance"


class UnknownRequired(Fault):
    """From the first time it was met, the form has a field that nobody knows, and is refused without it."""

    kind = "unknown-required"
    path: re.Pattern[str] = FORM
    name: str = Key("data_source", pattern="^[a-z][a-z0-9_]*$")
    label: str = "แหล่งที่มาของข้อมูล"

    def as_field(self) -> Field:
        """The field as the form defines its own."""
        return Field(self.name, self.label, "text", 1000, "จำเป็นต้องระบุ", frozenset(), rows=2, at_once=True)


def scripts(request: Request, template: str) -> list[Script]:
    """What scripts do on this page that they should not."""
    book, found = portal_of(request).faults, []
    for dialog in book.of(Dialog, request.scope):
        has_form = template in SENT_FORMS or dialog.ask != "confirm"
        if has_form and book.strikes(dialog, request.scope):
            found.append(Script("dialog", {"ask": dialog.ask, "message": dialog.message}))
    if template == CARD_FORM:
        late = book.struck(LateReset, request.scope)
        found += [Script("late-reset", {"field": f.field, "seconds": f.seconds}) for f in late]
    return found


def with_oddities(request: Request, form: CardForm) -> CardForm:
    """The form as a page shows it."""
    book, fields = portal_of(request).faults, list(form.fields)
    for fault in book.struck(TwinLabel, request.scope):
        twin = replace(form.field(fault.field), name=f"{fault.field}_2")
        fields.insert(form.names.index(fault.field) + 1, twin)
    unknown = book.of(UnknownRequired, request.scope)
    nobody_knows = [f.as_field() for f in unknown if book.times(f) or book.strikes(f, request.scope)]
    return replace(form, fields=(*fields, *nobody_knows))


def with_demands(request: Request, form: CardForm) -> CardForm:
    """The form as a save is checked by: with the unknown fields that a page has shown."""
    book = portal_of(request).faults
    unknown = [f.as_field() for f in book.of(UnknownRequired, request.scope) if book.times(f)]
    return replace(form, fields=(*form.fields, *unknown))


KINDS: tuple[type[Fault], ...] = (Dialog, LateReset, TwinLabel, UnknownRequired)
