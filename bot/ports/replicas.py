"""Several processes share the accounts of one database: who lives, and who acts for which channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Replica:
    """One process. `left` is how many seconds its lease still runs, by the database's clock; `leaving`: it wants no channel."""

    name: str
    url: str
    version: str
    started: float
    left: float
    leaving: bool = False
    watching: bool = False
    """Somebody follows the live feed there."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who acts for a channel; `replica` "" is nobody. Each change of hands raises the epoch."""

    channel: str
    replica: str
    epoch: int
    since: float


@dataclass(frozen=True, slots=True)
class Assignments:
    """All replicas whose lease runs, and all channels, at one moment."""

    replicas: Sequence[Replica] = ()
    channels: Sequence[Assignment] = ()

    def of(self, replica: str) -> frozenset[str]:
        """Its channels."""
        return frozenset(one.channel for one in self.channels if one.replica == replica)

    def owner(self, channel: str) -> Replica | None:
        """Whose lease runs and who acts for it."""
        names = {one.channel: one.replica for one in self.channels}
        return next((one for one in self.replicas if one.name == names.get(channel)), None)

    @property
    def orphans(self) -> Sequence[str]:
        """Channels for which nobody acts."""
        living = {one.name for one in self.replicas}
        return [one.channel for one in self.channels if one.replica not in living]

    def share_of(self, replica: str) -> int:
        """How many channels a replica should hold: as many as every other, and the oldest ones what is left over."""
        staying = [one.name for one in self.replicas if not one.leaving]
        if replica not in staying:
            return 0
        each, over = divmod(len(self.channels), len(staying))
        return each + (staying.index(replica) < over)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One thing that another replica told: one line of JSON."""

    number: int
    kind: str
    line: str


class ReplicaLine(Protocol):
    """A replica's own line to the database. Raises StoreError when it does not answer in time."""

    @property
    def name(self) -> str:
        """The replica's name."""
        ...

    async def renew(self, lease: float, *, url: str, leaving: bool = False, watching: bool = False) -> None:
        """The lease runs so many seconds from now on, by the database's clock."""
        ...

    async def look(self, channels: Collection[str]) -> Assignments:
        """The lay of the land; `channels` are made known if they are new."""
        ...

    async def bury(self) -> Sequence[str]:
        """Ends the leases of replicas whose process has surely died; returns their names."""
        ...

    async def take(self, channels: Collection[str], limit: int) -> Sequence[str]:
        """Takes over channels whose owner's lease has run out; others that take at the same moment get other ones."""
        ...

    async def free(self, channel: str) -> int:
        """Ends transactions that a former owner of a channel of ours has left open: it was stopped in their midst. How many."""
        ...

    async def release(self, channels: Collection[str]) -> None:
        """Nobody's from now on."""
        ...

    async def leave(self) -> None:
        """The replica and all it holds are given back."""
        ...

    async def sending(self, channel: str, event: str, what: str) -> int:
        """Entries on their way at the channel's owner, of those that a pause covers."""
        ...

    async def tell(self, word: str) -> None:
        """Wakes the other replicas."""
        ...

    async def share_news(self, items: Sequence[tuple[str, str]]) -> None:
        """What was told here (kind, one line of JSON), for readers of the live feed elsewhere."""
        ...

    async def newest_news(self) -> int:
        """The number of the newest of all."""
        ...

    async def news(self, after: int) -> Sequence[FeedItem]:
        """What others told after that number, in order."""
        ...

    async def drop_news(self, before: float) -> None:
        """What is older is of no use to anybody."""
        ...

    async def keep_health(self, bodies: Mapping[str, str]) -> None:
        """What the owner of channels last saw of them (JSON), for those who look from elsewhere."""
        ...

    async def health(self) -> Mapping[str, tuple[float, str]]:
        """What the owners last saw: when, and as JSON."""
        ...
