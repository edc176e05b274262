"""Handlers: the configured livestreams, looked at and switched. No stream key is ever told here."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from bot.control.api_acts import act, find_event
from bot.control.desk import ChannelPowers, Desk
from bot.control.models import ActAnswer, Answer, EventQuery, Nothing
from bot.control.refusal import ApiError
from bot.control.routes import Call, Routes
from bot.domain.signals import EventState, PersonAct
from bot.ports import StreamStatus

routes = Routes()


class StreamView(Answer):
    """A livestream as the watchdog sees it; times are Unix seconds. `event` empty: it belongs to every event of the channel."""

    channel: str
    name: str
    platform: str
    event: str
    status: StreamStatus
    word: str = Field(description="the platform's own word")
    note: str
    viewers: int | None
    since: float | None = Field(description="when this status was first seen")
    read_at: float | None
    wanted: bool | None = Field(description="what a start or stop asked for; null: nobody has asked")
    dropped: float | None = Field(description="the picture is gone since then, unasked")
    drops: int
    cannot: Mapping[str, str] = Field(description="what the platform has no call for, and words for people")
    error: str = Field(description="why it cannot be read at the moment")


class StreamList(Answer):
    """All configured livestreams."""

    streams: list[StreamView]


@routes.add("GET", "/api/v1/streams", answer=StreamList)
async def get_streams(desk: Desk, call: Call) -> StreamList:
    """Livestreams of the configuration: status, drops, and what each platform cannot do."""
    told = [{"channel": name, **one} for name, channel in desk.channels.items() for one in channel.livestreams]
    return StreamList(streams=[StreamView.model_validate(one) for one in told])


@routes.add(
    "POST",
    "/api/v1/streams/{name}/{verb}",
    answer=ActAnswer,
    role="moderator",
    body=Nothing,
    query=EventQuery,
    errors=(404, 409),
    choices={"verb": ("start", "stop")},
)
async def post_stream_act(desk: Desk, call: Call) -> ActAnswer:
    """Starts or stops a livestream: through the outbox, so it is never done twice, and a pause holds it."""
    name, on = call.path["name"], call.path["verb"] == "start"
    channel, event = await _place(desk, name, call.query.event)
    return await act(desk, channel, PersonAct(event, call.person.name, "set_stream", name, {"on": on}))


async def _place(desk: Desk, name: str, wanted: str) -> tuple[ChannelPowers, str]:
    """The channel that has the livestream, and the event in whose name it is switched."""
    having = [(channel, one) for channel in desk.channels.values() for one in channel.livestreams if one["name"] == name]
    if not having:
        known = sorted({one["name"] for channel in desk.channels.values() for one in channel.livestreams})
        raise ApiError(404, f"no livestream is called '{name}'; configured: {', '.join(known) or 'none'}")
    channel, told = having[0]
    ref = wanted or told["event"]
    if ref:
        found, state = await find_event(desk, ref)
        return found, state.event
    return channel, (await _usual(desk, channel)).event


async def _usual(desk: Desk, channel: ChannelPowers) -> EventState:
    """The only event on air; before the show, the only one that is not over."""
    events = [state for state in await desk.store.events(channel.name) if state.phase != "over"]
    on_air = [state for state in events if state.phase in ("on_air", "playback")]
    found = on_air or events
    if len(found) != 1:
        names = ", ".join(state.event for state in found) or "none is followed"
        raise ApiError(409, f"say for which event with `event`: {names}")
    return found[0]
