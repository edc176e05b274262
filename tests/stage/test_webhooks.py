"""Webhooks as a receiver meets them: signed on the raw bytes, forged, doubled, retried, out of order."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.stage import Stage
from bot.stage.webhooks import encoded, signature
from tests.stage.conftest import Caller

SECRET = "fake-webhook-secret"


@dataclass
class Receiver:
    """Keeps what came; answers with `answers` in turn, then 200."""

    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.came.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    def envelopes(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.came]

    def genuine(self) -> list[bool]:
        return [_signed(headers, body) for headers, body in self.came]


def _signed(headers: dict[str, str], body: bytes) -> bool:
    """The documents' own recipe, written anew."""
    right = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return headers.get("x-beestreamed-signature", "").lower() == right


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application(handler_args={"auto_decompress": False})
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
def hooked(stage: Stage, receiver: Receiver) -> Stage:
    stage.door.hook(receiver.url, SECRET)
    return stage


async def test_a_status_change_sends_both_types_signed_over_the_escaped_bytes(hooked: Stage, receiver: Receiver) -> None:
    hooked.door.event("ev", title="Q1/Q2 – Überblick")
    hooked.door.set_event("ev", status="live")
    await hooked.courier.delivered()
    assert [each["type"] for each in receiver.envelopes()] == ["event.created", "event.updated", "event.updated.status"]
    assert receiver.genuine() == [True, True, True]
    body = receiver.came[0][1]
    assert b"Q1\\/Q2 \\u2013" in body
    assert receiver.envelopes()[1]["keys_updated"] == ["event_status"]
    assert receiver.envelopes()[2]["data"] == {"event_ref": "ev", "status": "live"}
    data = receiver.envelopes()[0]["data"]
    assert (data["event_test"], data["event_user_ref"], data["event_title"]) == ("null", "client_actor", "Q1/Q2 – Überblick")


@pytest.mark.parametrize(("sends", "types"), [("status", ["event.updated.status"]), ("updated", ["event.updated"])])
async def test_which_of_them_is_a_switch(hooked: Stage, receiver: Receiver, sends: str, types: list[str]) -> None:
    hooked.door.event("ev")
    hooked.door.set_switches({"b32_status_sends": sends})
    hooked.door.set_event("ev", status="done")
    await hooked.courier.delivered()
    assert [each["type"] for each in receiver.envelopes()[1:]] == types


async def test_polls_and_signups_say_no_more_than_documented(hooked: Stage, receiver: Receiver) -> None:
    hooked.door.event("ev")
    poll = hooked.door.poll("ev", "Tea?", ["yes", "no"])
    hooked.door.sign_up("ev", name="Ann", email="ann@example.test")
    hooked.door.delete_poll(poll.ref)
    await hooked.courier.delivered()
    made, signed, deleted = receiver.envelopes()[1:]
    assert made["data"]["poll_data"] == {
        "question": "Tea?",
        "options": [{"option": "yes", "entries": 0}, {"option": "no", "entries": 0}],
    }
    assert signed["type"] == "signup.created"
    assert "event" not in json.dumps(signed["data"])
    assert deleted["data"] == {"poll_ref": poll.ref}


@pytest.mark.parametrize(
    ("forgery", "genuine"),
    [
        ("", True),
        ("upper_case", True),
        ("gzip", True),
        ("no_json", True),
        ("wrong_secret", False),
        ("missing", False),
        ("short", False),
        ("re_encoded", False),
        ("changed_body", False),
        ("non_ascii", False),
    ],
)
async def test_forgeries(hooked: Stage, receiver: Receiver, caller: Caller, forgery: str, genuine: bool) -> None:
    await caller.admin("/webhooks/send", type="billing.invoice.created", data={"status": "paid"}, forgery=forgery)
    await hooked.courier.delivered()
    assert receiver.genuine() == [genuine]


async def test_every_type_can_be_sent_about_an_event(hooked: Stage, receiver: Receiver) -> None:
    hooked.door.event("ev")
    kinds = ["event.deleted", "event.updated.streamkey.disabled", "event.updated.streamkey.reset", "billing.invoice.updated"]
    for kind in kinds:
        hooked.door.send_webhook(kind, event="ev", age=3600)
    await hooked.courier.delivered()
    sent = receiver.envelopes()[1:]
    assert [each["type"] for each in sent] == kinds
    assert all(each["data"]["event_ref"] == "ev" for each in sent)
    assert hooked.parts.clock.now() - sent[0]["timestamp"] >= 3599


async def test_a_refused_delivery_is_tried_again_and_all_tries_are_told(hooked: Stage, receiver: Receiver, caller: Caller) -> None:
    receiver.answers = [503, 200]
    hooked.door.send_webhook("event.updated", data={"event_ref": "ev"})
    await hooked.courier.delivered()
    told = (await caller.get("/stage-admin/webhooks/sent"))["sent"]
    assert [(each["status"], each["attempt"]) for each in told] == [(503, 1), (200, 2)]
    assert receiver.came[0][1] == receiver.came[1][1]


async def test_copies_share_an_id_and_a_replay_is_the_same_bytes(hooked: Stage, receiver: Receiver, caller: Caller) -> None:
    hooked.door.set_switches({"hook_copies": 2})
    hooked.door.event("ev")
    await hooked.courier.delivered()
    assert (await caller.admin("/webhooks/replay", last=1))["sent"] == 1
    await hooked.courier.delivered()
    assert len({body for _, body in receiver.came}) == 1
    assert receiver.genuine() == [True, True, True]


async def test_ids_can_be_missing_or_shared(hooked: Stage, receiver: Receiver) -> None:
    hooked.door.set_switches({"b31_same_id": True})
    hooked.door.event("ev")
    hooked.door.set_event("ev", status="live")
    hooked.door.set_switches({"b31_no_id": True})
    hooked.door.send_webhook("event.updated")
    await hooked.courier.delivered()
    ids = [each.get("id") for each in receiver.envelopes()]
    assert ids[0] is not None
    assert ids[:3] == [ids[0]] * 3
    assert ids[3] is None


async def test_jitter_reorders(hooked: Stage, receiver: Receiver) -> None:
    hooked.door.set_switches({"hook_jitter": 0.3})
    for number in range(12):
        hooked.door.send_webhook("event.updated", data={"number": number})
    await hooked.courier.delivered()
    numbers = [each["data"]["number"] for each in receiver.envelopes()]
    assert sorted(numbers) == list(range(12))
    assert numbers != sorted(numbers)


async def test_categories_and_channels(stage: Stage, receiver: Receiver) -> None:
    stage.door.hook(receiver.url, SECRET, client_ref="theirs", types=("poll",))
    stage.door.event("ours")
    stage.door.event("ev", client_ref="theirs")
    stage.door.poll("ours", "?", ["a"])
    stage.door.poll("ev", "?", ["a"])
    await stage.courier.delivered()
    assert [(each["type"], each["data"]["poll_event_ref"]) for each in receiver.envelopes()] == [("poll.created", "ev")]
    stage.door.unhook(receiver.url)
    stage.door.poll("ev", "again?", ["a"])
    await stage.courier.delivered()
    assert len(receiver.came) == 1


def test_unescaped_bodies_on_wish() -> None:
    assert encoded({"u": "a/é"}, escaped=False) == '{"u":"a/é"}'.encode()
    assert encoded({"u": "a/é"}, escaped=True) == b'{"u":"a\\/\\u00e9"}'
    assert signature(b"x", "k") == hmac.new(b"k", b"x", hashlib.sha256).hexdigest()
