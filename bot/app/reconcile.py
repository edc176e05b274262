"""Starting on a state that is older than what was done since: a restored backup (reliability C11).

Reading and judging go on at once; nothing is sent until a person resumes. Whatever waits meanwhile may have been done already by
the state that was lost, so each post, poll and start of a stream is looked for on the platform before it could be made; calls of
webhooks and alerts, which nobody can look for, are left to a person. Status changes need no doubt: they may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from bot.ports import Clock, Pause
from bot.store import RESTORED, Store

log = structlog.get_logger("app")

LOOK_EVERY = 0.5
LOST_AT_MOST = 7 * 86400.0
"""How far back is looked where the state does not say when it was last at work."""


async def begin(store: Store, channels: Sequence[str], clock: Clock, *, asked: bool) -> Mapping[str, float]:
    """Pauses everything if it was asked for, or if the state comes from a backup; since when each channel's past may be missing.

    Nothing if there is no need.
    """
    now = clock.now()
    if asked:
        await store.pause(Pause("", "", "all", None, RESTORED, now))
    if not await needed(store):
        return {}
    since = {channel: await store.last_alive(channel) or now - LOST_AT_MOST for channel in channels}
    log.warning("reconcile.started", since=since, hint="nothing is sent; look at `usher status`, then `usher resume`")
    return since


async def needed(store: Store) -> bool:
    """Whether nobody has resumed yet."""
    return any(pause.who == RESTORED for pause in await store.pauses())


async def keep_doubting(store: Store, since: Mapping[str, float], clock: Clock) -> None:
    """Until a person resumes."""
    while await needed(store):
        for channel, moment in since.items():
            doubted = await store.doubt(channel, moment, clock.now())
            if doubted:
                log.warning("reconcile.doubted", channel=channel, entries=doubted)
        await clock.sleep(LOOK_EVERY)
    log.warning("reconcile.ended")
