"""Sending webhooks: signed as documented (platforms/beestreamed.md 10.1), or wrongly on purpose, with copies, delays and retries.

Knows how a delivery travels, not what is in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import hmac
import json
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import aiohttp

from bot.stage.switches import Switches
from bot.stage.timing import StageClock

Forgery = Literal[
    "", "wrong_secret", "missing", "short", "non_ascii", "upper_case", "re_encoded", "changed_body", "gzip", "no_json", "deep"
]
"""How a delivery is wrong. `upper_case` is right all the same, `gzip`, `no_json` and `deep` are signed correctly."""

KEPT = 10_000
"""Deliveries that are remembered."""
SIGNATURE = "X-Beestreamed-Signature"


@dataclass(frozen=True, slots=True)
class Hook:
    """An address with its secret and the categories it wants (empty = all that the switches allow)."""

    url: str
    secret: str
    client_ref: str = ""
    """Only this channel's news; empty = every channel's."""
    types: tuple[str, ...] = ()

    def wants(self, kind: str, client_ref: str, switches: Switches) -> bool:
        """This hook is subscribed to the category of a type."""
        category = kind.split(".", 1)[0]
        return category in (self.types or switches.hook_types) and self.client_ref in ("", client_ref)


@dataclass(slots=True)
class Delivery:
    """One try to deliver, as it went: `status` 0 = no answer."""

    at: float
    url: str
    type: str
    id: str
    status: int
    attempt: int
    forgery: str = ""
    error: str = ""
    body: bytes = field(default=b"", repr=False)

    def told(self) -> dict[str, Any]:
        """As JSON values, without the body."""
        return {name: value for name, value in asdict(self).items() if name != "body"}


def encoded(envelope: Mapping[str, Any], escaped: bool) -> bytes:
    r"""The raw body: `/` as `\/` and everything but ASCII escaped, as the documented encoder writes it (B-49)."""
    text = json.dumps(envelope, ensure_ascii=escaped, separators=(",", ":"))
    return (text.replace("/", "\\/") if escaped else text).encode("utf-8", "replace")


def signature(body: bytes, secret: str) -> str:
    """Lower-case hex HMAC-SHA256 over the raw body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def dressed(body: bytes, secret: str, forgery: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery, genuine or forged."""
    headers = {"Content-Type": "application/json"}
    if forgery == "gzip":
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    elif forgery in ("no_json", "deep"):
        body = b"[" * 100_000 if forgery == "deep" else b'{"type": "event.updated", '
    right = signature(body, secret)
    if forgery == "changed_body":
        body = body.replace(b"}", b',"forged":true}', 1)
    elif forgery == "re_encoded":
        body = json.dumps(json.loads(body), indent=1).encode()
    odd = {"wrong_secret": signature(body, f"{secret}?"), "short": right[:-2], "non_ascii": "é" * 64, "upper_case": right.upper()}
    if forgery != "missing":
        headers[SIGNATURE] = odd.get(forgery, right)
    return body, headers


class Courier:
    """Carries deliveries to the hooks, each hook's in their order unless `hook_jitter` mixes them."""

    def __init__(self, clock: StageClock, seed: int = 0) -> None:
        self.hooks: list[Hook] = []
        self.sent: deque[Delivery] = deque(maxlen=KEPT)
        self.switches = Switches()
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 - delays and made-up ids, no secrets
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, asyncio.Lock] = {}
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Ready to send."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), auto_decompress=False)

    async def close(self) -> None:
        """Drops what is still on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def delivered(self) -> None:
        """Returns when nothing is on its way any more."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    def new_id(self) -> str:
        """32 letters and digits, `_`, 32 hex digits (10.2); the same for all where the switch says so (B-31)."""
        if self.switches.b31_same_id:
            return "A" * 32 + "_" + "0" * 32
        letters = "".join(self._random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=32))
        return f"{letters}_{self._random.getrandbits(128):032x}"

    def news(self, envelope: dict[str, Any], client_ref: str) -> None:
        """Sends to every hook that wants it, as often as the switch says."""
        for hook in self.hooks:
            if hook.wants(envelope["type"], client_ref, self.switches):
                for _ in range(self.switches.hook_copies):
                    self.send(hook, envelope)

    def send(self, hook: Hook, envelope: dict[str, Any], forgery: Forgery = "") -> None:
        """Sends one delivery, soon."""
        body, headers = dressed(encoded(envelope, self.switches.b49_escaped), hook.secret, forgery)
        try_ = Delivery(0.0, hook.url, envelope["type"], str(envelope.get("id", "")), 0, 0, forgery, "", body)
        self._later(self._carry(try_, headers))

    def replay(self, delivery: Delivery, hook: Hook) -> None:
        """The same bytes once more, rightly signed."""
        headers = {"Content-Type": "application/json", SIGNATURE: signature(delivery.body, hook.secret)}
        again = Delivery(0.0, delivery.url, delivery.type, delivery.id, 0, 0, "replay", "", delivery.body)
        self._later(self._carry(again, headers))

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivery: Delivery, headers: dict[str, str]) -> None:
        switches = self.switches
        if switches.hook_delay or switches.hook_jitter:
            await self._clock.sleep(switches.hook_delay + switches.hook_jitter * self._random.random())
        lane: Any = contextlib.nullcontext()
        if not switches.hook_jitter:
            lane = self._lanes.setdefault(delivery.url, asyncio.Lock())
        async with lane:
            await self._tries(delivery, headers)

    async def _tries(self, delivery: Delivery, headers: dict[str, str]) -> None:
        for attempt in range(1, self.switches.hook_retries + 2):
            status, error = await self._try(delivery, headers)
            self.sent.append(replace(delivery, at=self._clock.now(), status=status, attempt=attempt, error=error))
            if 200 <= status < 300 or (delivery.forgery and status):
                return
            await self._clock.sleep(2.0 ** (attempt - 1))

    async def _try(self, delivery: Delivery, headers: dict[str, str]) -> tuple[int, str]:
        if self._session is None:
            return 0, "the courier is closed"
        try:
            async with self._session.post(delivery.url, data=delivery.body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status, ""
        except (aiohttp.ClientError, TimeoutError) as problem:
            return 0, f"{type(problem).__name__}: {problem}"
