"""What can go wrong, each with its exit code and what to do next (P14)."""

from __future__ import annotations

from enum import IntEnum

from esar_bot.language import say
from esar_bot.redact import redact


class ExitCode(IntEnum):
    """The exit codes are an interface: scripts and scheduled jobs decide by them."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    PRECHECK_FAILED = 3
    CHANGES_PENDING = 4
    PARTLY_DONE = 5
    PERSON_NEEDED = 6
    OUTCOME_UNKNOWN = 7
    PORTAL_CHANGED = 8
    REJECTED = 9
    UNAVAILABLE = 10
    INTERRUPTED = 130


class EsarBotError(Exception):
    """An error that a person can act on: it is shown without a stack trace.

    `what` says what happened, `where` the place (file:line, indicator and field, or page),
    `next_step` what to do; `picture` is a JPEG of the page on which it happened, if there is one.
    Secrets are masked from the beginning: the texts go into receipts, journals and logs.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = redact(what), redact(where), redact(next_step)
        super().__init__(self.what)
        self.picture: bytes | None = None

    def __str__(self) -> str:
        return " · ".join(part for part in (self.where, self.what, self.next_step) if part)


class UsageError(EsarBotError):
    """The command, a setting or this machine is not as it must be; nothing was read or written."""

    exit_code = ExitCode.USAGE


class BrowserMissing(UsageError):
    """No browser that can be driven was found."""


class PrecheckFailed(EsarBotError):
    """The prepared folder has faults; the portal was not touched."""

    exit_code = ExitCode.PRECHECK_FAILED


class PartlyDone(EsarBotError):
    """A part was done and verified, a part was not: some cards, the last comparison, or the receipt."""

    exit_code = ExitCode.PARTLY_DONE


class PersonNeeded(EsarBotError):
    """Only a person can go on: a refused password, an OTP, a conflict to decide."""

    exit_code = ExitCode.PERSON_NEEDED


class StalePlan(PersonNeeded):
    """A saved plan is not what would be done now: a person must look at a new one. Nothing was written."""


class OutcomeUnknown(EsarBotError):
    """A write may or may not have arrived, and reading the portal again did not settle it."""

    exit_code = ExitCode.OUTCOME_UNKNOWN


class PortalChanged(EsarBotError):
    """A page does not look as the profile says: nothing of that form was saved."""

    exit_code = ExitCode.PORTAL_CHANGED


class Rejected(EsarBotError):
    """The portal answered no: a validation message, a closed round, a locked report."""

    exit_code = ExitCode.REJECTED


class Unavailable(EsarBotError):
    """The portal could not be reached or did not answer; nothing was written by that request.

    `retry_after` is the time in seconds for which the portal asks to be left alone, if it says so.
    """

    exit_code = ExitCode.UNAVAILABLE

    def __init__(
        self, what: str, *, where: str = "", next_step: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.retry_after = retry_after


class Unexpected(EsarBotError):
    """A fault of ours in the middle of a run: said, and the run goes on to its receipt."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, cause: Exception, *, where: str = "") -> None:
        super().__init__(
            say("ข้อผิดพลาดภายใน", "internal error") + f": {type(cause).__name__}: {cause}",
            where=where,
            next_step=say(
                "ตรวจดูในระบบ โปรดแจ้งผู้พัฒนา แล้วสั่งซ้ำ",
                "look at the portal, report it to the developers, run again",
            ),
        )
        self.__cause__ = cause


class Doubtful(EsarBotError):
    """A write was sent and its answer was lost: the portal must be read before anything else.

    Never shown to a person: whoever applies the plan settles it by reading, or raises `OutcomeUnknown`.
    """

    exit_code = ExitCode.OUTCOME_UNKNOWN


class NotTaken(Doubtful):
    """The portal says that it took nothing: the session had ended, or the form was too old.

    Once reading has shown the same, the write may be sent again from a fresh form.
    """
