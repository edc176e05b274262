"""The stream key's answer, and error codes wherever they hide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from bot.platform_api.accelevents import wire
from tests.platform_api.test_scalars import ANYTHING

ANSWER = {
    "streamProvider": "ACCELEVENTS",
    "subStreamProvider": None,
    "streamUrl": "https://play.example.test/a.m3u8",
    "streamKey": "planted-key",
    "rtmpUrl": "rtmps://in.example.test/app",
    "accelEventsStudio": False,
    "playBackRestrictionToken": "planted-play",
    "thumbnailRestrictionToken": "planted-thumb",
    "metaData": '{"status":"idle","streamKey":"planted-key"}',
    "liveStreamId": 7,
}


def test_the_whole_answer() -> None:
    found = wire.stream_key(ANSWER)
    assert (found.provider, found.sub_provider, found.key, found.rtmp) == (
        "ACCELEVENTS",
        "",
        "planted-key",
        "rtmps://in.example.test/app",
    )
    assert (found.studio, found.playback_token, found.thumbnail_token, found.livestream) == (
        False,
        "planted-play",
        "planted-thumb",
        "7",
    )
    assert found.metadata == {"status": "idle", "streamKey": "[secret]"}
    assert "planted" not in repr(found)


@pytest.mark.parametrize(("given", "kept"), [({"a": 1}, {"a": 1}), ("{broken", "{broken"), (None, None), ("[1]", [1])])
def test_metadata_is_an_object_or_text(given: Any, kept: Any) -> None:
    assert wire.stream_key({"metaData": given}).metadata == kept


@pytest.mark.parametrize(
    ("payload", "body", "code"),
    [
        ({"errorCode": 4068912, "message": "x"}, "", "4068912"),
        ({"code": "4030201"}, "", "4030201"),
        ({"status": 404800}, "", "404800"),
        ({"error": "4044005"}, "", "4044005"),
        ({"error": {"code": 4044004}}, "", "4044004"),
        ({"message": "failed with 4044004!"}, "", "4044004"),
        (None, "Error 404800: no session", "404800"),
        (None, "4048001 is another number", ""),
        ({"status": 404, "message": "no"}, "", ""),
        ([], "4044004", ""),
        (None, "", ""),
    ],
)
def test_codes_are_found_wherever_they_stand(payload: Any, body: str, code: str) -> None:
    assert wire.code_of(payload, body) == code


@pytest.mark.parametrize("code", sorted(code for code in wire.PLAIN if len(code) > 3))
def test_codes_are_told_in_plain_words(code: str) -> None:
    said, found = wire.error_words({"errorCode": int(code), "message": "technical"}, "")
    assert found == code
    assert said == f"{wire.PLAIN[code]}: technical"


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("summit", "summit"),
        ("https://www.accelevents.example.test/e/summit", "summit"),
        ("https://www.accelevents.example.test/e/summit/?a=1#x", "summit"),
        (" summit ", "summit"),
        ("https://", ""),
    ],
)
def test_the_slug_of_an_address(given: str, slug: str) -> None:
    assert wire.slug_of(given) == slug


@given(ANYTHING)
def test_nothing_leaves_the_decoders(value: Any) -> None:
    wire.error_words(value, "text")
    wire.stream_key(dict.fromkeys(ANSWER, value))
    wire.stream_key(value if isinstance(value, dict) else {})
    assert isinstance(json.dumps(wire.code_of({"code": value}, "")), str)
