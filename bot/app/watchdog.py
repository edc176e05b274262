"""Tells the supervisor (systemd) that the loop turns, and what it was doing when it does not (reliability B9).

The word is passed on by the loop itself, and only after the store has answered: a loop that is blocked, or a state that hangs, is
silent, and the supervisor starts the program anew, which is always safe. Weighed: the packages sdnotify and systemd-python; the
protocol is one datagram.
"""

from __future__ import annotations

import asyncio
import faulthandler
import socket
from collections.abc import Awaitable, Callable, Mapping

import structlog

log = structlog.get_logger("app")

BLOCKED = 10.0
"""Seconds without a turn of the loop after which every thread's stack is written to standard error."""
_EVERY = 1.0


class Watchdog:
    """`environ` holds what the supervisor gave: NOTIFY_SOCKET and WATCHDOG_USEC, both or none."""

    def __init__(self, environ: Mapping[str, str], alive: Callable[[], Awaitable[object]], blocked: float = BLOCKED) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        wanted = environ.get("WATCHDOG_USEC", "")
        self._patience = int(wanted) / 1e6 if wanted.isdecimal() else 0.0
        self._alive = alive
        self._blocked = blocked

    def tell(self, word: str) -> None:
        """READY=1, STOPPING=1, WATCHDOG=1; nothing happens where nobody listens."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
                speaker.connect(address)
                speaker.send(word.encode())
        except OSError as error:
            log.warning("watchdog.not_told", word=word, error=str(error))

    async def run(self) -> None:
        """Until cancelled."""
        every = min(_EVERY, self._patience / 3) if self._patience else _EVERY
        try:
            while True:
                faulthandler.dump_traceback_later(self._blocked, exit=False)
                if self._patience:
                    await self._alive()
                    self.tell("WATCHDOG=1")
                await asyncio.sleep(every)
        finally:
            faulthandler.cancel_dump_traceback_later()
