"""Takes signals through the engine, saves what was decided, and looks back on it when somebody asks why or takes it back."""

from bot.runner.runner import DEATHS, Runner

__all__ = ["DEATHS", "Runner"]
