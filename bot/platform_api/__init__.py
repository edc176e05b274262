"""The only code that speaks to platforms: one transport, and a client for each platform over it."""
