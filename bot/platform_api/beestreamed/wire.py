"""Rows of BeeStreamed to the words of Usher: messages and events. Pure; a hostile row raises BadRow at worst.

Rules: contract digest sections 2, 3, 10.4 and 12; B-12 times, B-16 status words, B-17 chat_ or qa_ names, B-35 missing refs.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, tzinfo
from typing import Any

from bot.domain.signals import Author, EventState, Message, Phase, Surface
from bot.platform_api.beestreamed.rows import first_of
from bot.platform_api.oddities import BadRow, Row
from bot.platform_api.scalars import has_offset, moment, ref, text, truth, whole, zone_named

STATUSES: Mapping[Surface, frozenset[str]] = {
    "chat": frozenset({"public", "hidden"}),
    "qa": frozenset({"approved", "archived"}),  # `new` can be read but not set (B-18)
}
EVENT_STATUSES = ("idle", "live", "video", "done", "force_live")
_PHASES: Mapping[str, Phase] = {
    "idle": "before",
    "scheduled": "before",
    "live": "on_air",
    "force_live": "on_air",
    "active": "on_air",
    "video": "playback",
    "done": "over",
    "ended": "over",
}
_NAME_LIMIT, _EMAIL_LIMIT, _STATUS_LIMIT = 256, 320, 64


def phase_of(status: str) -> Phase:
    """What a status word means for us; unknown words keep the last state at the caller's (B-16)."""
    return _PHASES.get(status.strip().lower(), "unknown")


def _either_way(surface: Surface) -> Mapping[str, tuple[str, ...]]:
    """Both names of each field, the surface's own first (B-17)."""
    first, second = ("qa", "chat") if surface == "qa" else ("chat", "qa")
    fields = ("id", "ref", "message", "name", "email", "status", "created", "deleted_time")
    names = {name: (f"{first}_{name}", f"{second}_{name}") for name in fields}
    return {**names, "message": (*names["message"], "qa_question")}


_NAMES: Mapping[Surface, Mapping[str, tuple[str, ...]]] = {"chat": _either_way("chat"), "qa": _either_way("qa")}
_LOOKED_AT = tuple(name for names in _NAMES["chat"].values() for name in names)
_NOTHING = (object(),) * len(_LOOKED_AT)
"""For what a row does not have: null is something."""


def message(row: Row, *, event: str, surface: Surface, read: float, posted: Container[str], bot: Author) -> Message:
    """A chat or Q&A row of either level, named `chat_*` or `qa_*`. Raises BadRow without ref and id.

    A row without ref is named `#<id>`: it can be judged and counted, but not acted upon. `posted` holds the refs of our own posts.
    """
    names = _NAMES[surface]
    number = whole(first_of(row, names["id"]))
    name = ref(first_of(row, names["ref"])) or (f"#{number}" if number is not None else "")
    if not name:
        raise BadRow("neither ref nor id")
    author = _author(row, names)
    words = first_of(row, names["message"])
    if isinstance(words, (list, dict)):
        raise BadRow("the text is no text")
    return Message(
        event=event,
        ref=name,
        surface=surface,
        text=text(words),
        author=author,
        status=text(first_of(row, names["status"]), _STATUS_LIMIT).strip(),
        number=number,
        created=moment(first_of(row, names["created"])),
        read=read,
        deleted=_is_deleted(first_of(row, names["deleted_time"])),
        own=name in posted or is_bot(author, bot),
    )


def ref_of(row: Row, surface: Surface) -> Any:
    """What a row says of its ref, unchecked; None if nothing."""
    return first_of(row, _NAMES[surface]["ref"])


def words_of(row: Row) -> tuple[Any, ...]:
    """All that `message` looks at: rows with the same words are the same message. `row_num`, which each new row changes, is not."""
    return tuple(map(row.get, _LOOKED_AT, _NOTHING))


def _author(row: Row, names: Mapping[str, tuple[str, ...]]) -> Author:
    name, email = first_of(row, names["name"]), first_of(row, names["email"])
    return Author(text(name, _NAME_LIMIT).strip(), text(email, _EMAIL_LIMIT).strip())


def _is_deleted(value: Any) -> bool:
    # A time means deleted. Junk does not: a message taken for deleted would not be judged at all.
    return moment(value) is not None or truth(value) is True


def is_bot(author: Author, bot: Author) -> bool:
    """Our own name and e-mail (B-43). With no e-mail in sight a name proves nothing."""
    return bool(bot.email) and author.email.casefold() == bot.email.casefold() and author.name == bot.name


def is_full_level(row: Row) -> bool:
    """Whether the token sees full rows: e-mail and status are there (B-03)."""
    return any(key in row for key in ("chat_email", "qa_email", "chat_status", "qa_status"))


def event_state(row: Row, *, fallback: tzinfo = UTC, asked: str = "") -> EventState:
    """An event of the list, of its details or of a webhook. `fallback` is the zone for naive start times (B-12).

    Raises BadRow without a ref. `asked` is the name under which we asked; it stays the event's name for us.
    """
    name = asked or ref(row.get("event_ref"))
    if not name:
        raise BadRow("no event_ref")
    status = text(row.get("event_status"), _STATUS_LIMIT).strip()
    zone = zone_named(row.get("event_timezone"))
    return EventState(
        event=name,
        title=text(row.get("event_title"), 1000),
        status=status,
        phase=phase_of(status),
        chat=truth(row.get("event_chat")),
        qa=truth(row.get("event_qa")),
        starts=_starts(row, zone or fallback),
        zone=str(zone or fallback),
    )


def _starts(row: Row, zone: tzinfo) -> float | None:
    """Unix stamp, then a time with offset, then a naive one in the event's or the configured zone."""
    stamp = moment(row.get("event_date_unix"))
    return stamp if stamp is not None else moment(row.get("event_date"), zone)


def start_is_guessed(row: Row) -> bool:
    """Whether the start time could only be read in the configured zone: worth a warning, an hour may be wrong (B-12)."""
    written = row.get("event_date")
    if moment(row.get("event_date_unix")) is not None or has_offset(written) or zone_named(row.get("event_timezone")):
        return False
    return moment(written) is not None
