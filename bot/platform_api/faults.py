"""Foreign exceptions and HTTP statuses become domain errors here, and nowhere else; the class says what may be done next.

                     nothing has left us    after bytes may have left
a call that changes  NotSent                Unclear
a read               NotSent                BadAnswer
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.platform_api.payload import clean_text

FOREIGN = (aiohttp.ClientError, HttpProcessingError, OSError, EOFError, ValueError)
"""Everything the HTTP library, ssl and the system raise while a call is made (TimeoutError and ssl errors are OSErrors)."""

_BEFORE_ANY_BYTE = (aiohttp.ClientConnectorError, aiohttp.ServerFingerprintMismatch, aiohttp.ConnectionTimeoutError)
_CERTIFICATE = (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError)
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def from_exception(error: BaseException, *, changes: bool, connected: bool, call: str) -> PlatformError:
    """What a failed call means. `connected`: a connection had been handed out, so bytes may have left."""
    text = f"{call}: {_told(error)}"
    if isinstance(error, _BEFORE_ANY_BYTE) or not connected:
        return NotSent(text)
    return Unclear(text) if changes else BadAnswer(text)


def _told(error: BaseException) -> str:
    if isinstance(error, _CERTIFICATE):
        return f"the platform's certificate is not to be trusted ({_reason(error)}); check base_url and this machine's clock"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host name cannot be resolved; check base_url and the network"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection within the time allowed"
    if isinstance(error, TimeoutError):
        return "no answer within the time allowed"
    return _reason(error) if type(error) is ValueError else f"{type(error).__name__} ({_reason(error)})"


def _reason(error: BaseException) -> str:
    # Never the whole text of a response error: it carries the request with its headers.
    if isinstance(error, aiohttp.ClientResponseError):
        return clean_text(str(error.message), 120)
    return clean_text(str(error) or "no further word", 120)


Words = Callable[[Any, str], tuple[str, str]]
"""(text for people, machine word) of an error's payload and body text."""


def from_status(
    status: int, payload: Any, body: str, *, changes: bool, wait: float | None, call: str, words: Words | None = None
) -> PlatformError:
    """What an answer other than 2xx means. `body` is its text, used only when it holds no JSON."""
    said, code = (words or error_words)(payload, body)
    text = f"{call}: {status}" + (f" {said}" if said else "")
    if status == 429:
        return Throttled(text, retry_after=wait)
    if status in (401, 403):
        return NoRight(text, status=status, code=code)
    if status >= 500 or status == 408:
        return (Unclear if changes else BadAnswer)(text, status=status, code=code)
    return Refused(text, status=status, code=code)


def error_words(payload: Any, body: str) -> tuple[str, str]:
    """(text for people, machine word) of an error body in any known shape; any other text is cut to 200 characters (B-13)."""
    if not isinstance(payload, dict):
        return clean_text(" ".join(body.split()), 200), ""
    error, message = payload.get("error"), payload.get("message")
    if isinstance(error, dict):  # {"error": {"code": …, "message": …}}: Dyte and its relatives
        message, error = error.get("message") or message, error.get("code")
    word = str(error) if isinstance(error, (str, int)) and _WORD.fullmatch(str(error)) else ""
    said = message if isinstance(message, str) and message else error
    return clean_text(str(said) if said is not None else "", 200), word
