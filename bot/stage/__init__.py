"""The stage: the platform's stand-in over real HTTP. Shares no code with the bot."""

from bot.stage.beestreamed.world import Refused
from bot.stage.faults import Faults
from bot.stage.server import CHANNEL, SECRET_KEY, TOKEN_ID, Stage
from bot.stage.settings import SettingError
from bot.stage.switches import Switches

__all__ = ["CHANNEL", "SECRET_KEY", "TOKEN_ID", "Faults", "Refused", "SettingError", "Stage", "Switches"]
