"""Signatures: right ones, nearly right ones, and headers made to break things."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api.beestreamed.signature import verify

BODY = b'{"type":"event.updated","url":"https:\\/\\/x.test","text":"\xc3\xa9"}'


def signed(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("form", [str.lower, str.upper, lambda text: f" {text} ", str.encode])
def test_a_right_one_in_either_case(form: Any) -> None:
    assert verify(BODY, form(signed(BODY, "fake-hook")), ["fake-hook"])


def test_two_secrets_while_a_key_changes() -> None:
    for secret in ("fake-old", "fake-new"):
        assert verify(BODY, signed(BODY, secret), ["fake-old", "fake-new"])
    assert not verify(BODY, signed(BODY, "fake-other"), ["fake-old", "fake-new"])


def test_other_bytes_of_the_same_json_do_not_match() -> None:
    assert not verify(BODY.replace(b"\\/", b"/"), signed(BODY, "fake-hook"), ["fake-hook"])


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_right(secrets: list[str]) -> None:
    assert not verify(BODY, signed(BODY, ""), secrets)


@pytest.mark.parametrize(
    "header", [None, "", "abc", "0" * 64, "z" * 64, "é" * 64, "\ud800" * 64, b"\xff" * 64, "0" * 63, "0" * 10_000]
)
def test_odd_headers_are_wrong_and_raise_nothing(header: Any) -> None:
    assert not verify(BODY, header, ["fake-hook"])


@given(st.one_of(st.none(), st.text(st.characters()), st.binary()), st.binary(), st.text(st.characters()))
def test_nothing_raises(header: Any, body: bytes, secret: str) -> None:
    assert verify(body, header, [secret]) in (True, False)


def test_a_secret_of_any_characters_signs() -> None:
    secret = "fäke-\ud800-hook"
    digest = hmac.new(secret.encode("utf-8", "surrogatepass"), BODY, hashlib.sha256).hexdigest()
    assert verify(BODY, digest, [secret])
    assert not verify(BODY, digest, ["fake-hook"])
