"""The whole answer of go_live, its gaps, and anything else that JSON can hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api.golive import wire
from tests.platform_api.livestreams import SESSION
from tests.platform_api.test_scalars import ANYTHING

ANSWER: dict[str, Any] = {
    "success": True,
    "timestamp": 1927880100,
    "data": {
        "session": {
            "id": SESSION,
            "room_id": "room-1",
            "title": "Town hall",
            "description": None,
            "status": "scheduled",
            "mode": "webcam",
            "started_at": None,
            "created_at": "2031-05-06T07:08:09Z",
            "duration": 0,
            "viewer_count": 3,
            "max_viewers": 9,
            "recording_enabled": True,
            "hls_url": "https://play.example.test/a.m3u8",
            "chat_enabled_override": None,
            "effective_chat_enabled": True,
            "stage_enabled_override": False,
            "max_join_limit_override": None,
            "room": {
                "id": "room-1",
                "host": {
                    "id": "host-1",
                    "email": "planted@example.test",
                    "username": "planted-name",
                    "role": "host",
                    "is_active": True,
                },
                "analytics": {"google_tag_manager": {"container_id": "GTM-1", "enabled": False}},
            },
            "preset": {"id": "preset-1", "type": "whip", "max_join_limit": 50, "stage_enabled": True, "poll_enabled": True},
        },
        "livekit_token": "planted-token-2",
        "rtmp": {"ingress_id": "in-1", "url": "rtmps://in.example.test/x", "stream_key": "planted-key"},
        "rtmp_setup": {
            "server": "rtmps://in.example.test/x",
            "stream_key": "planted-key",
            "instructions": {"step1": "a", "step2": "b", "step3": "c"},
        },
        "whip_url": "https://whip.example.test/w/planted-whip",
    },
}


def test_the_whole_answer() -> None:
    found = wire.gone_live(ANSWER)
    session = found.session
    assert (session.id, session.room_id, session.title, session.status, session.mode) == (
        SESSION,
        "room-1",
        "Town hall",
        "scheduled",
        "webcam",
    )
    assert (session.viewers, session.most_viewers, session.recording, session.started) == (3, 9, True, None)
    assert (session.chat, session.stage, session.join_limit) == (True, False, 50)
    assert (session.room.host.role, session.room.tag_manager, session.room.tag_manager_enabled) == ("host", "GTM-1", False)
    assert (session.preset.type, session.preset.flags["poll_enabled"]) == ("whip", True)
    assert (found.way.server, found.way.key, found.rtmp.id) == ("rtmps://in.example.test/x", "planted-key", "in-1")
    assert (found.rtmp_setup.steps, found.ways_differ, found.at) == (("a", "b", "c"), False, 1927880100.0)
    assert "planted" not in repr(found)


def test_which_way_in_is_filled() -> None:
    data = ANSWER["data"]
    other = {"server": "rtmps://b.example.test", "stream_key": "other"}
    assert wire.gone_live({"data": {"rtmp": {"url": "x"}, "rtmp_setup": other}}).way.key == "other"
    assert wire.gone_live({"data": {"rtmp": data["rtmp"], "rtmp_setup": other}}).ways_differ
    assert wire.gone_live({"data": {"rtmp": data["rtmp"], "rtmp_setup": other}}).way.key == "planted-key"
    assert not wire.gone_live({"data": {"whip_url": "x", "rtmp": None}}).way.is_whole


@pytest.mark.parametrize(
    ("given", "seconds"), [(1927880100, 1927880100.0), (1927880100000, 1927880100.0), ("123", 123.0), (None, None), ("x", None)]
)
def test_stamps_in_either_unit(given: Any, seconds: float | None) -> None:
    assert wire.stamp(given) == seconds


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("live", "on_air"),
        ("Ongoing", "on_air"),
        ("ended", "over"),
        ("completed", "over"),
        ("created", "before"),
        ("paused", "unknown"),
    ],
)
def test_status_words(word: str, status: str) -> None:
    assert wire.status_of(word) == status


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"success": False, "message": "no"}, ("no", "")),
        ({"success": False, "error": "forbidden"}, ("forbidden", "forbidden")),
        ({"success": False, "error": {"code": "rate_limited", "message": "slow"}}, ("slow", "rate_limited")),
        ({"success": False, "error": "in words"}, ("in words", "")),
        ({"success": True}, None),
        ([], None),
    ],
)
def test_refusals(body: Any, said: Any) -> None:
    assert wire.refusal(body) == said


@given(ANYTHING)
def test_nothing_leaves_the_decoder(value: Any) -> None:
    wire.gone_live(value)
    wire.gone_live({"data": value, "timestamp": value})
    wire.refusal(value)
    wire.error_words({"error": value, "message": value}, "x")


@given(st.dictionaries(st.sampled_from([*ANSWER["data"], *ANSWER["data"]["session"]]), ANYTHING))
def test_any_value_in_any_field(row: dict[str, Any]) -> None:
    wire.gone_live({"data": {**ANSWER["data"], **row}})
    wire.session(row)
