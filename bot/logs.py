"""Log format: JSON lines with a fixed word per event for the daemon, short coloured lines for people.

Secrets and e-mail addresses never pass.

JSON lines escape everything that is not ASCII, so no text of an attendee can forge a line (reliability H6).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

import structlog

_SECRET_KEYS = frozenset(
    {
        "key",
        "stream_key",
        "signed_url",
        "upload_url",
        "event_password",
        "authorization",
        "signature",
        "token",
        "secret",
        "secret_key",
        "password",
        "token_id",
        "webhook_secret",
        "livekit_token",
        "whip_url",
        "api_key",
    }
)
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=/\[\]{}\\]++@[^\s@<>\"'(),;:=/\[\]{}\\]++")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def redactor(secrets: Iterable[str]) -> Callable[[Any, str, Any], Any]:
    """A processor that removes known secret values, the values of keys that hold secrets (B-47), and whatever looks like an e-mail
    address: traces of foreign libraries quote what they were given."""
    known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for secret in known:
                value = value.replace(secret, "[secret]")
            return _EMAIL.sub("[e-mail]", value) if "@" in value else value
        if isinstance(value, dict):
            return {name: "[secret]" if str(name).lower() in _SECRET_KEYS else clean(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [clean(part) for part in value]
        return value

    def process(_logger: Any, _method: str, entry: Any) -> Any:
        return clean(dict(entry))

    return process


def plain(text: str) -> str:
    """Text of an attendee made safe for a terminal: controls and direction marks are shown, not obeyed.

    >>> plain("a\\u202eb")
    'a⟦202E⟧b'
    """
    return _CONTROLS.sub(lambda found: f"⟦{ord(found.group()):04X}⟧", text)


def start_logging(*, json_lines: bool, secrets: Iterable[str] = (), level: str = "info", stream: Any = None) -> None:
    """Sets the log up, once, at the start of a command. Everything goes to standard error."""
    target = stream or sys.stderr
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            redactor(secrets),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=True,
    )
    # aiohttp and APScheduler speak through the standard library; what matters of theirs is said by our own words.
    logging.basicConfig(level=logging.CRITICAL, stream=target, force=True)
