"""The Accelevents call and go_live (platforms/accelevents.md, golive.md), as the switches say."""

from __future__ import annotations

import json
from typing import Any

from bot.stage.livestreams.model import WebinarSession
from bot.stage.livestreams.world import LivestreamWorld
from bot.stage.wire import Answer, Call, raw

STREAM_RUNS = 4068912


def stream_key(world: LivestreamWorld, call: Call, ref: str) -> Answer:
    """Makes the session's key, or gets the one it has."""
    session = world.session(ref)
    again = call.query.get("regenerate", "").lower() == "true"
    if session.streaming and (again or world.switches.a04_repeat == "refuse"):
        return key_error(world, 406, STREAM_RUNS, "Stream is running, can't regenerate key")
    if again or not session.key:
        session.key = world.secret("stream-key")
        session.made += 1
        world.counts["key accelevents"] += 1
    return raw(_key_answer(world, session.key))


def _key_answer(world: LivestreamWorld, key: str) -> dict[str, Any]:
    provider = world.switches.a08_provider
    has_key = provider == "ACCELEVENTS"
    details = {"status": "idle"}
    return {
        "streamProvider": provider,
        "subStreamProvider": None,
        "streamUrl": "https://play.example.test/a.m3u8",
        "streamKey": key if has_key else None,
        "rtmpUrl": "rtmps://ingest.example.test/app" if has_key else None,
        "accelEventsStudio": False,
        "playBackRestrictionToken": "fake-playback-token",
        "thumbnailRestrictionToken": "fake-thumbnail-token",
        "metaData": json.dumps(details) if world.switches.a06_metadata == "text" else details,
    }


def key_error(world: LivestreamWorld, status: int, code: int, text: str) -> Answer:
    """An error with its code in one of the places (A-05)."""
    place = world.switches.a05_code_in
    body = {"message": f"{text} ({code})"} if place == "text" else {place: code, "message": text}
    return raw(body, status)


def go_live(world: LivestreamWorld, call: Call, ref: str) -> Answer:
    """A session goes live; what a second call does is a switch (G-08)."""
    session = world.webinar(ref)
    switches = world.switches
    if session.calls and switches.g08_repeat == "refuse":
        return live_error(world, 409, "already_live", "The session is live already.")
    session.calls += 1
    world.counts["go_live"] += 1
    if session.calls > 1 and switches.g08_repeat == "new_keys":
        session.key = world.secret("stream-key")
    session.status, session.started = "live", world.now()
    return raw({"success": True, "timestamp": _stamp(world), "data": _live_answer(world, session)}, switches.g10_status)


def _stamp(world: LivestreamWorld) -> int:
    return int(world.now() * (1000 if world.switches.g05_stamp == "milliseconds" else 1))


def _live_answer(world: LivestreamWorld, session: WebinarSession) -> dict[str, Any]:
    filled = world.switches.g04_filled
    server = "rtmps://ingest.example.test/x"
    other = world.secret("other-key") if filled == "differ" else session.key
    rtmp = {"ingress_id": world.ref(), "url": server, "stream_key": session.key}
    setup: dict[str, Any] = {"server": server, "stream_key": other}
    setup["instructions"] = {"step1": "Open your encoder", "step2": "Paste server and key", "step3": "Start"}
    return {
        "session": {
            "id": session.ref,
            "room_id": session.room,
            "title": "Session",
            "status": "scheduled" if world.switches.g03_status == "scheduled" else "live",
            "mode": "webcam",
            "started_at": None,
            "viewer_count": 0,
            "effective_chat_enabled": True,
        },
        "livekit_token": "fake-livekit-token",
        "rtmp": rtmp if filled in ("all", "rtmp", "differ") else None,
        "rtmp_setup": setup if filled not in ("rtmp", "whip") else None,
        "whip_url": f"https://whip.example.test/w/{session.key}" if filled in ("all", "whip", "differ") else None,
    }


def live_error(world: LivestreamWorld, status: int, code: str, text: str) -> Answer:
    """An error in one of the shapes that may be (G-13)."""
    shapes: dict[str, dict[str, Any]] = {
        "message": {"message": text},
        "error": {"error": code},
        "object": {"error": {"code": code, "message": text}},
    }
    return raw({"success": False, **shapes[world.switches.g13_error]}, status)
