"""Alerts to chat tools and mail through Apprise. Without an address an alert goes to the log, which is always told at once.

Apprise was weighed against own senders: it knows a hundred services, is released every few weeks, and is pure Python.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot.alerts.merging import Letter, Merging
from bot.domain.actions import Action, SendAlert
from bot.domain.errors import NotSent, Refused, UsageError
from bot.ports import Applied, Clock

log = structlog.get_logger("alerts")

AGAIN = 30.0
"""Seconds until a letter that nobody took is tried again."""
LATEST = 20.0
"""Real seconds that a chat tool may take."""
_LOOK = 1.0
Heard = Callable[[str, str, bool], None]


class Notifier:
    """Performs SendAlert, and tells what the bot itself has to say (`tell`). Raises UsageError for an address that Apprise does not
    understand (its text shows no address).

    `heard` is told every alert (event, text, urgent), sent or not.
    """

    def __init__(self, urls: Sequence[str], clock: Clock, bot: str, heard: Heard = lambda _event, _text, _urgent: None) -> None:
        self._apprise: Any = _addresses(urls) if urls else None
        self._clock = clock
        self._bot = bot
        self._heard = heard
        self._merging = Merging()
        self._news = asyncio.Event()
        self.failed = 0
        """Letters that nobody took."""

    async def perform(self, event: str, action: Action) -> Applied:
        """Tells it at once, or with the next letter (`merged`). Raises NotSent if it could be told now and nobody took it."""
        if not isinstance(action, SendAlert):
            raise Refused(f"an alert cannot do '{action.kind}'")
        if not self.tell(event, action.text, urgent=action.urgent):
            return Applied(changed=False)
        if self._apprise is not None and self._merging.due(self._clock.monotonic()) == 0.0:
            if not await self._send():
                raise NotSent("no chat tool or mail address took the alert; it is tried again with the next one")
            return Applied()
        return Applied(result={"merged": True}) if self._apprise is not None else Applied()

    def tell(self, event: str, text: str, *, urgent: bool = False) -> bool:
        """Goes into the log now and into the next letter. False: the same was told a moment ago."""
        new = self._merging.add(event, text, urgent, self._clock.monotonic())
        self._heard(event, text, urgent)
        if new:
            log.warning("alert", event_ref=event, text=text, urgent=urgent)
            self._news.set()
        if self._apprise is None:
            self._merging.take(self._clock.monotonic())
        return new

    async def run(self) -> None:
        """Sends what waits when its time has come, until cancelled."""
        while True:
            wait = self._merging.due(self._clock.monotonic())
            if wait is None:
                self._news.clear()
                await self._news.wait()
            elif wait > 0.0:
                await self._clock.sleep(min(wait, _LOOK))
            else:
                await self._send()

    async def stop(self) -> None:
        """What still waits is told now."""
        if self._apprise is not None and self._merging.due(self._clock.monotonic()) is not None:
            await self._send()

    async def _send(self) -> bool:
        letter = self._merging.take(self._clock.monotonic())
        if await self._deliver(letter):
            return True
        self.failed += 1
        self._merging.back(letter, self._clock.monotonic() + AGAIN)
        log.error("alert.not_taken", lines=len(letter.lines), again_in=AGAIN)
        return False

    async def _deliver(self, letter: Letter) -> bool:
        kind = "failure" if letter.urgent else "warning"
        title = f"{self._bot}: {letter.title}" if letter.title else self._bot
        with suppress(TimeoutError):
            async with asyncio.timeout(LATEST):
                try:
                    return bool(await self._apprise.async_notify(body=letter.body, title=title, notify_type=kind))
                except Exception:  # whatever a sender raises: it is no reason to stop acting
                    log.exception("alert.failed")
        return False

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Nobody can be asked whether an alert arrived."""
        return ()


def _addresses(urls: Sequence[str]) -> Any:
    import apprise  # 6 MB resident: only where alerts go somewhere

    found = apprise.Apprise()
    for number, url in enumerate(urls, 1):
        if not found.add(url):
            raise UsageError(f"alerts.urls: address {number} is not one that Apprise understands")
    return found
