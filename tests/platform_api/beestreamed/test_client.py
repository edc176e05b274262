"""The client as a whole: its promises to the other parts, the start check, secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from bot.clock import Clock
from bot.config import Bot, Channel
from bot.domain.actions import PostMessage
from bot.domain.errors import NoRight, NotSent, PlatformError, UsageError
from bot.platform_api.beestreamed.client import BeeStreamed, missing_credentials
from bot.platform_api.beestreamed.webhooks import decode_webhook
from bot.ports import Performs, ReadsEvents, ReadsMessages
from tests.platform_api.beestreamed.account import BOT, account, chat_row, paged, refused
from tests.platform_api.server import Platform


async def test_it_keeps_the_promises_of_ports(platform: Platform) -> None:
    async with account(platform) as client:
        reads: ReadsMessages = client
        events: ReadsEvents = client
        performs: Performs = client
        assert all(isinstance(part, BeeStreamed) for part in (reads, events, performs))


@pytest.mark.parametrize(
    ("row", "level"),
    [
        (chat_row(1), "full"),
        ({"chat_id": 1, "chat_ref": "c1", "chat_message": "x", "chat_name": "A"}, "reduced"),
        (None, "unknown"),
    ],
)
async def test_what_the_token_is_good_for(platform: Platform, row: Any, level: str) -> None:
    platform.answers["GET /events"] = paged(
        [{"event_ref": "e1", "event_status": "idle"}, {"event_ref": "e2", "event_status": "live"}]
    )
    platform.answers["GET /chat/e1"] = []
    platform.answers["GET /chat/e2"] = [row] if row else []
    async with account(platform) as client:
        standing = await client.check()
    assert (standing.level, standing.events) == (level, 2)
    assert {asked.method for asked in platform.asked} == {"GET"}


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_not_accepted(platform: Platform, status: int) -> None:
    platform.answers["GET /events"] = refused(status, "Unauthorized")
    async with account(platform) as client:
        with pytest.raises(NoRight, match="Unauthorized"):
            await client.check()


async def test_an_unreachable_host_is_one_clear_line() -> None:
    channel = Channel.model_validate({"base_url": "http://127.0.0.1:1", "token_id": "planted-a", "secret_key": "planted-b"})
    async with BeeStreamed(channel, Bot(), Clock()) as client:
        with pytest.raises(NotSent) as caught:
            await client.check("ev")
    assert "\n" not in str(caught.value)
    assert "planted" not in str(caught.value) + repr(client)


def test_settings_that_cannot_work_are_told_at_once() -> None:
    with pytest.raises(UsageError, match="time_zone"):
        BeeStreamed(Channel(time_zone="Mars/Base"), Bot(), Clock())
    with pytest.raises(UsageError, match="base_url"):
        BeeStreamed(Channel(base_url="nowhere"), Bot(), Clock())
    assert missing_credentials(Channel()) == "channel 'main': token_id is empty"
    channel = Channel.model_validate({"token_id": "a", "secret_key": "b"})
    assert missing_credentials(channel) == ""


@pytest.mark.parametrize("configured", ["fake-hook", ["fake-hook", "fake-next"]])
async def test_webhooks_are_verified_with_the_channels_secrets(platform: Platform, configured: Any) -> None:
    body = b'{"type":"event.deleted","data":{"event_ref":"ev"},"id":"1"}'
    signed = hmac.new(b"fake-hook", body, hashlib.sha256).hexdigest()
    async with account(platform, webhook_secret=configured) as client:
        assert client.verify(body, signed)
        assert not client.verify(body + b" ", signed)
        assert not client.verify(body, None)
    async with account(platform) as client:
        assert not client.verify(body, signed)


async def test_deliveries_that_do_not_say_their_event(platform: Platform) -> None:
    def came(kind: str, data: dict[str, Any]) -> Any:
        return decode_webhook(json.dumps({"type": kind, "data": data, "id": "1"}).encode())[1]

    platform.answers["GET /signup/e2/s1"] = {"signup_ref": "s1"}
    async with account(platform) as client:
        assert await client.event_of(came("poll.deleted", {"poll_ref": "p1"}), ["e1"]) is None
        assert await client.event_of(came("poll.created", {"poll_ref": "p1", "poll_event_ref": "e1"}), []) == "e1"
        assert await client.event_of(came("poll.deleted", {"poll_ref": "p1"}), []) == "e1"
        assert await client.event_of(came("signup.created", {"signup_ref": "s1"}), ["e1", "e2"]) == "e2"
        assert await client.event_of(came("video.upload.new", {"upload_ref": "u"}), ["e1"]) is None


async def test_calls_are_counted_by_what_they_are_for(platform: Platform) -> None:
    platform.answers["GET /chat/ev"] = [chat_row(1)]
    platform.answers["POST /chat/ev"] = {"chat_ref": "c2"}
    platform.answers["GET /polls/ev"] = []
    async with account(platform) as client:
        await client.read_messages("ev", "chat", limit=10)
        await client.perform("ev", PostMessage("hi"))
        await client.polls.polls("ev")
        usage = client.usage()
        assert client.health() == {"read": "closed", "act": "closed"}
    assert usage.by_kind == {"read": 1, "act": 1, "control": 1}
    assert usage.configured == 60_000


async def test_oddities_are_told_without_what_anybody_wrote(platform: Platform) -> None:
    told: list[str] = []
    channel = Channel.model_validate({"base_url": platform.url, "token_id": "planted-id", "secret_key": "planted-secret"})
    platform.answers["GET /chat/ev"] = [{"chat_message": "planted words", "chat_email": "planted@example.test"}]
    async with BeeStreamed(channel, BOT, Clock(), tell=told.append) as client:
        await client.read_messages("ev", "chat", limit=10)
    assert told == ["chat row dropped: neither ref nor id (chat_email, chat_message)"]


async def test_every_failure_of_every_call_is_a_platform_error(platform: Platform) -> None:
    async with account(platform) as client:
        for call in (
            client.read_messages("ev", "chat", limit=1),
            client.read_event("ev"),
            client.list_events(),
            client.polls.polls("ev"),
            client.polls.poll("ev", "p"),
            client.polls.entries("ev", "p"),
            client.figures.signups("ev"),
            client.figures.overall("ev"),
            client.figures.timeseries("ev", timeframe=(0.0, 60.0)),
            client.streams.info("ev"),
            client.check(),
            client.perform("ev", PostMessage("x")),
        ):
            with pytest.raises(PlatformError):
                await call  # everything is a 404 here
