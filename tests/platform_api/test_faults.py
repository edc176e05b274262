"""No foreign error is left unmapped, and no status; each becomes what may be done next."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import client_exceptions, http_exceptions
from aiohttp.client_reqrep import ConnectionKey

from bot.domain.errors import BadAnswer, NoRight, NotSent, PlatformError, Refused, Throttled, Unclear
from bot.platform_api import faults

KEY = ConnectionKey("example.test", 443, True, True, None, None, None)
_REQUEST: Any = SimpleNamespace(real_url="http://example.test")
WEBSOCKET_ONLY = {client_exceptions.WSMessageTypeError}


def foreign_classes() -> Iterator[type[BaseException]]:
    """Every exception class of aiohttp's client and parser, of ssl, and every OSError of Python."""
    for module in (client_exceptions, http_exceptions, ssl):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, Exception) and found.__module__ != "builtins":
                yield found
    todo: list[type[BaseException]] = [OSError, asyncio.IncompleteReadError]
    while todo:
        kind = todo.pop()
        yield kind
        todo += [sub for sub in kind.__subclasses__() if sub.__module__ in ("builtins", "socket", "ssl")]


FOREIGN = sorted(set(foreign_classes()), key=lambda kind: f"{kind.__module__}.{kind.__name__}")
OWN_CONSTRUCTOR = (aiohttp.InvalidURL, http_exceptions.HttpProcessingError)


def test_every_foreign_class_is_caught() -> None:
    assert len(FOREIGN) > 60
    assert {kind for kind in FOREIGN if not issubclass(kind, faults.FOREIGN)} == WEBSOCKET_ONLY


def sample(kind: Any) -> BaseException:
    if issubclass(kind, aiohttp.ClientConnectorCertificateError):
        return cast("BaseException", kind(KEY, Exception("expired")))
    if issubclass(kind, client_exceptions.UnixClientConnectorError):
        return cast("BaseException", kind("/socket", KEY, OSError(111, "refused")))
    if issubclass(kind, aiohttp.ClientConnectorError):
        return cast("BaseException", kind(KEY, OSError(111, "refused")))
    if issubclass(kind, aiohttp.ClientResponseError):
        return cast("BaseException", kind(_REQUEST, (), message="told"))
    if issubclass(kind, aiohttp.ServerFingerprintMismatch):
        return cast("BaseException", kind(b"a", b"b", "example.test", 443))
    error = kind.__new__(kind)
    error.args = ("told",)
    return cast("BaseException", error)


@pytest.mark.parametrize(
    "kind", [kind for kind in FOREIGN if issubclass(kind, faults.FOREIGN) and not issubclass(kind, OWN_CONSTRUCTOR)]
)
def test_every_foreign_error_is_mapped(kind: type[BaseException]) -> None:
    assert_mapped(sample(kind))


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.InvalidURL("http://["),
        aiohttp.NonHttpUrlClientError("ftp://x"),
        http_exceptions.BadStatusLine("x"),
        http_exceptions.LineTooLong(b"x", 1),
        http_exceptions.ContentEncodingError("x"),
        http_exceptions.TransferEncodingError("x"),
        UnicodeEncodeError("idna", "x", 0, 1, "label too long"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_with_constructors_of_their_own(error: BaseException) -> None:
    assert isinstance(error, faults.FOREIGN)
    assert_mapped(error)


NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ServerFingerprintMismatch, aiohttp.ConnectionTimeoutError)


def assert_mapped(error: BaseException) -> None:
    def mapped(*, changes: bool, connected: bool) -> type[PlatformError]:
        return type(faults.from_exception(error, changes=changes, connected=connected, call="GET chat"))

    assert mapped(changes=False, connected=False) is NotSent
    assert mapped(changes=True, connected=False) is NotSent
    before_any_byte = isinstance(
        error, (aiohttp.ClientConnectorError, aiohttp.ServerFingerprintMismatch, aiohttp.ConnectionTimeoutError)
    )
    assert mapped(changes=True, connected=True) is (NotSent if before_any_byte else Unclear)
    assert mapped(changes=False, connected=True) is (NotSent if before_any_byte else BadAnswer)


def test_a_response_error_does_not_tell_its_request() -> None:
    request: Any = SimpleNamespace(headers={"Authorization": "Basic planted"}, real_url="http://x/?token=planted")
    error = aiohttp.ClientResponseError(request, (), message="Bad Request line")
    told = str(faults.from_exception(error, changes=False, connected=True, call="GET chat"))
    assert "planted" not in told
    assert "Bad Request line" in told


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (400, Refused, Refused),
        (401, NoRight, NoRight),
        (403, NoRight, NoRight),
        (404, Refused, Refused),
        (405, Refused, Refused),
        (408, BadAnswer, Unclear),
        (409, Refused, Refused),
        (410, Refused, Refused),
        (418, Refused, Refused),
        (422, Refused, Refused),
        (429, Throttled, Throttled),
        (500, BadAnswer, Unclear),
        (502, BadAnswer, Unclear),
        (503, BadAnswer, Unclear),
        (504, BadAnswer, Unclear),
        (599, BadAnswer, Unclear),
    ],
)
def test_statuses(status: int, read: type[PlatformError], write: type[PlatformError]) -> None:
    for changes, expected in ((False, read), (True, write)):
        error = faults.from_status(
            status, {"message": "why", "status": status}, "", changes=changes, wait=7.0, call="PATCH message"
        )
        assert type(error) is expected
        assert error.status == status
        assert "why" in str(error)
        if isinstance(error, Throttled):
            assert error.retry_after == 7.0


@pytest.mark.parametrize(
    ("payload", "body", "expected"),
    [
        ({"message": "No such event", "status": 404}, "", ("No such event", "")),
        ({"error": "target_id_required", "status": 400}, "", ("target_id_required", "target_id_required")),
        ({"error": "two words"}, "", ("two words", "")),
        ({"error": {"code": 42, "message": "because"}}, "", ("because", "42")),
        ({"message": None, "error": None}, "", ("", "")),
        ({"message": ["x"]}, "", ("", "")),
        ({}, "", ("", "")),
        (None, "<html>\n <b>502</b>" + "x" * 500, ("<html> <b>502</b>" + "x" * 183, "")),
        (["x"], "['x']", ("['x']", "")),
        ({"message": "a\x00b\ud800"}, "", ("ab\ufffd", "")),
    ],
)
def test_error_words(payload: Any, body: str, expected: tuple[str, str]) -> None:
    assert faults.error_words(payload, body) == expected
