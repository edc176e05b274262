"""The store keeps every promise of ports; mypy checks the signatures here, the other files what they do."""

from __future__ import annotations

from bot.ports import ControlStore, IntakeStore, OutboxStore, RuleRevisionStore, RunnerStore
from bot.store import Store


def promises(store: Store) -> tuple[IntakeStore, RunnerStore, OutboxStore, ControlStore, RuleRevisionStore]:
    """Does not type-check if a promise is broken."""
    return store, store, store, store, store


async def test_one_store_keeps_all_promises(store: Store) -> None:
    for protocol in (IntakeStore, RunnerStore, OutboxStore, ControlStore, RuleRevisionStore):
        promised = {name for name in vars(protocol) if not name.startswith("_")}
        assert promised
        assert not [name for name in promised if not callable(getattr(store, name, None))]
    assert promises(store)[0] is store
