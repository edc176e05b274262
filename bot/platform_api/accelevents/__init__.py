"""Accelevents: one call, which makes or replaces a session's stream key (platforms/accelevents.md)."""
