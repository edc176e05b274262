"""Builds the livestreams of a configuration: each platform's client behind the one face, over the common transport.

BeeStreamed's own is not built here: it shares client and budget with its channel (beestreamed/live.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.config import Stream
from bot.domain.errors import UsageError
from bot.platform_api import faults
from bot.platform_api.accelevents import client as accelevents
from bot.platform_api.accelevents import wire as accelevents_wire
from bot.platform_api.accelevents.live import SessionStream
from bot.platform_api.auth import Auth, bearer
from bot.platform_api.budget import Budget
from bot.platform_api.connection import Limits
from bot.platform_api.dyte import client as dyte
from bot.platform_api.golive import wire as golive_wire
from bot.platform_api.golive.client import GoLive
from bot.platform_api.golive.live import LiveSession
from bot.platform_api.golive.record import Record
from bot.platform_api.http import Transport
from bot.platform_api.oddities import Oddities
from bot.platform_api.realtimekit import wire as realtimekit_wire
from bot.platform_api.realtimekit.client import RealtimeKit
from bot.platform_api.realtimekit.live import MeetingStream
from bot.ports import Clock, Livestream

BASE_URLS = {
    "realtimekit": "https://api.cloudflare.com/client/v4",
    "dyte": "https://api.dyte.io/v2",
    "accelevents": "https://api.accelevents.com",
    "golive": "https://api.tenbyte.io/v1/webinar",
}
"""The documented addresses (D-01, G-01)."""

PER_MINUTE = {"realtimekit": 200, "dyte": 600, "accelevents": 60, "golive": 60}
"""Calls a minute for one livestream: RealtimeKit allows 240 and Dyte 2000 for the account, the other two do not say."""


@dataclass(frozen=True, slots=True)
class Means:
    """What every livestream is built with. `state` is the folder for records, `tell` hears of oddities (key names only)."""

    clock: Clock
    state: Path = Path()
    tell: Callable[[str], None] = lambda _text: None
    limits: Limits | None = None


def livestream_of(stream: Stream, means: Means) -> Livestream:
    """The livestream of a section. Raises UsageError for an address that is none, and for BeeStreamed."""
    build = _BUILDERS.get(stream.platform)
    if build is None:
        raise UsageError(f"the livestream '{stream.name}' belongs to a channel's account and is not built alone")
    try:
        return build(stream, means)
    except UsageError as error:
        raise UsageError(f"livestream '{stream.name}': {error}") from None


def record_path(stream: Stream, state: Path) -> Path:
    """Where a go_live is remembered."""
    return Path(stream.record) if stream.record else state / f"usher-stream-{stream.name}.json"


def _realtimekit(stream: Stream, means: Means) -> Livestream:
    prefix = f"/accounts/{quote(stream.account_id, safe='')}/realtime/kit/{quote(stream.app_id, safe='')}"
    transport = _transport(stream, bearer(stream.token.get_secret_value()), means, realtimekit_wire.error_words)
    client = RealtimeKit(transport, prefix, Oddities(means.tell))
    return MeetingStream(client, stream.meeting_id, stream.name, stream.platform)


def _dyte(stream: Stream, means: Means) -> Livestream:
    auth = dyte.auth_of(stream.organization_id, stream.api_key.get_secret_value())
    client = dyte.Dyte(_transport(stream, auth, means, realtimekit_wire.error_words), Oddities(means.tell))
    return MeetingStream(client, stream.meeting_id, stream.name, stream.platform)


def _accelevents(stream: Stream, means: Means) -> Livestream:
    transport = _transport(stream, accelevents.auth_of(stream), means, accelevents_wire.error_words)
    return SessionStream(accelevents.Accelevents(transport, stream), stream.name, means.clock)


def _golive(stream: Stream, means: Means) -> Livestream:
    transport = _transport(stream, bearer(stream.token.get_secret_value()), means, golive_wire.error_words)
    record = Record(record_path(stream, means.state))
    return LiveSession(GoLive(transport), stream.session_id, stream.name, means.clock, record, stream.livekit_url)


_BUILDERS: dict[str, Callable[[Stream, Means], Livestream]] = {
    "realtimekit": _realtimekit,
    "dyte": _dyte,
    "accelevents": _accelevents,
    "golive": _golive,
}


def _transport(stream: Stream, auth: Auth, means: Means, words: faults.Words) -> Transport:
    budget = Budget(stream.requests_per_minute or PER_MINUTE[stream.platform])
    base = stream.base_url or BASE_URLS[stream.platform]
    return Transport(base, auth, means.clock, budget, limits=means.limits, words=words)
