"""Where everything is kept. `open_store(url, clock)` gives an object that keeps every …Store promise of ports;
`open_for_reading` the same beside a running daemon, for reports; `open_beside` to ask the daemon for something."""

from bot.store.backup import RESTORED, copy_state, put_back
from bot.store.line import Line
from bot.store.store import Store, is_shared, open_alone, open_beside, open_for_reading, open_store

__all__ = [
    "RESTORED",
    "Line",
    "Store",
    "copy_state",
    "is_shared",
    "open_alone",
    "open_beside",
    "open_for_reading",
    "open_store",
    "put_back",
]
