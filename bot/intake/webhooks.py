"""The door for webhooks: verified on the raw bytes, stored before the answer, once each (T2, reliability 3.8).

After a right signature nothing is answered with 4xx for content we dislike: it is kept aside, counted, and said. Verifying and
decoding are the platform's own business and are handed in. A webhook is never acted on by itself: it makes the bot look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.domain.errors import PlatformError, StoreFull
from bot.domain.signals import WebhookCame
from bot.ports import Bell, Clock, IntakeStore

log = structlog.get_logger("webhooks")

SIGNATURE = "X-Beestreamed-Signature"
MOST_WAITING = 2000
Verify = Callable[[bytes, str | None], bool]
Decode = Callable[[bytes], tuple[str, WebhookCame]]


@dataclass(slots=True)
class WebhookStats:
    """Counts since the start."""

    stored: int = 0
    known: int = 0
    forged: int = 0
    quarantined: int = 0
    stale: int = 0
    refused: int = 0
    """Turned away because too many waited (503)."""
    last_at: float | None = None


class WebhookDoor:
    """One channel's door. `look` makes discovery and feeds look at an event ("" for all) at once."""

    def __init__(
        self,
        channel: str,
        store: IntakeStore,
        clock: Clock,
        *,
        verify: Verify,
        decode: Decode,
        wake: Bell,
        look: Callable[[str], None],
        max_age: float | None = None,
    ) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._verify = verify
        self._decode = decode
        self._wake = wake
        self._look = look
        self._max_age = max_age
        self._waiting = 0
        self.stats = WebhookStats()

    async def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """The HTTP status to answer with, and why."""
        if not self._verify(body, headers.get(SIGNATURE)):
            self.stats.forged += 1
            log.warning("webhook.forged", channel=self._channel, times=self.stats.forged)
            return 401, "the signature is missing or wrong"
        if headers.get("Content-Encoding", "identity") not in {"", "identity"}:
            return 415, "send the body as it is, without compression"
        if self._waiting >= MOST_WAITING:
            self.stats.refused += 1
            return 503, "too many deliveries wait; send it again"
        self._waiting += 1
        try:
            return await self._keep(body)
        except StoreFull as error:
            log.warning("webhook.store_full", channel=self._channel, error=str(error))
            return 503, "cannot be stored at the moment; send it again"
        finally:
            self._waiting -= 1

    async def _keep(self, body: bytes) -> tuple[int, str]:
        now = self._clock.now()
        self.stats.last_at = now
        try:
            delivery, signal = self._decode(body)
        except PlatformError as error:
            return await self._quarantine(body, str(error), now)
        if self._is_stale(signal, now):
            self.stats.stale += 1
            fresh = await self._store.save_webhook(
                self._channel, delivery, None, body, now, "older than webhook_max_age: only a hint"
            )
        else:
            fresh = await self._store.save_webhook(self._channel, delivery, signal, body, now)
        if not fresh:
            self.stats.known += 1
            return 200, "known"
        self.stats.stored += 1
        self._wake.set()
        if signal.type.startswith(("event.", "poll.", "signup.")):
            self._look(signal.event or "")
        return 200, "stored"

    async def _quarantine(self, body: bytes, problem: str, now: float) -> tuple[int, str]:
        self.stats.quarantined += 1
        log.warning("webhook.quarantined", channel=self._channel, problem=problem)
        await self._store.save_webhook(self._channel, f"bad/{now:.6f}/{self.stats.quarantined}", None, body, now, problem)
        return 200, "kept aside"

    def _is_stale(self, signal: WebhookCame, now: float) -> bool:
        return self._max_age is not None and signal.sent is not None and now - signal.sent > self._max_age
