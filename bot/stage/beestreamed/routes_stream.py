"""`/events/{event}/…`: image, upload, livestream, log, simulcast, e-mails (platforms/beestreamed.md 2.6)."""

from __future__ import annotations

from typing import Any

from bot.stage.beestreamed.asked import listed, text, truth
from bot.stage.beestreamed.model import Event, LogLine, Target
from bot.stage.beestreamed.rights import allowed_event
from bot.stage.beestreamed.rows import log_row
from bot.stage.beestreamed.streaming import present_status, set_stream, start_stream
from bot.stage.beestreamed.world import Refused, World
from bot.stage.timing import iso_z
from bot.stage.wire import Answer, Call, bare, data, note

_NEVER = "0001-01-01T00:00:00Z"
_PICTURES = (".png", ".jpg", ".jpeg")


def image(world: World, call: Call, ref: str) -> Answer:
    """`GET /events/{ref}/image`."""
    event = allowed_event(world, call, ref)
    return data({"signed_url": f"https://media.example.test/{event.ref}.png?signature={world.ref(24)}"})


def upload(world: World, call: Call, ref: str) -> Answer:
    """`POST /events/{ref}/upload`: where a picture may be put."""
    allowed_event(world, call, ref, moderating=True)
    if not text(call, "filename").lower().endswith(_PICTURES):
        raise Refused(422, "filename must be a png, jpg or jpeg.", "invalid_filename")
    place = {"asset_ref": world.ref(24), "upload_url": f"https://upload.example.test/{world.ref(32)}"}
    return Answer(201, {"data": place, "message": "Upload created."}, "note", with_status=True)


def stream(world: World, call: Call, ref: str) -> Answer:
    """`GET /events/{ref}/stream`: status, viewers, targets (B-23)."""
    event = allowed_event(world, call, ref)
    watched = event.stream
    view = {
        "views": len(watched.views),
        "viewers": len(watched.watching),
        "updated_at": iso_z(world.now() + world.skew) if watched.views else _NEVER,
    }
    shown: dict[str, Any] = {"status": present_status(world, event), "reconnect_window": 60, "view_data": [view]}
    if world.switches.b23_simulcast_listed:
        shown["simulcast_targets"] = [_target(target, event) for target in watched.targets]
    return data(shown)


def log(world: World, call: Call, ref: str) -> Answer:
    """`GET /events/{ref}/log`: a bare list, newest first whatever the order of other lists (documented)."""
    event = allowed_event(world, call, ref)

    def row(line: LogLine) -> dict[str, Any]:
        return log_row(line, event, world.switches, world.skew)

    rows = listed(world, call, event.log, row)
    return bare(sorted(rows, key=lambda each: each["events_log_id"], reverse=True), rows=True)


def start_webrtc(world: World, call: Call, ref: str) -> Answer:
    """`POST /events/{ref}/startwebrtcstream`: starting what runs is no error here."""
    start_stream(world, allowed_event(world, call, ref, moderating=True))
    return note("Stream started.", with_status=True)


def stop_webrtc(world: World, call: Call, ref: str) -> Answer:
    """`POST /events/{ref}/stopwebrtcstream`."""
    set_stream(world, allowed_event(world, call, ref, moderating=True), "idle")
    return note("Stream stopped.", with_status=True)


def rtmp(world: World, call: Call, ref: str) -> Answer:
    """`GET /events/{ref}/rtmp`: the key is a secret."""
    event = allowed_event(world, call, ref, moderating=True)
    event.stream.key = event.stream.key or f"fake-stream-key-{world.ref(12)}"
    return data({"key": event.stream.key, "server": "rtmps://ingest.example.test:443/app"})


def send_emails(world: World, call: Call, ref: str) -> Answer:
    """`POST /events/{ref}/sendemails`: mails every signup that the flags leave in (B-24)."""
    event = allowed_event(world, call, ref, moderating=True)
    skip_sent, skip_unsent = truth(world, call, "excludeSent"), truth(world, call, "excludeNotSent")
    if skip_sent and skip_unsent:
        raise Refused(422, "Only one of the flags is allowed.", "invalid_flags")
    for signup in event.signups:
        if (signup.mailed and not skip_sent) or (not signup.mailed and not skip_unsent):
            signup.mailed = True
            event.stream.emails_sent += 1
    return note("Emails sent.", with_status=True)


def add_target(world: World, call: Call, ref: str) -> Answer:
    """`POST /events/{ref}/simulcast`: 200, and the new id is not told."""
    event = allowed_event(world, call, ref, moderating=True)
    for name in ("url", "passthrough", "stream_key"):
        if not call.json_fields.get(name):
            raise Refused(422, f"{name} is required.", f"{name}_required")
    given = call.json_fields
    event.stream.targets.append(Target(world.ref(24), given["url"], given["passthrough"], given["stream_key"]))
    return note("Simulcast target created.", with_status=True)


def remove_target(world: World, call: Call, ref: str) -> Answer:
    """`DELETE /events/{ref}/simulcast?target_id=`: the two documented error words."""
    event = allowed_event(world, call, ref, moderating=True)
    wanted = call.query.get("target_id", "")
    if not wanted:
        return _word(400, "target_id_required")
    left = [target for target in event.stream.targets if target.ref != wanted]
    if len(left) == len(event.stream.targets):
        return _word(400, "delete_failed")
    event.stream.targets[:] = left
    return note("Simulcast target deleted.", with_status=True)


def _word(status: int, word: str) -> Answer:
    return Answer(status, {"error": word}, "note", with_status=True)


def _target(target: Target, event: Event) -> dict[str, Any]:
    return {
        "id": target.ref,
        "passthrough": target.passthrough,
        "status": "broadcasting" if event.stream.status == "active" else "idle",
        "stream_key": target.stream_key,
        "url": target.url,
    }
