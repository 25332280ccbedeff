"""From located data to a model: every fault of a file at once, each with its line and what to do."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from esar_bot.language import say
from esar_bot.workspace.findings import Finding, Level, Place
from esar_bot.workspace.located_yaml import KeyPath, Located

UNREADABLE = "unreadable"
THAI_REASONS = {
    "greater_than": "ต้องมากกว่า {gt}",
    "greater_than_equal": "ต้องไม่น้อยกว่า {ge}",
    "less_than_equal": "ต้องไม่เกิน {le}",
    "string_too_short": "ต้องไม่ว่าง",
    "string_type": "ต้องเป็นข้อความ",
    "too_short": "ต้องมีอย่างน้อย {min_length} รายการ",
    "too_long": "ต้องมีไม่เกิน {max_length} รายการ",
    "tuple_type": "ต้องเป็นรายการ แต่ละรายการขึ้นต้นด้วย -",
    "dict_type": "ต้องมีหัวข้อย่อย",
    "model_type": "ต้องมีหัวข้อย่อย",
    "model_attributes_type": "ต้องมีหัวข้อย่อย",
    "bool_parsing": "ต้องเป็น true หรือ false",
    "bool_type": "ต้องเป็น true หรือ false",
    "literal_error": "ต้องเป็น {expected}",
}
"""Pydantic's reasons in Thai, with the names of its context."""
Model = TypeVar("Model", bound=BaseModel)


def read_model(
    model: type[Model], located: Located, place: Callable[[int], Place], indicator: str = ""
) -> tuple[Model | None, list[Finding]]:
    """Validate a document against a model; a file with any fault gives no model."""
    findings = [_finding(place(fault.line), fault.what, _mend(), indicator) for fault in located.faults]
    if findings and located.data is None:
        return None, findings
    if not isinstance(located.data, dict):
        what = say("แฟ้มนี้ว่างเปล่าหรือไม่มีหัวข้อใด", "this file is empty or has no keys")
        return None, [*findings, _finding(place(1), what, _mend(), indicator)]
    try:
        value = model.model_validate(located.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        findings.extend(_from_pydantic(detail, model, located, place, indicator) for detail in details)
        return None, findings
    return (None if findings else value), findings


def _finding(place: Place, what: str, next_step: str, indicator: str, field: str = "") -> Finding:
    return Finding(UNREADABLE, Level.ERROR, place, what, next_step, indicator, field)


def _mend() -> str:
    return say("แก้ไขบรรทัดนี้ตามแบบใน docs/workspace.md", "mend this line; docs/workspace.md shows the format")


def _from_pydantic(
    detail: ErrorDetails,
    model: type[BaseModel],
    located: Located,
    place: Callable[[int], Place],
    indicator: str,
) -> Finding:
    path = _path_in_file(detail["loc"], located)
    shown = ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "—"
    line = located.line(path)
    what, next_step = _words(detail, shown, model)
    return _finding(place(line), what, next_step, indicator or _indicator_at(path, located), shown)


def _indicator_at(path: KeyPath, located: Located) -> str:
    """The number of the agreement's indicator that this path lies in."""
    data = located.data
    if len(path) > 1 and path[0] == "indicators" and isinstance(path[1], int) and isinstance(data, dict):
        indicator = data["indicators"][path[1]]
        return str(indicator.get("number") or "") if isinstance(indicator, dict) else ""
    return ""


def _path_in_file(loc: tuple[int | str, ...], located: Located) -> KeyPath:
    """Pydantic's location less the names of union members, which no file has."""
    path: KeyPath = ()
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if (*path, part) in located.lines or last:
            path = (*path, part)
    return path


def _words(detail: ErrorDetails, shown: str, model: type[BaseModel]) -> tuple[str, str]:
    kind = detail["type"]
    key = shown.rsplit(".", 1)[-1]
    if kind == "missing":
        return say(f"ขาดหัวข้อ “{shown}”", f"the key “{shown}” is missing"), say(
            f"เพิ่มหัวข้อ “{key}:” พร้อมค่า", f"add “{key}:” with its value"
        )
    if kind == "extra_forbidden":
        return _unknown_key(shown, model)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return say(f"“{shown}”: ไม่รู้จักชนิดของเกณฑ์ (kind)", f"“{shown}”: unknown kind of criteria"), say(
            "ใช้ kind: levels, milestones, composite หรือ anchored",
            "use kind: levels, milestones, composite or anchored",
        )
    return f"“{shown}”: {_reason(detail)}", _mend()


def _reason(detail: ErrorDetails) -> str:
    """Why a value does not fit, in the words of our validators or else of Pydantic."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error" and "error" in context:
        return str(context["error"])
    thai = THAI_REASONS.get(detail["type"])
    return say(detail["msg"] if thai is None else thai.format(**context), detail["msg"])


def _unknown_key(shown: str, model: type[BaseModel]) -> tuple[str, str]:
    known = list(model.model_fields)
    close = get_close_matches(shown.rsplit(".", 1)[-1], known, n=1)
    what = say(f"ไม่รู้จักหัวข้อ “{shown}”", f"unknown key “{shown}”")
    if close and "." not in shown:
        return what, say(f"อาจหมายถึง “{close[0]}”", f"perhaps “{close[0]}” is meant")
    return what, say(
        "ลบหัวข้อนี้ หรือแก้ตัวสะกดตาม docs/workspace.md", "remove it, or mend its spelling (docs/workspace.md)"
    )
