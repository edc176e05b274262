"""The livestreams of a rehearsal: one of each platform on the stage, named after it, and `main` on BeeStreamed.

Cues start and stop them by these names. In the middle of the show the encoder's picture drops once and comes back, wherever one is
on air, so that the running order for that case is rehearsed too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.config import Stream
from bot.stage import Stage
from bot.stage.livestreams.world import API_KEY, ORGANIZATION, TOKEN

MEETING = "10000000-0000-4000-8000-000000000001"
SESSION = "10000000-0000-4000-8000-000000000002"
MIDDLE = 0.55
"""Of the show: when the picture drops."""
LONGEST_DROP = 12.0
_NAMED = re.compile(r"st(?:art|op)_stream\s*:\s*[\"']?([a-z0-9_-]+)")
_SECTIONS: dict[str, dict[str, Any]] = {
    "main": {"platform": "beestreamed"},
    "beestreamed": {"platform": "beestreamed"},
    "realtimekit": {"account_id": "stage", "app_id": "stage", "meeting_id": MEETING, "token": TOKEN},
    "dyte": {"organization_id": ORGANIZATION, "api_key": API_KEY, "meeting_id": MEETING},
    "accelevents": {"event_url": "rehearsal", "session_id": 1, "api_key": API_KEY},
    "golive": {"session_id": SESSION, "token": TOKEN},
}


def sections(url: str, rules: Path) -> tuple[Stream, ...]:
    """The settings for a stage at that address. Only those that the rule files speak of are watched."""
    named = {name for file in sorted(rules.glob("*.y*ml")) for name in _NAMED.findall(file.read_text("utf-8", "replace"))}
    return tuple(_section(name, given, url, name in named) for name, given in _SECTIONS.items())


def _section(name: str, given: dict[str, Any], url: str, watched: bool) -> Stream:
    base = {} if "platform" in given else {"platform": name, "base_url": f"{url}/{name}"}
    return Stream.model_validate({"name": name, "watch": 5.0 if watched else 0.0, **base, **given})


def forget(folder: Path) -> None:
    """Keys of an earlier rehearsal."""
    for old in folder.glob("usher-stream-*.json"):
        old.unlink()


async def encoder(stage: Stage, clock: Clock, length: float) -> Sequence[tuple[str, str]]:
    """Drops every picture that is on air in the middle of a show of so many seconds, and brings it back. Returns which."""
    await clock.sleep(length * MIDDLE)
    dropped = stage.door.on_air()
    for platform, ref in dropped:
        stage.door.picture(platform, ref, False)
    await clock.sleep(min(LONGEST_DROP, length / 10))
    for platform, ref in dropped:
        stage.door.picture(platform, ref, True)
    return dropped
