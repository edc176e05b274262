"""Usher: a moderation and engagement bot for live events."""

__version__ = "0.1.0"
