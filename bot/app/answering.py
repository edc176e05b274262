"""What commands ask of the running daemon: the forgetting of a person, while nobody has the channel's memory in hand."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from bot.domain.errors import StoreError
from bot.ports import Clock, PrivacyStore, Request

log = structlog.get_logger("app")

LOOK_EVERY = 0.5
"""Seconds between two looks for requests: a person waits at a prompt."""


class StandsStill(Protocol):
    """The runner."""

    def standing_still(self) -> AbstractAsyncContextManager[None]:
        """Nothing is judged inside; memory is read again afterwards."""
        ...


class Answering:
    """Carries out what a command wrote into the state of one channel."""

    def __init__(self, channel: str, store: PrivacyStore, clock: Clock, runner: StandsStill, *, every: float = LOOK_EVERY) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._runner = runner
        self._every = every

    async def run(self) -> None:
        """Until cancelled; a request in hand is brought to its end."""
        while True:
            try:
                for request in await self._store.requests(self._channel):
                    await asyncio.shield(self._answer(request))
            except StoreError as error:
                log.warning("request.store", channel=self._channel, error=str(error))
            await self._clock.sleep(self._every)

    async def _answer(self, request: Request) -> None:
        email = request.body.get("email")
        if request.kind != "forget" or not isinstance(email, str):
            await self._store.answer(request.id, "failed", {"why": f"this Usher does not know the request '{request.kind}'"})
            return
        try:
            async with self._runner.standing_still():
                done = await self._store.forget_person(self._channel, email, request.who, self._clock.now())
        except StoreError:
            raise  # the request stays, and is done when the store can do it
        except Exception as error:  # a mistake of ours must not stop the bot; whoever waits is told
            log.exception("request.failed", channel=self._channel, kind=request.kind)
            await self._store.answer(request.id, "failed", {"why": type(error).__name__})
            return
        await self._store.answer(request.id, "done", {"pid": done.pid, "counts": dict(done.counts), "events": list(done.events)})
        log.info("person.forgotten", channel=self._channel, person=done.pid, **done.counts)
