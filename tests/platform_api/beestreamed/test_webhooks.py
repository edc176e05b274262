"""Every documented webhook type, and every hostile body."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadAnswer
from bot.domain.signals import EventState
from bot.platform_api.beestreamed.assets import Gone, Invoice, StreamKeyNews, Upload, Video
from bot.platform_api.beestreamed.values import Poll, Signup
from bot.platform_api.beestreamed.webhooks import DOCUMENTED, BadDelivery, decode_webhook, is_documented, typed

EVENT = {"event_ref": "ev1", "event_status": "live", "event_date": "2031-02-03 12:00:05 +02:00", "event_test": "null"}
POLL = {
    "poll_id": 7,
    "poll_ref": "Pq3",
    "poll_event_ref": "ev1",
    "poll_data": {"question": "Tea?", "options": [{"option": "Yes", "entries": 0}]},
    "poll_active": False,
    "poll_archived": 0,
}
SIGNUP = {"signup_ref": "s1", "signup_data": {"name": "Ann", "email": "ann@example.test"}, "signup_visited": 0}
VIDEO = {"video_ref": "v1", "video_event_ref": "ev1", "video_mux_data": {"asset_id": "a"}}
UPLOAD = {"upload_ref": "u1", "upload_data": {"id": "x", "url": "https://planted.test/put"}}
DATA: dict[str, dict[str, Any]] = {
    "event.created": EVENT,
    "event.updated": EVENT,
    "event.updated.status": {"event_ref": "ev1", "status": "done"},
    "event.deleted": {"event_ref": "ev1"},
    "event.updated.streamkey.disabled": {"event_ref": "ev1"},
    "event.updated.streamkey.reset": {"event_ref": "ev1", "key": "planted", "server": "rtmp://x.test"},
    "poll.created": POLL,
    "poll.deleted": {"poll_ref": "Pq3"},
    "signup.created": SIGNUP,
    "video.upload.new": UPLOAD,
    "video.upload.pending": {"upload_ref": "u1"},
    "video.upload.done": {"upload_id": 3, "upload_ref": "u1", "upload_video_ref": None},
    "video.upload.created": VIDEO,
    "video.event.created": VIDEO,
    "video.created.upload": VIDEO,
    "video.updated": VIDEO,
    "video.delivery.updated": VIDEO,
    "billing.invoice.created": {},
    "billing.invoice.updated": {},
    "billing.invoice.payment.succeeded": {},
    "billing.invoice.payment.failed": {},
}
WITHOUT_EVENT = {"poll.deleted", "signup.created", "video.upload.new", "video.upload.pending", "video.upload.done"}


def body(kind: str, **extra: Any) -> bytes:
    return json.dumps({"type": kind, "data": DATA.get(kind, {}), "id": "hook-1", "timestamp": 1927880100, **extra}).encode()


def test_the_samples_here_are_all_documented_types() -> None:
    assert set(DATA) == DOCUMENTED


@pytest.mark.parametrize("kind", sorted(DATA))
def test_every_documented_type(kind: str) -> None:
    key, came = decode_webhook(body(kind))
    assert (came.type, came.delivery, came.sent) == (kind, key, 1927880100.0)
    assert key == f"{kind}/hook-1"
    says_no_event = kind in WITHOUT_EVENT or kind.startswith("billing")
    assert came.event == (None if says_no_event else "ev1")
    assert is_documented(kind)
    assert "planted" not in repr(came)


def test_two_types_with_one_id_are_two_deliveries() -> None:
    assert decode_webhook(body("event.updated"))[0] != decode_webhook(body("event.updated.status"))[0]


@pytest.mark.parametrize("missing", [None, "", 5.5, ["x"], "x" * 200, True])
def test_without_an_id_the_bodys_digest_is_the_key(missing: Any) -> None:
    first, _ = decode_webhook(body("event.updated", id=missing))
    again, _ = decode_webhook(body("event.updated", id=missing))
    other, _ = decode_webhook(body("event.updated", id=missing, timestamp=1927880101))
    assert first.startswith("event.updated/sha256:")
    assert first == again != other
    assert len(first) < 128


def test_unknown_types_and_keys_are_kept() -> None:
    _, came = decode_webhook(
        body("chat.created", data={"chat_ref": "c1", "event_ref": "ev1"}, keys_updated=["a"], stream_key="planted")
    )
    assert came.event == "ev1"
    assert came.data == {"chat_ref": "c1", "event_ref": "ev1", "_envelope": {"keys_updated": ["a"], "stream_key": "[secret]"}}
    assert not is_documented(came.type)


@pytest.mark.parametrize(("data", "expected"), [(None, {}), ([1], {"_data": [1]}), ("x", {"_data": "x"})])
def test_data_of_other_types(data: Any, expected: dict[str, Any]) -> None:
    assert decode_webhook(body("odd", data=data))[1].data == expected


def test_the_price_of_slashes_written_their_way() -> None:
    _, came = decode_webhook(b'{"type":"event.updated","data":{"event_ref":"ev1","event_title":"a\\/b"},"id":"1"}')
    assert came.data["event_title"] == "a/b"
    assert came.sent is None


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"{}",
        b'{"type": 1.5}',
        b'{"type": "a\\nb"}',
        b'{"type": ""}',
        b"\xff\xfe{}",
        b'{"type": "event.updated", "type": "poll.created"}',
        b'{"type": "x", "timestamp": NaN}',
        b'{"type": "x", "data": ' + b"[" * 100_000,
        b'{"type": "x", "data": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"type": "' + b"x" * 200 + b'"}',
        b"event.updated",
    ],
)
def test_hostile_bodies_are_bad_deliveries(hostile: bytes) -> None:
    with pytest.raises(BadDelivery) as caught:
        decode_webhook(hostile)
    assert isinstance(caught.value, BadAnswer)
    assert len(str(caught.value)) < 300


def test_huge_numbers_and_lone_surrogates_come_out_clean() -> None:
    raw = (
        b'{"type": "x", "id": 123456789012345678901234567890, "timestamp": 1e999, "data": {"n": '
        + b"9" * 6000
        + b', "t": "\\ud800\\u0000"}}'
    )
    key, came = decode_webhook(raw)
    assert key == "x/123456789012345678901234567890"
    assert came.sent is None
    assert came.data == {"n": "9" * 128, "t": "\ufffd"}


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    with contextlib.suppress(BadDelivery):
        decode_webhook(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(JSON, JSON, JSON, st.sampled_from(sorted(DATA)))
def test_no_json_raises_anything_else(identity: Any, timestamp: Any, data: Any, kind: str) -> None:
    raw = json.dumps({"type": kind, "id": identity, "timestamp": timestamp, "data": data}).encode()
    with contextlib.suppress(BadDelivery):
        key, came = decode_webhook(raw)
        json.dumps([key, came.type, came.data]).encode()
        typed(came)


def test_typed_values() -> None:
    def of(kind: str) -> object:
        return typed(decode_webhook(body(kind))[1])

    event, delta, poll, signup = of("event.updated"), of("event.updated.status"), of("poll.created"), of("signup.created")
    assert isinstance(event, EventState)
    assert (event.phase, event.starts) == ("on_air", 1927879205.0)
    assert isinstance(delta, EventState)
    assert (delta.status, delta.phase, delta.chat) == ("done", "over", None)
    assert isinstance(poll, Poll)
    assert poll.options == ("Yes",)
    assert isinstance(signup, Signup)
    assert signup.email == "ann@example.test"
    assert isinstance(of("billing.invoice.created"), Invoice)
    assert of("weather.changed") is None
    assert typed(decode_webhook(body("poll.created", data={}))[1]) is None


KINDS = {
    "event": EventState,
    "event.deleted": Gone,
    "event.updated.streamkey.disabled": StreamKeyNews,
    "event.updated.streamkey.reset": StreamKeyNews,
    "poll": Poll,
    "poll.deleted": Gone,
    "signup": Signup,
    "video": Video,
    "video.upload.new": Upload,
    "video.upload.pending": Upload,
    "video.upload.done": Upload,
    "billing": Invoice,
}


@pytest.mark.parametrize("kind", sorted(DATA))
def test_every_documented_type_is_a_typed_value(kind: str) -> None:
    _, came = decode_webhook(body(kind))
    found = typed(came)
    assert isinstance(found, KINDS.get(kind, KINDS[kind.split(".", maxsplit=1)[0]]))
    assert "planted" not in repr(found)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"event_ref": []}, {"poll_ref": None}], ids=repr)
@pytest.mark.parametrize("kind", sorted(DATA))
def test_no_type_raises_for_data_that_lacks_everything(kind: str, data: Any) -> None:
    _, came = decode_webhook(json.dumps({"type": kind, "data": data, "id": "x"}).encode())
    found = typed(came)
    assert found is None or isinstance(found, Invoice)


def test_what_is_told_of_stream_keys_and_uploads() -> None:
    _, reset = decode_webhook(body("event.updated.streamkey.reset", message="The key was reset."))
    assert typed(reset) == StreamKeyNews("ev1", "reset", "rtmp://x.test", "The key was reset.")
    _, done = decode_webhook(body("video.upload.done"))
    assert typed(done) == Upload("3", ref="u1")
