"""Telling people and programs outside: chat tools and mail through Apprise, other programs by HTTP."""

from bot.alerts.calls import WebhookCaller
from bot.alerts.notify import Notifier

__all__ = ["Notifier", "WebhookCaller"]
