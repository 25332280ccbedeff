"""Logs go to standard error: pretty on a terminal, JSON lines for machines; secrets are masked by value."""

from __future__ import annotations

import os
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

from esar_bot.redact import redact

LogFormat = Literal["auto", "pretty", "json"]
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logs(log_format: LogFormat, level: str) -> None:
    """Set structlog up for this process; "auto" means JSON in a CI job, pretty elsewhere."""
    as_json = log_format == "json" or (log_format == "auto" and bool(os.environ.get("CI")))
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
            _mask,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=_printed,
        cache_logger_on_first_use=False,
    )


def speak_to_nobody() -> None:
    """Let all that is still to be said on standard error go nowhere: whoever read it is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


class _Printed(structlog.PrintLogger):
    """Prints on standard error; nobody listening there any more is no reason to stop."""

    def msg(self, message: str) -> None:
        try:
            super().msg(message)
        except BrokenPipeError:
            speak_to_nobody()

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


def _printed(*_about: object) -> _Printed:
    return _Printed(sys.stderr)


def _mask(_logger: WrappedLogger, _method: str, rendered: EventDict | str) -> str:
    """The last processor, so that what formatting made of a secret is masked too."""
    return redact(str(rendered))
