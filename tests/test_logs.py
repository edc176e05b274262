from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog
from pydantic import TypeAdapter, ValidationError

from bot.logs import plain, redactor, start_logging


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_neither_secrets_nor_addresses_pass() -> None:
    stream = io.StringIO()
    start_logging(json_lines=True, secrets=["fake-secret-value"], stream=stream)
    log = structlog.get_logger("test")
    log.info("x.y", text="ann@example.test wrote fake-secret-value", more={"list": ["<ann@example.test>"]}, token="fake-token")
    try:
        TypeAdapter(list[int]).validate_json('["ann@example.test"]')
    except ValidationError:
        log.exception("x.failed")
    told = stream.getvalue()
    assert [word for word in ("example.test", "fake-secret-value", "fake-token") if word in told] == []
    first = json.loads(told.splitlines()[0])
    assert first["text"] == "[e-mail] wrote [secret]"


def test_no_text_forges_a_line() -> None:
    stream = io.StringIO()
    start_logging(json_lines=True, stream=stream)
    structlog.get_logger("test").info("x.y", text='a\n{"event": "forged"}\r\x1b[31m\u2028\u202e')
    told = stream.getvalue()
    assert told.count("\n") == 1
    assert told.isascii()
    assert not any(char in told.strip() for char in "\r\x1b")


def test_terminals_obey_nothing() -> None:
    assert plain("a\x1b[2J\r\n\u202eb") == "a⟦001B⟧[2J⟦000D⟧⟦000A⟧⟦202E⟧b"


def test_processor_leaves_other_values_alone() -> None:
    process = redactor(["abc"])  # too short to be a secret
    assert process(None, "info", {"n": 1, "s": "abc @ b", "t": ("x",)}) == {"n": 1, "s": "abc @ b", "t": ["x"]}
