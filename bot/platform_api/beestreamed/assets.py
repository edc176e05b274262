"""Frozen values of calls that a moderation bot does not make by itself: videos, uploads, log, connections, usage, views.

Links and keys that open something have no repr (B-47). `raw` keeps the row, secrets replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Made:
    """Something was made: its ref, and the platform's note."""

    ref: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """`rows` 0: nothing changed, which is no error (B-14); None: the platform did not say."""

    rows: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class UploadPlace:
    """Where a picture may be put, for at most 20 minutes."""

    ref: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Video:
    """A recording. Its state is derived, because no field carries it (B-28)."""

    ref: str
    number: int | None = None
    title: str = ""
    channel: str = ""
    event: str = ""
    """Empty: it belongs to no event."""
    created: float | None = None
    deleted: bool | None = None
    deletes_at: float | None = None
    asset: str = ""
    playback: str = ""
    seconds: float | None = None
    state: Literal["processing", "ready", "deleted"] = "processing"
    views: int | None = None
    public: bool | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A video on its way. `url` is where its file is put."""

    id: str
    status: str = ""
    url: str = field(default="", repr=False)
    timeout: float | None = None
    asset: str = ""
    title: str = ""
    seconds: float | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A change of an event."""

    ref: str
    number: int | None
    type: str
    at: float | None
    changes: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """The account's channel."""

    ref: str
    name: str = ""
    subdomain: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """One kind of usage."""

    cost: float | None = None
    unit_cost: float | None = None
    usage: float | None = None


@dataclass(frozen=True, slots=True)
class ChannelUsage:
    """What the channel has used."""

    currency: str
    total: float | None
    types: Mapping[str, Cost] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """A user's tie to a channel, seen from either side. Names and addresses are personal data."""

    ref: str
    channel: str = ""
    user: str = ""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    current: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a breakdown."""

    group: str
    value: float | None


@dataclass(frozen=True, slots=True)
class View:
    """One visit."""

    id: str
    start: float | None = None
    end: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ViewPage:
    """A page of visits, and how many there are in all."""

    views: tuple[View, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """What one viewer did."""

    id: str
    first: float | None = None
    last: float | None = None
    views: int | None = None
    seconds: float | None = None
    interaction: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class StreamKeyNews:
    """A webhook told that an event's stream key was reset or disabled. The key itself is not kept (B-47)."""

    event: str
    what: Literal["reset", "disabled"]
    server: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """A webhook about billing; its fields are not documented."""

    what: str
    status: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Gone:
    """A webhook told that an event or a poll was deleted."""

    ref: str
