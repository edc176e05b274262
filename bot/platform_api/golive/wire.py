"""The answer of go_live to values. Pure; nothing it holds can raise.

G-03 words as they are · G-05 stamps above 10^11 are milliseconds · G-07 effective, else override, else preset · G-13 errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.platform_api.golive.values import GoneLive, Host, Preset, Room, Session, Way
from bot.platform_api.oddities import Row
from bot.platform_api.scalars import moment, number, ref, text, truth, whole
from bot.ports import StreamStatus

_WORDS: Mapping[str, StreamStatus] = {
    "live": "on_air",
    "ongoing": "on_air",
    "started": "on_air",
    "ended": "over",
    "completed": "over",
    "scheduled": "before",
    "created": "before",
}
_MILLISECONDS = 1e11
_PRESET_TEXTS = frozenset(
    {
        "id",
        "user_id",
        "library_id",
        "name",
        "type",
        "max_join_limit",
        "primary_color",
        "logo",
        "logo_destination_url",
        "created_at",
        "updated_at",
    }
)


def status_of(word: str) -> StreamStatus:
    """What a session's status means; others are unknown (G-03)."""
    return _WORDS.get(word.strip().lower(), "unknown")


def refusal(body: Any) -> tuple[str, str] | None:
    """(text, code) when a 2xx says `success: false`: that is a failure (G-13)."""
    if isinstance(body, Mapping) and truth(body.get("success")) is False:
        return error_words(body, "")
    return None


def error_words(payload: Any, body: str) -> tuple[str, str]:
    """(text for people, code): `message`, then `error` as text or object (G-13)."""
    if not isinstance(payload, Mapping):
        return text(" ".join(body.split()), 200), ""
    error = payload.get("error")
    inner: Row = error if isinstance(error, Mapping) else {}
    said = payload.get("message") or inner.get("message") or (error if isinstance(error, str) else "")
    code = ref(inner.get("code")) or ref(payload.get("code")) or (ref(error) if isinstance(error, str) and " " not in error else "")
    return text(said, 200) or "the platform says that it did not succeed", code


def stamp(value: Any) -> float | None:
    """Unix seconds, whichever unit came (G-05)."""
    found = number(value)
    return moment(found / 1000 if found is not None and found > _MILLISECONDS else value)


def gone_live(body: Any) -> GoneLive:
    """The whole answer, envelope off."""
    whole_body: Row = body if isinstance(body, Mapping) else {}
    data = _under(whole_body, "data") or whole_body
    return GoneLive(
        session=session(_under(data, "session")),
        livekit_token=text(data.get("livekit_token"), 8192),
        rtmp=_way(_under(data, "rtmp"), "url"),
        rtmp_setup=_way(_under(data, "rtmp_setup"), "server"),
        whip=text(data.get("whip_url"), 2048),
        at=stamp(whole_body.get("timestamp")),
    )


def _way(row: Row, server: str) -> Way:
    steps = _under(row, "instructions")
    told = tuple(text(steps[name], 2000) for name in sorted(steps))
    return Way(text(row.get(server), 1024).strip(), text(row.get("stream_key"), 1024).strip(), ref(row.get("ingress_id")), told)


def session(row: Row) -> Session:
    """A session; what is in force is told, not the layers below it (G-07)."""
    preset = _under(row, "preset")
    return Session(
        id=ref(row.get("id")),
        room_id=ref(row.get("room_id")),
        title=text(row.get("title"), 1000),
        description=text(row.get("description"), 10_000),
        status=text(row.get("status"), 64).strip(),
        mode=text(row.get("mode"), 64),
        started=moment(row.get("started_at")),
        ended=moment(row.get("ended_at")),
        scheduled=moment(row.get("scheduled_start_time")),
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        duration=number(row.get("duration")),
        viewers=whole(row.get("viewer_count")),
        most_viewers=whole(row.get("max_viewers")),
        recording=truth(row.get("recording_enabled")),
        hls=text(row.get("hls_url"), 2048),
        chat=truth(_in_force(row, preset, "chat_enabled")),
        stage=truth(_in_force(row, preset, "stage_enabled")),
        join_limit=whole(_in_force(row, preset, "max_join_limit")),
        room=_room(_under(row, "room")),
        preset=_preset(preset),
    )


def _in_force(row: Row, preset: Row, name: str) -> Any:
    found = row.get(f"effective_{name}")
    if found is None:
        found = row.get(f"{name}_override")
    return preset.get(name) if found is None else found


def _room(row: Row) -> Room:
    host, tags = _under(row, "host"), _under(_under(row, "analytics"), "google_tag_manager")
    return Room(
        id=ref(row.get("id")),
        host_id=ref(row.get("host_id")),
        library=ref(row.get("library_id")),
        title=text(row.get("title"), 1000),
        description=text(row.get("description"), 10_000),
        active_session=ref(row.get("active_session_id")),
        created=moment(row.get("created_at")),
        host=Host(
            id=ref(host.get("id")),
            external_user=ref(host.get("external_user_id")),
            organization=ref(host.get("organization_id")),
            email=text(host.get("email"), 320),
            username=text(host.get("username"), 256),
            role=text(host.get("role"), 64),
            is_active=truth(host.get("is_active")),
            created=moment(host.get("created_at")),
        ),
        tag_manager=text(tags.get("container_id"), 64),
        tag_manager_enabled=truth(tags.get("enabled")),
    )


def _preset(row: Row) -> Preset:
    return Preset(
        id=ref(row.get("id")),
        user=ref(row.get("user_id")),
        library=ref(row.get("library_id")),
        name=text(row.get("name"), 256),
        type=text(row.get("type"), 64),
        max_join_limit=whole(row.get("max_join_limit")),
        primary_color=text(row.get("primary_color"), 64),
        logo=text(row.get("logo"), 2048),
        logo_destination=text(row.get("logo_destination_url"), 2048),
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        flags={str(key): truth(value) for key, value in row.items() if key not in _PRESET_TEXTS},
    )


def _under(row: Row, name: str) -> Row:
    found = row.get(name)
    return found if isinstance(found, Mapping) else {}
