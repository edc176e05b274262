"""Services that rules may ask, for `usher doctor`: does each give a score of a harmless text, and how long does it take?"""

from __future__ import annotations

from typing import Literal

from bot.clock import Clock
from bot.config import Service
from bot.domain.actions import AskService
from bot.services import Asker

TEXT = "Hello, how are you?"


async def service_answers(section: Service) -> tuple[Literal["ok", "bad"], str]:
    """One question, a text of ours."""
    clock = Clock()
    asker, began = Asker([section], clock), clock.monotonic()
    try:
        said = (await asker.perform("", AskService(section.name, TEXT))).result
    finally:
        await asker.close()
    took = f"{clock.monotonic() - began:.2f} s"
    if "score" not in said:
        return "bad", f"service '{section.name}': {said['error']}"
    return (
        "ok",
        f"service '{section.name}': “{TEXT}” has the score {said['score']:.2f}; it took {took} (timeout {section.timeout:g} s)",
    )
