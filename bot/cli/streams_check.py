"""Livestreams for `usher check` (do the rules speak of livestreams that are configured?) and `usher doctor` (do they answer?)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Literal

from bot.app.streams import open_livestream
from bot.clock import Clock
from bot.config import Config
from bot.domain.errors import PlatformError, UsageError
from bot.ruleset.problems import Problem

_NAMED = re.compile(r"""(?:start|stop)_stream\s*:\s*["']?(?P<name>[a-z0-9_-]+)""")


def unknown_streams(files: Mapping[str, str], known: Collection[str]) -> Iterator[Problem]:
    """A cue or rule that starts what the configuration does not have fails in the middle of the show.

    With livestreams configured it is a slip of the pen, an error; with none at all a warning: the rules may be shared.
    """
    level: Literal["error", "warning"] = "error" if known else "warning"
    for file, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines() if file.endswith((".yaml", ".yml")) else (), 1):
            for found in _NAMED.finditer(line.split("#", 1)[0]):
                name = found["name"]
                if name not in known:
                    near = get_close_matches(name, list(known), n=1)
                    hint = f"did you mean '{near[0]}'?" if near else f"configured: {', '.join(known) or 'none; add a [[stream]]'}"
                    place = found.start("name") + 1
                    yield Problem(file, number, place, f"no livestream is called '{name}'", hint, "", len(name), line, level)


async def stream_answers(config: Config, name: str) -> tuple[Literal["ok", "note", "bad"], str]:
    """What one livestream's platform says now. Reads only."""
    try:
        live, section = open_livestream(config, name, Clock(), lambda _text: None)
    except UsageError as error:
        return "bad", str(error)
    where = f"livestream '{name}' ({section.platform})"
    try:
        if "status" in live.cannot:
            unverified = (
                "; path and header are not documented and unverified (A-01, A-02)" if section.platform == "accelevents" else ""
            )
            return "note", f"{where}: {live.cannot['status']}, so nothing can be checked without changing something{unverified}"
        if section.platform == "beestreamed" and not section.event:
            return "note", f"{where}: it names no event, so it belongs to whichever event a cue runs in"
        state = await live.status()
    except PlatformError as error:
        return "bad", f"{where}: {error}"
    finally:
        await live.close()
    return "ok", f"{where}: {state.status.replace('_', ' ')}" + (f"; {state.note}" if state.note else "")
