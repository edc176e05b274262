"""Webhook deliveries: verified bytes to signals. Pure; raises BadDelivery and nothing else, whatever the bytes are.

Decoding is strict (B-34): the body is signed, so what does not parse is kept aside for a person instead of guessed at. Unknown
types are kept. Secrets in the data (stream keys, upload addresses, the event's password) do not get further than here (B-47).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from bot.domain.errors import BadAnswer
from bot.domain.signals import EventState, WebhookCame
from bot.platform_api import payload
from bot.platform_api.beestreamed import wire, wire_assets, wire_more
from bot.platform_api.beestreamed.assets import Gone, Invoice, StreamKeyNews, Upload, Video
from bot.platform_api.beestreamed.values import Poll, Signup
from bot.platform_api.oddities import BadRow
from bot.platform_api.redact import redact_value
from bot.platform_api.scalars import moment, ref, text

VIDEO_MADE = frozenset({"video.upload.created", "video.event.created", "video.created.upload"})
"""Three names the documents use for the same thing (B-30)."""

DOCUMENTED = frozenset(
    {
        "event.created",
        "event.updated",
        "event.updated.status",
        "event.deleted",
        "event.updated.streamkey.disabled",
        "event.updated.streamkey.reset",
        "poll.created",
        "poll.deleted",
        "signup.created",
        "video.upload.new",
        "video.upload.pending",
        "video.upload.done",
        "video.updated",
        "video.delivery.updated",
        "billing.invoice.created",
        "billing.invoice.updated",
        "billing.invoice.payment.succeeded",
        "billing.invoice.payment.failed",
        *VIDEO_MADE,
    }
)
_ENVELOPE = frozenset({"type", "data", "id", "timestamp"})
_EVENT_KEYS = ("event_ref", "poll_event_ref", "video_event_ref", "signup_event_ref")


class BadDelivery(BadAnswer):
    """A signed body that cannot be used: to be kept aside and counted, never to be answered with an error."""


def decode_webhook(body: bytes) -> tuple[str, WebhookCame]:
    """(delivery key, signal).

    The key is type and id, since two types were seen with one id; without an id it is the body's SHA-256 (B-31). Extra
    top-level keys (`keys_updated`, `message`, `delivery`) stand in the data under `_envelope`.
    """
    try:
        whole = payload.clean(payload.decode(body, strict=True))
    except ValueError as error:
        raise BadDelivery(f"no usable JSON: {payload.clean_text(str(error), 120)}") from None
    if not isinstance(whole, dict):
        raise BadDelivery("an object was expected")
    kind = ref(whole.get("type"))
    if not kind:
        raise BadDelivery("no type")
    key = f"{kind}/{_identity(whole.get('id'), body)}"
    data = _data(whole)
    return key, WebhookCame(kind, _event_of(data), data, key, moment(whole.get("timestamp")))


def _identity(given: Any, body: bytes) -> str:
    return ref(given) or f"sha256:{hashlib.sha256(body).hexdigest()}"


def _data(whole: Mapping[str, Any]) -> dict[str, Any]:
    found = redact_value(whole.get("data"))
    data = dict(found) if isinstance(found, Mapping) else {} if found is None else {"_data": found}
    extra = {name: value for name, value in whole.items() if name not in _ENVELOPE}
    return {**data, "_envelope": redact_value(extra)} if extra else data


def _event_of(data: Mapping[str, Any]) -> str | None:
    """The event a delivery speaks of; None where the platform does not say (B-29)."""
    return next((found for name in _EVENT_KEYS if (found := ref(data.get(name)))), None)


def is_documented(kind: str) -> bool:
    """Whether the documents know this type; others are acknowledged and counted."""
    return kind in DOCUMENTED


Typed = EventState | Poll | Signup | Video | Upload | StreamKeyNews | Invoice | Gone


def typed(came: WebhookCame, fallback: tzinfo = UTC) -> Typed | None:
    """What the delivery's data is, as a value of its kind. None for unknown types, and for data that lacks its ref.

    Deltas (`event.updated.status`) give an event of which everything but the status is unknown.
    """
    try:
        return _typed(came, fallback)
    except BadRow:
        return None


def _typed(came: WebhookCame, fallback: tzinfo) -> Typed | None:
    data, kind = came.data, came.type
    if kind in ("event.deleted", "poll.deleted"):
        return _gone(ref(data.get("event_ref" if kind.startswith("event") else "poll_ref")))
    if kind.startswith("event.updated.streamkey."):
        return _stream_key(came)
    if kind.startswith("video.upload.") and kind not in VIDEO_MADE:
        return wire_assets.upload(data)
    match kind.split(".", 1)[0]:
        case "event":
            status = data.get("event_status", data.get("status"))
            return wire.event_state({**data, "event_status": status}, fallback=fallback)
        case "poll":
            return wire_more.poll(data)
        case "signup":
            return wire_more.signup(data)
        case "video":
            return wire_assets.video(data)
        case "billing":
            return Invoice(kind.partition(".")[2], text(data.get("status"), 64), data)
    return None


def _gone(name: str) -> Gone:
    if not name:
        raise BadRow("no ref")
    return Gone(name)


def _stream_key(came: WebhookCame) -> StreamKeyNews | None:
    name, what = ref(came.data.get("event_ref")), came.type.rpartition(".")[2]
    if not name or what not in ("reset", "disabled"):
        return None
    note = came.data.get("_envelope")
    told = text(note.get("message"), 500) if isinstance(note, Mapping) else ""
    return StreamKeyNews(name, "reset" if what == "reset" else "disabled", text(came.data.get("server"), 1024), told)
