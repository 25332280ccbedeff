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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _mask(_logger: WrappedLogger, _method: str, rendered: EventDict | str) -> str:
    """The last processor, so that what formatting made of a secret is masked too."""
    return redact(str(rendered))
