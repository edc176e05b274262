"""Transactions that run whole: each is a task of its own, so cancelling the caller neither stops nor halves it (reliability B8)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.domain.errors import StoreError
from bot.store.database import T

_log = structlog.get_logger("store")


class Whole:
    """The transactions of one database that are under way."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def running(self) -> frozenset[asyncio.Task[Any]]:
        """Those under way now."""
        return frozenset(self._running)

    async def run(self, transaction: Coroutine[Any, Any, T]) -> T:
        """Runs it to its end, whatever becomes of who asked."""
        task = asyncio.get_running_loop().create_task(transaction)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def ended(self) -> None:
        """Waits for all that are under way."""
        if self._running:
            await asyncio.wait(set(self._running))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and isinstance(task.exception(), StoreError):
            _log.warning("transaction_failed", error=str(task.exception()))
