"""The one place that knows every part: builds them, starts them, stops them in reverse."""

from bot.app.app import App
from bot.app.onlookers import Watch

__all__ = ["App", "Watch"]
