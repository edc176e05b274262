"""Starting and stopping livestreams for the outbox: ports.Performs over the configured ones, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.actions import Action, SetStream
from bot.domain.errors import BadAnswer, NotSent, Refused
from bot.ports import Applied, Livestream

Switching = Callable[[str, bool, str], None]
"""Told (stream, on, event) before anything is sent: what follows is no accident."""


class StreamSwitch:
    """Performs SetStream, and nothing else."""

    def __init__(self, streams: Mapping[str, Livestream], told: Switching = lambda _stream, _on, _event: None) -> None:
        self._streams = streams
        self._told = told

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent, Throttled, Unclear, Refused or NoRight."""
        stream, on = self._of(action)
        self._told(stream.name, on, event)
        try:
            done = await (stream.start(event) if on else stream.stop(event))
        except BadAnswer as error:  # only reads end so: nothing was applied
            raise NotSent(str(error), status=error.status) from None
        result = {"status": done.state.status, **({"note": done.state.note} if done.state.note else {})}
        return Applied(changed=done.changed, remote=stream.name, result=result)

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """A livestream has no ref: its own name is returned when it is already as the action wants it."""
        stream, on = self._of(action)
        return [stream.name] if await stream.settled(on, since, event) else []

    def _of(self, action: Action) -> tuple[Livestream, bool]:
        if not isinstance(action, SetStream):
            raise Refused(f"livestreams cannot do '{action.kind}'")
        stream = self._streams.get(action.stream)
        if stream is None:
            known = ", ".join(sorted(self._streams)) or "none is configured"
            raise Refused(f"no livestream is called '{action.stream}'; known: {known}")
        return stream, action.on
