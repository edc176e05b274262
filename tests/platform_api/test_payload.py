"""Bytes to clean JSON values, with the worst that can be sent."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api.payload import clean, clean_text, decode


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("plain", "plain"),
        ("he\x00llo", "hello"),
        ("a\x07b\x1bc\x7fd\x9fe", "abcde"),
        ("a\x0bb\x0cc\x1fd", "a b c d"),
        ("one\r\ntwo\rthree\x85four", "one\ntwo\nthree\nfour"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\ud800lone\udfff", "\ufffdlone\ufffd"),
        ("\U0001f600 grüße", "\U0001f600 grüße"),
    ],
)
def test_clean_text(given_text: str, expected: str) -> None:
    assert clean_text(given_text) == expected


@given(st.text(st.characters()))
def test_clean_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    once = clean_text(text)
    once.encode()
    assert "\x00" not in once
    assert clean_text(once) == once


def test_a_lone_surrogate_spoils_nothing_else() -> None:
    rows = clean(decode(b'[{"a": "\\ud83d"}, {"a": "\\ud83d\\ude00"}]'))
    assert rows == [{"a": "\ufffd"}, {"a": "\U0001f600"}]


def test_byte_order_mark_invalid_utf8_nan_and_huge_numbers_are_survived() -> None:
    assert decode(b"\xef\xbb\xbf[1]") == [1]
    assert decode(b'["a\xffb"]') == ["a\ufffdb"]
    assert decode(b"[NaN, Infinity, -Infinity]") == [None, None, None]
    huge = b"[" + b"9" * 5000 + b"]"
    assert decode(huge) == ["9" * 128]
    assert decode(b"[9223372036854775807, 12]") == ["9223372036854775807", 12]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b"[" * 200_000, b'{"a":' * 50_000, b"\x00\x01", b"[1,]"])
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts are the JSON library's own
        decode(body)


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"x": [{"a": 1, "a": 2}]}', b"[NaN]", b'["\xff"]'])
def test_strict_refuses_what_two_readers_read_differently(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts are the JSON library's own
        decode(body, strict=True)


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_raise_value_error(body: bytes) -> None:
    for strict in (False, True):
        with contextlib.suppress(ValueError):
            json.dumps(decode(body, strict=strict))


def test_clean_refuses_what_is_nested_too_deeply() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueError, match="nested deeper"):
        clean(deep)


def test_clean_goes_into_keys_and_lists() -> None:
    assert clean(json.loads('{"a\\u0000": ["b\\u0000", 1, null, true]}')) == {"a": ["b", 1, None, True]}
