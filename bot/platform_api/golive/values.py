"""The whole answer of go_live as frozen values. Everything may be missing (G-04, G-11, G-12); secrets have no repr (G-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Host:
    """Who owns the room. Personal data."""

    id: str = ""
    external_user: str = ""
    organization: str = ""
    email: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    role: str = ""
    is_active: bool | None = None
    created: float | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """The room that sessions are held in."""

    id: str = ""
    host_id: str = ""
    library: str = ""
    title: str = ""
    description: str = ""
    active_session: str = ""
    created: float | None = None
    host: Host = Host()
    tag_manager: str = ""
    tag_manager_enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings that a session began with; `flags` holds its booleans by the platform's names."""

    id: str = ""
    user: str = ""
    library: str = ""
    name: str = ""
    type: str = ""
    max_join_limit: int | None = None
    primary_color: str = ""
    logo: str = ""
    logo_destination: str = ""
    created: float | None = None
    updated: float | None = None
    flags: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """One session. `duration` has no known unit (G-05); chat, stage and limit are what is in force (G-07)."""

    id: str = ""
    room_id: str = ""
    title: str = ""
    description: str = ""
    status: str = ""
    mode: str = ""
    started: float | None = None
    ended: float | None = None
    scheduled: float | None = None
    created: float | None = None
    updated: float | None = None
    duration: float | None = None
    viewers: int | None = None
    most_viewers: int | None = None
    recording: bool | None = None
    hls: str = field(default="", repr=False)
    chat: bool | None = None
    stage: bool | None = None
    join_limit: int | None = None
    room: Room = Room()
    preset: Preset = Preset()


@dataclass(frozen=True, slots=True)
class Way:
    """A way in for an encoder."""

    server: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    id: str = ""
    steps: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether an encoder can use it."""
        return bool(self.server and self.key)


@dataclass(frozen=True, slots=True)
class GoneLive:
    """The answer. `at` is its timestamp in Unix seconds."""

    session: Session
    livekit_token: str = field(default="", repr=False)
    rtmp: Way = Way()
    rtmp_setup: Way = Way()
    whip: str = field(default="", repr=False)
    at: float | None = None

    @property
    def way(self) -> Way:
        """rtmp if complete, else rtmp_setup (G-04)."""
        return self.rtmp if self.rtmp.is_whole else self.rtmp_setup

    @property
    def ways_differ(self) -> bool:
        """Whether the two ways for an encoder contradict each other."""
        both = self.rtmp.is_whole and self.rtmp_setup.is_whole
        return both and (self.rtmp.server, self.rtmp.key) != (self.rtmp_setup.server, self.rtmp_setup.key)
