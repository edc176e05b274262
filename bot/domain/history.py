"""What the engine remembers of one event: windows, strikes, counters, verdicts of people, timers, running polls.

Keys are tuples of texts whose first part is the kind (`("strikes", "email:ann@example.test")`); values are plain JSON values
(numbers, texts, lists, dicts) that nobody alters once stored. The store keeps each changed key in the same transaction as the
decision that changed it, so a restart forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Key = tuple[str, ...]


class Remembered(NamedTuple):
    """A value and the moment after which it may be forgotten (None: never)."""

    value: Any
    until: float | None = None


Changes = Mapping[Key, Remembered | None]
"""What one step wants to be remembered from now on; None forgets the key."""


class History:
    """Read by the engine, changed only by `apply` (the runner calls it after its transaction is safe)."""

    __slots__ = ("_by_kind",)

    def __init__(self, items: Mapping[Key, Remembered] | None = None) -> None:
        self._by_kind: dict[str, dict[Key, Remembered]] = {}
        for key, item in (items or {}).items():
            self._by_kind.setdefault(key[0], {})[key] = item

    def get(self, *key: str) -> Any:
        """The value, or None."""
        item = self.find(key)
        return None if item is None else item.value

    def find(self, key: Key) -> Remembered | None:
        """What is remembered under a key, with its time."""
        items = self._by_kind.get(key[0])
        return None if items is None else items.get(key)

    def of_kind(self, kind: str) -> Iterator[tuple[Key, Remembered]]:
        """All that is remembered under one kind."""
        yield from self._by_kind.get(kind, {}).items()

    def items(self) -> Iterator[tuple[Key, Remembered]]:
        """Everything."""
        for items in self._by_kind.values():
            yield from items.items()

    def copy(self) -> History:
        """One that goes its own way from here; the values are shared, for nobody alters them."""
        other = History()
        other._by_kind = {kind: dict(items) for kind, items in self._by_kind.items()}
        return other

    def apply(self, changes: Changes) -> None:
        """Takes the changes of a step over."""
        for key, item in changes.items():
            if item is None:
                self._by_kind.get(key[0], {}).pop(key, None)
            else:
                self._by_kind.setdefault(key[0], {})[key] = item

    def forget_before(self, now: float) -> int:
        """Drops what is past its time; returns how many."""
        dropped = 0
        for items in self._by_kind.values():
            old = [key for key, item in items.items() if item.until is not None and item.until < now]
            for key in old:
                del items[key]
            dropped += len(old)
        return dropped


class Draft:
    """A history with changes on top that touch nothing below: what one step, or one page of steps, writes on."""

    __slots__ = ("_below", "changes")

    def __init__(self, below: History | Draft) -> None:
        self._below = below
        self.changes: dict[Key, Remembered | None] = {}

    def get(self, *key: str) -> Any:
        """The value as this draft has it, or None."""
        changes = self.changes
        item = changes[key] if key in changes else self._below.find(key)
        return None if item is None else item.value

    def find(self, key: Key) -> Remembered | None:
        """What this draft remembers under a key, with its time."""
        changes = self.changes
        return changes[key] if key in changes else self._below.find(key)

    def put(self, key: Key, value: Any, until: float | None = None) -> None:
        """Remembers; the value must not be altered afterwards."""
        self.changes[key] = Remembered(value, until)

    def drop(self, *key: str) -> None:
        """Forgets."""
        self.changes[key] = None

    def of_kind(self, kind: str) -> Iterator[tuple[Key, Remembered]]:
        """All of one kind, this draft's changes included."""
        for key, item in self._below.of_kind(kind):
            if key not in self.changes:
                yield key, item
        for key, changed in list(self.changes.items()):
            if key[0] == kind and changed is not None:
                yield key, changed

    def apply(self, changes: Changes) -> None:
        """Takes over what a step above this draft wrote."""
        self.changes.update(changes)
