"""A plan's file: JSON, its owner's only, never written over anything that is no plan."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.private_files import write_private
from esar_bot.saved_plan.model import SCHEMA_VERSION, SavedPlan


def read_plan(path: Path) -> SavedPlan:
    """Read a plan.

    Raises:
        UsageError: there is none, it is damaged, or a newer esar-bot made it.
    """
    try:
        written = path.read_bytes()
    except OSError as error:
        raise UsageError(
            say(f"อ่านแผนไม่ได้: {error.strerror}", f"the plan cannot be read: {error.strerror}"),
            where=str(path),
            next_step=say(
                "ตรวจชื่อแฟ้ม หรือทำแผนด้วย esar-bot plan -o …",
                "check the name, or make a plan with esar-bot plan -o …",
            ),
        ) from error
    try:
        return SavedPlan.model_validate_json(written)
    except ValidationError as error:
        raise _unreadable(path, written) from error


def write_plan(path: Path, plan: SavedPlan) -> None:
    """Write a plan whole or not at all, with mode 0600.

    Raises:
        UsageError: something that is no plan stands there; it is left alone.
        OSError: it cannot be written.
    """
    refuse_other_file(path)
    write_private(path, (plan.model_dump_json(indent=2) + "\n").encode())


def refuse_other_file(path: Path) -> None:
    """Stop before a file that is no plan is written over.

    Raises:
        UsageError: it is none that this esar-bot can read, or a folder.
    """
    if not path.exists():
        return
    try:
        read_plan(path)
    except UsageError as error:
        raise UsageError(
            say("แฟ้มนี้มีอยู่แล้วและไม่ใช่แผน จึงไม่เขียนทับ", "this file exists and is no plan: it is not overwritten"),
            where=str(path),
            next_step=say("ระบุชื่ออื่นด้วย -o", "name another file with -o"),
        ) from error


def _unreadable(path: Path, written: bytes) -> UsageError:
    version = _schema_version(written)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return UsageError(
            say("แผนนี้ทำโดย esar-bot รุ่นใหม่กว่า", "this plan was made by a newer esar-bot"),
            where=str(path),
            next_step=say(
                "ใช้ esar-bot รุ่นเดียวกันทั้งตอนทำแผนและตอนส่ง", "use the same esar-bot to plan and to submit"
            ),
        )
    return UsageError(
        say("แฟ้มนี้ไม่ใช่แผนของ esar-bot หรือชำรุด", "this is no plan of esar-bot, or it is damaged"),
        where=str(path),
        next_step=say("ทำแผนใหม่ด้วย esar-bot plan -o …", "make a new plan with esar-bot plan -o …"),
    )


def _schema_version(written: bytes) -> object:
    try:
        plan = json.loads(written)
    except ValueError:  # not JSON, or not UTF-8
        return None
    return plan.get("schema_version") if isinstance(plan, dict) else None
