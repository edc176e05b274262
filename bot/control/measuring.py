"""What `GET /metrics` needs of the desk at the moment somebody looks."""

from __future__ import annotations

from bot.control.desk import ChannelPowers, Desk
from bot.control.lookout import pauses_in_force
from bot.control.metrics_standing import ChannelStanding, Standing
from bot.ports import Pause


async def measured(desk: Desk) -> bytes:
    """The text that Prometheus reads."""
    pauses = await pauses_in_force(desk)
    channels = [await _channel(desk, channel, pauses) for channel in desk.channels.values()]
    broadcast = desk.broadcast
    ready, readers = not desk.is_ready(), len(broadcast.readers)
    standing = Standing(desk.version, desk.mode, ready, readers, broadcast.lost_altogether, desk.live.alarms.count, channels)
    return desk.live.metrics.render(standing)


async def _channel(desk: Desk, channel: ChannelPowers, pauses: list[Pause]) -> ChannelStanding:
    inbox, outbox = await desk.store.backlog(channel.name)
    return ChannelStanding(
        name=channel.name,
        health=channel.health(),
        inbox=inbox,
        outbox=outbox,
        ruleset=channel.ruleset.hash,
        rules=len(channel.ruleset.rules),
        rules_since=channel.rules_since,
        problems=len(channel.rule_problems),
        paused=frozenset(one.what for one in pauses if one.channel in ("", channel.name)),
    )
