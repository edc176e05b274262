"""Alerts reach an address over real HTTP, once; what cannot be told is told here."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.alerts import Notifier, WebhookCaller
from bot.clock import Clock
from bot.domain.actions import CallWebhook, PostMessage, SendAlert
from bot.domain.errors import NotSent, Refused, UsageError
from tests.app.house import until


class Ear:
    """A server that hears what is posted."""

    def __init__(self, status: int = 200) -> None:
        self.heard: list[Any] = []
        self.status = status
        app = web.Application()
        app.router.add_post("/hook", self._hear)
        self.server = TestServer(app)

    async def _hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        return web.Response(status=self.status, headers={"Location": "/elsewhere"} if self.status == 302 else {})

    async def __aenter__(self) -> "Ear":
        await self.server.start_server()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.server.close()


async def test_the_same_alert_is_told_once_a_minute() -> None:
    async with Ear() as ear:
        notifier = Notifier([f"json://127.0.0.1:{ear.server.port}/hook"], Clock(), "Usher")
        assert (await notifier.perform("show", SendAlert("Stream lost", urgent=True))).changed
        assert not (await notifier.perform("show", SendAlert("Stream lost", urgent=True))).changed
        assert [one["message"] for one in ear.heard] == ["Stream lost"]


async def test_without_an_address_an_alert_goes_to_the_log_only() -> None:
    assert (await Notifier([], Clock(), "Usher").perform("show", SendAlert("Stream lost"))).changed


async def test_an_address_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as caught:
        Notifier(["nonsense://fake-secret@"], Clock(), "Usher")
    assert "address 1" in str(caught.value)
    assert "fake-secret" not in str(caught.value)


async def test_an_alert_that_nobody_takes_is_told() -> None:
    async with Ear(status=500) as ear:
        notifier = Notifier([f"json://127.0.0.1:{ear.server.port}/hook"], Clock(), "Usher")
        with pytest.raises(NotSent):
            await notifier.perform("show", SendAlert("Stream lost"))


class Hand(Clock):
    """A clock moved by hand; who sleeps looks at it again soon."""

    at = 0.0

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.01)


async def test_a_flood_is_a_few_letters_in_which_every_alert_stands() -> None:
    async with Ear() as ear:
        clock = Hand()
        notifier = Notifier([f"json://127.0.0.1:{ear.server.port}/hook"], clock, "Usher")
        running = asyncio.create_task(notifier.run())
        for number in range(60):
            await notifier.perform("show", SendAlert(f"alert {number}", urgent=number == 30))
        assert [one["message"] for one in ear.heard] == ["alert 0"]
        clock.at = 10.0
        await until(lambda: len(ear.heard) >= 2)
        running.cancel()
        await notifier.stop()
        assert len(ear.heard) == 2
        merged = ear.heard[1]
        assert (merged["title"].startswith("Usher: "), merged["type"]) == (True, "failure")
        assert merged["message"].splitlines()[0] == "[show] alert 30"
        assert merged["message"].endswith("and 39 more")


async def test_a_letter_that_nobody_took_is_sent_when_somebody_does() -> None:
    async with Ear(status=500) as ear:
        clock = Hand()
        notifier = Notifier([f"json://127.0.0.1:{ear.server.port}/hook"], clock, "Usher")
        running = asyncio.create_task(notifier.run())
        notifier.tell("", "main: nothing is sent", urgent=True)
        await until(lambda: notifier.failed == 1)
        ear.status, clock.at = 200, 30.0
        await until(lambda: len(ear.heard) >= 2)
        running.cancel()
        assert {one["message"] for one in ear.heard} == {"main: nothing is sent"}
        assert notifier.failed == 1


async def test_what_waits_at_the_end_is_told() -> None:
    async with Ear() as ear:
        notifier = Notifier([f"json://127.0.0.1:{ear.server.port}/hook"], Clock(), "Usher")
        await notifier.perform("show", SendAlert("first"))
        notifier.tell("show", "second")
        await notifier.stop()
        await notifier.stop()
        assert [one["message"] for one in ear.heard] == ["first", "second"]


async def test_whoever_listens_hears_every_alert_sent_or_not() -> None:
    heard: list[tuple[str, str, bool]] = []
    notifier = Notifier([], Clock(), "Usher", lambda *alert: heard.append(alert))
    await notifier.perform("show", SendAlert("lost", urgent=True))
    notifier.tell("", "again")
    assert heard == [("show", "lost", True), ("", "again", False)]


async def test_a_webhook_is_called_with_event_and_body() -> None:
    async with Ear() as ear:
        url = str(ear.server.make_url("/hook"))
        done = await WebhookCaller().perform("show", CallWebhook(url, {"light": "red"}))
        assert (done.result, ear.heard) == ({"status": 200}, [{"event": "show", "light": "red"}])


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_webhook_that_is_refused_is_final_and_redirects_are_not_followed(status: int) -> None:
    async with Ear(status) as ear:
        with pytest.raises(Refused):
            await WebhookCaller().perform("show", CallWebhook(str(ear.server.make_url("/hook"))))
        assert len(ear.heard) == 1


async def test_nobody_there_and_no_address_at_all() -> None:
    async with asyncio.timeout(10):
        with pytest.raises(NotSent):
            await WebhookCaller().perform("show", CallWebhook("http://127.0.0.1:1/hook"))
    with pytest.raises(Refused):
        await WebhookCaller().perform("show", CallWebhook("file:///etc/passwd"))


async def test_each_does_its_own_kind_only() -> None:
    with pytest.raises(Refused):
        await WebhookCaller().perform("show", PostMessage("hi"))
    with pytest.raises(Refused):
        await Notifier([], Clock(), "Usher").perform("show", PostMessage("hi"))
