"""The webhook door with real bytes, real signatures and a real store."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.clock import Clock
from bot.domain.signals import WebhookCame
from bot.intake.webhooks import MOST_BYTES, MOST_WAITING, WebhookDoor
from bot.platform_api.beestreamed.signature import verify
from bot.platform_api.beestreamed.webhooks import decode_webhook
from bot.store import Store, open_store

SECRET, NEXT_SECRET = "planted-fake-secret", "planted-second-secret"


@dataclass
class Setting:
    """A door, and what it rang."""

    door: WebhookDoor
    store: Store
    bell: asyncio.Event
    looked: list[str] = field(default_factory=list)

    async def send(self, body: bytes, secret: str = SECRET, **headers: str) -> tuple[int, str]:
        signed = CIMultiDict({"X-Beestreamed-Signature": signature(body, secret)})
        signed.update(headers)
        return await self.door.receive(signed, body)

    async def waiting(self) -> list[WebhookCame]:
        signals = [item.signal for item in await self.store.next_signals("main", 10_000)]
        return [signal for signal in signals if isinstance(signal, WebhookCame)]


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivery(type: str = "event.updated.status", id: str = "hook-1", **data: Any) -> bytes:
    return json.dumps({"type": type, "id": id, "timestamp": int(time.time()), "data": data or {"event_ref": "ev1"}}).encode()


def check(body: bytes, header: str | None) -> bool:
    return verify(body, header, (SECRET, NEXT_SECRET))


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    clock = Clock()
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin("main", clock.now())
    bell, looked = asyncio.Event(), list[str]()
    door = WebhookDoor("main", store, clock, verify=check, decode=decode_webhook, wake=bell, look=looked.append, max_age=3600.0)
    yield Setting(door, store, bell, looked)
    await store.close()


async def test_a_genuine_delivery_is_stored_before_the_answer_and_makes_the_bot_look(setting: Setting) -> None:
    assert await setting.send(delivery()) == (200, "stored")
    assert [signal.type for signal in await setting.waiting()] == ["event.updated.status"]
    assert setting.bell.is_set()
    assert setting.looked == ["ev1"]


async def test_a_delivery_counts_once_however_often_it_comes(setting: Setting) -> None:
    body = delivery()
    assert [await setting.send(body) for _ in range(3)] == [(200, "stored"), (200, "known"), (200, "known")]
    assert len(await setting.waiting()) == 1
    assert await setting.send(delivery("event.updated", "hook-1")) == (200, "stored")  # another type with the same id (B-31)


@pytest.mark.parametrize("header", [None, "", "x", "é" * 64, "0" * 64, "0" * 63, "0" * 100_000])
async def test_a_forged_signature_is_refused_and_leaves_nothing_but_a_count(setting: Setting, header: str | None) -> None:
    headers = {} if header is None else {"X-Beestreamed-Signature": header}
    status, _ = await setting.door.receive(headers, delivery())
    assert status == 401
    assert await setting.waiting() == []
    assert setting.door.stats.forged == 1
    assert not setting.bell.is_set()


async def test_the_wire_bytes_count(setting: Setting) -> None:
    body = delivery()
    status, _ = await setting.door.receive({"X-Beestreamed-Signature": signature(body)}, body.replace(b": ", b":"))
    assert status == 401
    upper = {"X-Beestreamed-Signature": signature(body).upper()}
    assert await setting.door.receive(upper, body) == (200, "stored")


async def test_two_secrets_while_one_changes(setting: Setting) -> None:
    assert (await setting.send(delivery(id="a"), SECRET))[0] == 200
    assert (await setting.send(delivery(id="b"), NEXT_SECRET))[0] == 200
    assert (await setting.send(delivery(id="c"), "planted-third-secret"))[0] == 401


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 30_000,
    b'{"type": ' + b"[" * 30_000,
    b'{"type": "event.updated", "timestamp": NaN}',
    b'{"type": "a", "type": "b", "timestamp": ' + b"9" * 5000 + b"}",
    b'{"data": {"event_ref": "ev1"}}',
    '{"type": "event.\ud83d", "data": "\\ud800"}'.encode("utf-8", "surrogatepass"),
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_signed_body_is_never_answered_with_an_error(setting: Setting, body: bytes) -> None:
    status, reason = await setting.send(body)
    assert status == 200
    assert (await setting.send(body)) == (200, "known")
    if reason == "kept aside":
        assert setting.door.stats.quarantined == 1
        assert await setting.waiting() == []


async def test_size_and_compression(setting: Setting) -> None:
    assert (await setting.send(b"x" * (MOST_BYTES + 1)))[0] == 413
    assert (await setting.send(delivery(), **{"Content-Encoding": "gzip"}))[0] == 415
    assert await setting.waiting() == []


async def test_an_old_one_and_one_from_the_future_are_only_hints(setting: Setting) -> None:
    for id, age in (("old", 7200), ("ahead", -7200)):
        body = json.dumps({"type": "event.updated", "id": id, "timestamp": int(time.time()) - age, "data": {"event_ref": "ev1"}})
        assert (await setting.send(body.encode()))[0] == 200
    assert await setting.waiting() == []
    assert setting.looked == ["ev1", "ev1"]
    assert (setting.door.stats.stale, setting.door.stats.quarantined) == (1, 1)


async def test_a_signup_without_an_event_does_not_make_everything_look(setting: Setting) -> None:
    await setting.send(delivery("signup.created", signup_ref="s1"))
    assert setting.looked == []
    await setting.send(delivery("event.created", "hook-2", title="new"))
    assert setting.looked == [""]


async def test_a_flood_is_stored_or_sent_away_but_never_lost(setting: Setting) -> None:
    bodies = [delivery(id=f"hook-{number}") for number in range(MOST_WAITING + 300)]
    answers = await asyncio.gather(*(setting.send(body) for body in bodies))
    stored = [answer for answer in answers if answer[0] == 200]
    assert {answer[0] for answer in answers} <= {200, 503}
    assert len(await setting.waiting()) == len(stored) >= MOST_WAITING
