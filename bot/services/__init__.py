"""Other services that rules ask for a score of a text (`external:`)."""

from bot.services.asker import Asker

__all__ = ["Asker"]
