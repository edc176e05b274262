"""Builds the configured livestreams: BeeStreamed's over their channel's account, the others over connections of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

from bot.config import Channel, Config, Stream
from bot.domain.errors import UsageError
from bot.domain.signals import EventState
from bot.intake.livestreams import StreamWatch, Watched
from bot.platform_api.beestreamed.client import BeeStreamed, missing_credentials
from bot.platform_api.livestreams import Means, livestream_of, record_path
from bot.platform_api.switching import StreamSwitch
from bot.ports import Clock, Livestream
from bot.reports import Condition
from bot.runner import Runner
from bot.store import Store

log = structlog.get_logger("app.streams")


def belongs(stream: Stream, channel: Channel) -> bool:
    """Whether a channel's events may use the livestream; one that names no channel is for all of them."""
    return stream.channel in ("", channel.name)


def livestreams(config: Config, channel: Channel, client: BeeStreamed, means: Means) -> dict[str, Livestream]:
    """By name, those of one channel. Raises UsageError for a section that cannot be used."""
    found: dict[str, Livestream] = {}
    for stream in config.stream:
        if belongs(stream, channel):
            shares = stream.platform == "beestreamed" and stream.base_url in ("", channel.base_url)
            found[stream.name] = client.livestream(stream) if shares else _alone(config, stream, channel, means)
    return found


class ChannelStreams:
    """One channel's livestreams: built, watched, switched, told."""

    def __init__(
        self,
        config: Config,
        channel: Channel,
        client: BeeStreamed,
        store: Store,
        clock: Clock,
        runner: Runner,
        states: Callable[[], Mapping[str, EventState]],
        tell: Callable[[str], None],
    ) -> None:
        means = Means(clock, state_folder(config.store.url), tell)
        self.live = livestreams(config, channel, client, means)
        sections = [section for section in config.stream if section.name in self.live]
        watched = [Watched(self.live[one.name], one.event, one.watch) for one in sections]
        self.watch = StreamWatch(channel.name, watched, store, clock, runner.watched, states)
        self.performer = StreamSwitch(self.live, self.watch.expect)
        for one in sections:
            if one.platform == "accelevents":
                log.warning(
                    "livestream.unverified", stream=one.name, path=one.path, method=one.method, hint="not documented (A-01)"
                )
        self._runner = runner
        self._seen_online: set[str] = set()

    def heard(self, event: str, *, viewers: int | None = None, signups: int | None = None, stream: str | None = None) -> None:
        """What the platform of the chat says of the audience; where a livestream is configured, its state comes from there."""
        told = None if self.watch.decides(event) else stream
        if told == "online":
            self._seen_online.add(event)
        elif event not in self._seen_online:
            told = None  # a picture that was never there cannot be lost
        self._runner.watched(event, viewers=viewers, signups=signups, stream=told)

    def conditions(self) -> Iterator[Condition]:
        """Pictures that are gone, for the report's list of interruptions."""
        for name, event, since in self.watch.dropped():
            yield Condition(f"livestream {name}", event, since, "the picture was gone")

    async def stop(self) -> None:
        """After this nothing is read or switched."""
        await self.watch.stop()
        for stream in self.live.values():
            await stream.close()


def open_livestream(config: Config, name: str, clock: Clock, tell: Callable[[str], None]) -> tuple[Livestream, Stream]:
    """One livestream by itself, for the command line. Raises UsageError for a name that the configuration does not have."""
    stream = next((one for one in config.stream if one.name == name), None)
    if stream is None:
        known = ", ".join(one.name for one in config.stream) or "none; add a [[stream]]"
        raise UsageError(f"no livestream is called '{name}'; configured: {known}")
    channel = next((one for one in config.channel if belongs(stream, one)), None)
    return _alone(config, stream, channel, Means(clock, state_folder(config.store.url), tell)), stream


def _alone(config: Config, stream: Stream, channel: Channel | None, means: Means) -> Livestream:
    if stream.platform != "beestreamed":
        return livestream_of(stream, means)
    if channel is None:
        raise UsageError(f"livestream '{stream.name}': there is no channel '{stream.channel}'; its token is needed")
    missing = missing_credentials(channel)
    if missing:
        raise UsageError(missing)
    asked = channel.model_copy(update={"base_url": stream.base_url or channel.base_url})
    return BeeStreamed(asked, config.bot, means.clock, tell=means.tell).livestream(stream, own=True)


def state_folder(url: str) -> Path:
    """Where records stand: beside the SQLite file, else in the working folder."""
    kind, _, rest = url.partition(":")
    return Path(rest).parent if kind == "sqlite" and not rest.startswith("//") else Path()


def record_of(config: Config, stream: Stream) -> Path:
    """The file that remembers a go_live."""
    return record_path(stream, state_folder(config.store.url))
