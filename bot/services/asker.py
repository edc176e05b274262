"""Asks a service for its score of a text: one HTTP POST of JSON. Sends the text and what the configuration says, nothing else.

Whatever goes wrong is an answer too (`error`), told at once and never repeated: the rule's `on_error` decides, and a service that
is down must not hold up others. Redirects are not followed, answers are read up to LONGEST. One asker serves all channels of the
process, so that the limit of calls is the account's.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.config import Service
from bot.domain.actions import Action, AskService
from bot.domain.errors import Refused
from bot.ports import Applied, Clock
from bot.services.wire import LONGEST, NoScore, headers_of, request, score_in

_log = structlog.get_logger("services")

_MINUTE = 60.0


@dataclass(slots=True)
class _Line:
    """One service: its settings, and how it did so far."""

    section: Service
    asked: deque[float] = field(default_factory=deque)
    """When, on the monotonic clock, within the last minute."""
    counts: Counter[str] = field(default_factory=Counter)
    """score, error, over_limit → how often."""
    error: str = ""
    """Of the last call; empty when it went well."""


class Asker:
    """Performs AskService. `services` None is a rehearsal: rules may name any, and none is asked."""

    def __init__(self, services: Sequence[Service] | None, clock: Clock) -> None:
        self.names = None if services is None else tuple(section.name for section in services)
        self._lines = {section.name: _Line(section) for section in services or ()}
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def perform(self, event: str, action: Action) -> Applied:
        """The score, or why there is none. Raises Refused for what is no question."""
        if not isinstance(action, AskService):
            raise Refused(f"a service cannot do '{action.kind}'")
        if self.names is None:
            return Applied(changed=False, result={"unasked": True})
        line = self._lines.get(action.service)
        if line is None:
            return _in_vain("it is not in the configuration any more")
        if not self._has_room(line):
            line.counts["over_limit"] += 1
            return _in_vain(f"over its limit of {line.section.calls_per_minute} calls a minute")
        try:
            score = await self._ask(line.section, action.text)
        except NoScore as error:
            self._failed(line, str(error))
            return _in_vain(str(error))
        self._went_well(line)
        return Applied(result={"score": score})

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """A question leaves nothing behind that could be looked for."""
        return ()

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """By service: how often it gave a score, failed, or was not asked because of its limit; and the last error."""
        kinds = ("score", "error", "over_limit")
        return {
            name: {kind: line.counts[kind] for kind in kinds} | {"last_error": line.error} for name, line in self._lines.items()
        }

    def _has_room(self, line: _Line) -> bool:
        now = self._clock.monotonic()
        while line.asked and now - line.asked[0] >= _MINUTE:
            line.asked.popleft()
        if len(line.asked) >= line.section.calls_per_minute:
            return False
        line.asked.append(now)
        return True

    async def _ask(self, section: Service, text: str) -> float:
        try:
            async with asyncio.timeout(section.timeout):
                raw = await self._post(section, request(section, text))
        except TimeoutError:
            raise NoScore(f"no answer within {section.timeout:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoScore(f"it cannot be reached: {type(error).__name__}") from None
        return score_in(raw, section.score)

    async def _post(self, section: Service, body: Mapping[str, Any]) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        headers = headers_of(section)
        async with self._session.post(section.url, json=body, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200:
                raise NoScore(f"it answered {answer.status}")
            raw = b""
            while len(raw) <= LONGEST and (more := await answer.content.read(LONGEST + 1)):
                raw += more
            return raw

    def _failed(self, line: _Line, error: str) -> None:
        line.counts["error"] += 1
        if not line.error:
            _log.warning("service.failed", service=line.section.name, error=error)
        line.error = error

    def _went_well(self, line: _Line) -> None:
        line.counts["score"] += 1
        if line.error:
            _log.info("service.back", service=line.section.name)
        line.error = ""


def _in_vain(why: str) -> Applied:
    return Applied(changed=False, result={"error": why})
