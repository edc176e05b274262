"""Secrets are planted everywhere; none may come out."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from bot.platform_api.auth import Auth, basic, bearer, custom
from bot.platform_api.redact import HIDDEN, SECRET_KEYS, Redactor, redact_value

SECRET = "s3cr3t/+=value"


@pytest.mark.parametrize("key", sorted(SECRET_KEYS))
def test_every_secret_key_is_hidden_in_values_and_in_text(key: str) -> None:
    value = {"data": [{key: SECRET, key.upper(): SECRET, "other": "stays"}]}
    assert SECRET not in json.dumps(redact_value(value))
    assert "stays" in json.dumps(redact_value(value))
    told = Redactor().text(json.dumps(value))
    assert SECRET not in told
    assert "stays" in told
    assert SECRET not in Redactor().text(f"GET /x?{key}={SECRET}&page=2")


def test_values_without_content_stay_as_they_are() -> None:
    assert redact_value({"event_password": None, "key": ""}) == {"event_password": None, "key": ""}


def test_an_upload_address_is_a_secret_an_ordinary_one_is_not() -> None:
    value = {"upload_data": {"url": SECRET}, "url": "https://example.test"}
    assert redact_value(value) == {"upload_data": {"url": HIDDEN}, "url": "https://example.test"}


def test_known_secrets_are_hidden_in_every_form() -> None:
    redactor = Redactor([SECRET])
    told = redactor.text(f"a {SECRET} b {quote(SECRET, safe='')} c")
    assert told == f"a {HIDDEN} b {HIDDEN} c"


@pytest.mark.parametrize("auth", [basic("id-1234", SECRET), bearer(SECRET), custom("Key", SECRET)])
def test_auth_hides_itself_and_tells_the_redactor_all_its_forms(auth: Auth) -> None:
    assert SECRET not in repr(auth)
    told = Redactor(auth.secrets).text(" ".join(auth.headers.values()))
    assert all(secret not in told for secret in auth.secrets)


def test_an_authorization_header_is_hidden_even_if_unknown() -> None:
    assert "QWxhZGRpbjpvcGVu" not in Redactor().text("Authorization: Basic QWxhZGRpbjpvcGVu")
    assert "abcdefghijkl" not in Redactor().text("sent with Bearer abcdefghijkl to")


@pytest.mark.parametrize("text", ["unknown key: chat_email", "no token: log in", "the signature: missing", ""])
def test_ordinary_sentences_stay_readable(text: str) -> None:
    assert Redactor(["", "abc"]).text(text) == text
