"""How reading is tried again: with back-off and jitter, for some time, no sooner than the portal asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from esar_bot.errors import Unavailable
from esar_bot.language import say
from flows.faults import ASKING_TO_WAIT, Unrepeatable, unavailable
from flows.profile import Profile

READ_ATTEMPTS = 4
BACK_OFF = wait_random_exponential(multiplier=0.5, max=10)
A_YEAR = 366 * 24 * 3600.0  # in seconds: more is nonsense
SERVER_FAULT = 500


@dataclass
class Patience:
    """What a session knows of its portal's wish to be left alone: told to one page, it holds for all."""

    profile: Profile
    _rest_until: float = 0.0  # on the monotonic clock

    @property
    def left(self) -> float:
        """For how many seconds the portal asks not to be asked."""
        return max(self._rest_until - monotonic(), 0)

    def told(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Heed an answer's Retry-After: for how many seconds it asks to be left alone, if it does."""
        seconds = retry_after(headers) if status in ASKING_TO_WAIT else None
        if seconds is not None:
            self._rest_until = max(self._rest_until, monotonic() + seconds)
        return seconds

    async def rest(self, what: str) -> None:
        """Wait until the portal may be asked again.

        Raises:
            Unavailable: that is later than the profile's patience reaches; it says until when.
        """
        patient_until = monotonic() + self.profile.timeouts.retrying
        while (left := self.left) > 0:
            if monotonic() + left > patient_until:
                reason = say("ระบบขอให้งดติดต่อชั่วคราว", "it asks to be left alone")
                raise unavailable(self.profile, reason, what, left)
            await asyncio.sleep(left)

    def attempts(self) -> AsyncRetrying:
        """A few tries, for reading only: no write is ever repeated.

        No try begins later than the profile's `timeouts.retrying`: where the portal asks for a longer rest,
        there is but one.
        """
        return AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            wait=self._wait,
            stop=stop_after_attempt(READ_ATTEMPTS) | stop_before_delay(self.profile.timeouts.retrying),
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        return self.left + BACK_OFF(state)


def is_fault(status: int) -> bool:
    """Whether an answer's HTTP status is that of a server which cannot answer now."""
    return status >= SERVER_FAULT or status in ASKING_TO_WAIT


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that an answer's Retry-After asks for; a date is compared with the server's own clock."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), A_YEAR)
    until = _date(said)
    if until is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), A_YEAR)


def _date(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Unavailable) and not isinstance(error, Unrepeatable)
