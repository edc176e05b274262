"""Doing what was decided, effectively once. `Relay` takes entries from the store to the platform."""

from bot.outbox.relay import Relay
from bot.outbox.stats import RelayStats

__all__ = ["Relay", "RelayStats"]
