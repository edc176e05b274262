"""Dyte v2: RealtimeKit's schema under another address and log-in (D-15), three calls more, and other times in its analytics."""
