"""Where everything is kept. `open_store(url, clock)` gives an object that keeps every …Store promise of ports."""

from bot.store.store import Store, open_store

__all__ = ["Store", "open_store"]
