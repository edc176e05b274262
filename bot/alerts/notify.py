"""Alerts to chat tools and mail through Apprise. Without an address an alert goes to the log, which is always told.

Apprise was weighed against own senders: it knows a hundred services, is released every few weeks, and is pure Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from bot.domain.actions import Action, SendAlert
from bot.domain.errors import NotSent, Refused, UsageError
from bot.ports import Applied, Clock

log = structlog.get_logger("alerts")

SAME_AGAIN = 60.0
"""Seconds in which an alert of the same text is told only once."""


class Notifier:
    """Performs SendAlert. Raises UsageError for an address that Apprise does not understand (its text shows no address)."""

    def __init__(self, urls: Sequence[str], clock: Clock, bot: str) -> None:
        self._apprise = _addresses(urls) if urls else None
        self._clock = clock
        self._bot = bot
        self._told: dict[str, float] = {}

    async def perform(self, event: str, action: Action) -> Applied:
        """Tells it once; the same text within a minute is not told again."""
        if not isinstance(action, SendAlert):
            raise Refused(f"an alert cannot do '{action.kind}'")
        now = self._clock.monotonic()
        self._told = {text: at for text, at in self._told.items() if now - at < SAME_AGAIN}
        if action.text in self._told:
            return Applied(changed=False)
        self._told[action.text] = now
        log.warning("alert", event_ref=event, text=action.text, urgent=action.urgent)
        if self._apprise is not None and not await self._send(self._apprise, event, action):
            raise NotSent("no chat tool or mail address took the alert")
        return Applied()

    async def _send(self, addresses: Any, event: str, action: SendAlert) -> bool:
        kind = "failure" if action.urgent else "warning"
        return bool(await addresses.async_notify(body=action.text, title=f"{self._bot}: {event}", notify_type=kind))

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
